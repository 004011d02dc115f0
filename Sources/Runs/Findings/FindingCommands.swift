import Foundation
import Glibc
import Synchronization
import Telemetry

/// Runs shell commands one after the other, beside the thread that trains, which never waits for them.
///
/// Each gets a text on its standard input, has a process group of its own, and is killed with it when its time is over.
final class FindingCommands: Sendable {
  /// Commands that may wait for their turn; of more, only the number is told.
  static let capacity = 16

  private struct State {
    var waiting: [(command: String, input: String)] = []
    var isWorking = false
    var hasEnded = false
    var reports: [String] = []
  }

  private let timeout: Double
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "rlrun.commands", qos: .utility)
  /// Entered while there is something to run.
  private let work = DispatchGroup()

  /// `timeout`: seconds a command may take; of more than thirty years, thirty.
  init(timeout: Double) { self.timeout = min(timeout, 1e9) }

  /// Lets a command run when those before it have ended.
  func start(_ command: String, input: String) {
    let isFirst = state.withLock { state in
      guard state.waiting.count < Self.capacity else {
        state.reports.append("the command '\(command)' was not run: \(Self.capacity) others wait for their turn")
        return false
      }
      state.waiting.append((command, input))
      defer { state.isWorking = true }
      return !state.isWorking
    }
    if isFirst {
      queue.async(group: work) { self.runAll() }
    }
  }

  /// A sentence for every command that failed since the last call.
  func takeReports() -> [String] {
    state.withLock { state in
      defer { state.reports = [] }
      return state.reports
    }
  }

  /// Waits until all have ended, but not longer than one may take; kills and reports what is left then.
  func finish() {
    if work.wait(timeout: .now() + timeout) == .success { return }
    state.withLock { state in
      state.hasEnded = true
      for (command, _) in state.waiting { state.reports.append("the command '\(command)' was not run: the run ended") }
      state.waiting = []
    }
    // The one that runs sees within its next look that it has to go.
    work.wait()
  }

  private func runAll() {
    while true {
      let next = state.withLock { state -> (command: String, input: String)? in
        if state.waiting.isEmpty {
          state.isWorking = false
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let next else { break }
      if let failure = run(next.command, input: next.input) {
        state.withLock { $0.reports.append("the command '\(next.command)' \(failure)") }
      }
    }
  }

  /// Runs one command to its end; nil where it succeeded, else what went wrong.
  private func run(_ command: String, input: String) -> String? {
    // A file rather than a pipe: nobody waits for a command that does not read, nor gets a signal.
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-finding-\(UUID())").path
    let stdin = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard stdin >= 0 else { return "was not run: \(path) cannot be made" }
    defer { close(stdin) }
    unlink(path)
    let bytes = Array((input + "\n").utf8)
    guard write(stdin, bytes, bytes.count) == bytes.count, lseek(stdin, 0, SEEK_SET) == 0 else {
      return "was not run: its input cannot be written"
    }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return "was not run: there are too many open files" }
    let complaints = (read: ends[0], write: ends[1])
    defer { close(complaints.read) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(complaints.read, F_SETFL, O_NONBLOCK)

    // Standard output is for results.
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(nowhere) }
    let process = ChildProcess.start(
      "/bin/sh", ["/bin/sh", "-c", command], environment: ProcessInfo.processInfo.environment,
      streams: (stdin, nowhere, complaints.write))
    close(complaints.write)
    guard process > 0 else { return "was not run: \(String(cString: strerror(-process)))" }
    return wait(for: process, complaints.read)
  }

  /// Waits for a command and reads what it complains of; kills its process group when its time is over.
  private func wait(for process: pid_t, _ complaints: Int32) -> String? {
    let deadline = MonotonicClock.seconds + timeout
    var (text, status): ([UInt8], Int32) = ([], 0)
    var buffer = [UInt8](repeating: 0, count: 4_096)
    func read() {
      while true {
        let count = Glibc.read(complaints, &buffer, buffer.count)
        if count <= 0 { return }
        if text.count < 4_096 { text += buffer[..<count] }
      }
    }
    while waitpid(process, &status, WNOHANG) == 0 {
      let isOver = MonotonicClock.seconds >= deadline
      if isOver || state.withLock({ $0.hasEnded }) {
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
        return isOver
          ? "was killed: it took longer than \(shortSeconds(timeout))" : "was killed: it had not ended when the run did"
      }
      var look = pollfd(fd: complaints, events: Int16(POLLIN), revents: 0)
      // Once its end is closed, polling returns at once.
      if poll(&look, 1, 20) > 0, look.revents & Int16(POLLIN) == 0 { usleep(20_000) }
      read()
    }
    read()
    if status == 0 { return nil }
    let signal = status & 0x7F
    let ending = signal == 0 ? "failed with status \((status >> 8) & 0xFF)" : "was ended by signal \(signal)"
    let last = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).last.map {
      ": \($0.prefix(200))"
    }
    return ending + (last ?? "")
  }
}

/// `30 s`, `0.5 s`.
func shortSeconds(_ seconds: Double) -> String {
  seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
}
