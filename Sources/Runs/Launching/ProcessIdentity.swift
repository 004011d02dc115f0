import CProcesses
import Files
import Foundation

/// A process, told from every other one: numbers of processes are given again, and then with another start time.
package struct ProcessIdentity: Codable, Hashable, Sendable {
  package var number: Int32
  /// In clock ticks since the boot, as `/proc/PID/stat` has it.
  package var startTime: UInt64
  /// The kernel's id of the boot.
  package var boot: String

  package init(number: Int32, startTime: UInt64, boot: String) {
    (self.number, self.startTime, self.boot) = (number, startTime, boot)
  }

  /// The process that has this number now, even one that has ended and that its parent has not asked after; nil if there
  /// is none.
  package init?(of number: Int32) {
    guard let found = Self.find(number) else { return nil }
    self = found.identity
  }

  /// Whether it has not ended. False for one of another machine or before the last boot.
  package var isAlive: Bool {
    guard let found = Self.find(number) else { return false }
    return found.identity == self && !"ZX".contains(found.state)
  }

  private static func find(_ number: Int32) -> (identity: ProcessIdentity, state: String)? {
    guard number > 0, let bytes = try? OpenFile.contents(of: "/proc/\(number)/stat"),
      let boot = try? OpenFile.contents(of: "/proc/sys/kernel/random/boot_id")
    else { return nil }
    // The program's name comes second, in parentheses, and may hold any character.
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 19, let startTime = UInt64(fields[19]) else { return nil }
    let name = String(decoding: boot, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return (ProcessIdentity(number: number, startTime: startTime, boot: name), String(fields[0]))
  }

  /// Signals the process and the group it leads, and never another process. Returns 0 or the error number, `ESRCH` if it
  /// has ended.
  func signal(_ signal: Int32) -> Int32 {
    let handle = rl_pidfd_open(number)
    if handle < 0 {
      if errno == ESRCH || errno == EINVAL { return ESRCH }
      // A kernel without such handles: the number could be given again within this very moment.
      guard isAlive else { return ESRCH }
      return kill(-number, signal) == 0 ? 0 : errno
    }
    defer { close(handle) }
    // The handle keeps to the process that has the number now, so what is found of it now holds.
    guard isAlive else { return ESRCH }
    return rl_pidfd_signal_group(handle, signal) == 0 ? 0 : errno
  }

  /// Returns once it has ended.
  func waitForEnd() {
    let handle = rl_pidfd_open(number)
    defer { if handle >= 0 { close(handle) } }
    while isAlive {
      if handle >= 0 {
        var end = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        poll(&end, 1, -1)
      } else {
        usleep(50_000)
      }
    }
  }
}
