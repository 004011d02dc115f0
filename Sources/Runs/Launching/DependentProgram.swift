import CProcesses
import Foundation
import Glibc

/// A program that the calling thread waits for, and that does not outlive it: its output line by line, and limits that end it.
///
///     let ending = try DependentProgram(["./train.sh", "--lr", "0.1"]).run(maximumSeconds: 60) { print($0) }
///     print(ending)  // exited(0)
package struct DependentProgram {
  package enum Ending: Sendable, Hashable {
    /// It ended by itself, with this status.
    case exited(Int32)
    /// This signal ended it.
    case killed(Int32)
    case outOfTime
    /// Whoever was asked did not want to go on.
    case stopped
  }

  private let words: [String]
  private let environment: [String: String]
  private let memory: Int?

  /// `environment`: variables beside this process's own; `memory`: bytes of address space at most.
  package init(_ words: [String], environment: [String: String] = [:], memory: Int? = nil) {
    (self.words, self.environment, self.memory) = (words, environment, memory)
  }

  /// Starts it and returns once it has ended. `onLine` gets every line that it writes; `shouldStop` is asked after each, and ten
  /// times a second: the program is interrupted then, as by Ctrl-C, and killed where it has not ended after ten seconds. Throws
  /// `LaunchError` where it cannot be started.
  package func run(
    maximumSeconds: Double? = nil, shouldStop: () throws -> Bool = { false }, onLine: (String) throws -> Void
  ) throws -> Ending {
    var ends: [Int32] = [-1, -1]
    guard rl_pipe(&ends) == 0 else { throw LaunchError.notStarted(words[0], code: errno) }
    defer { close(ends[0]) }
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let process = ChildProcess.startDependent(words, environment: variables, output: ends[1], memory: memory)
    close(ends[1])
    guard process > 0 else { throw LaunchError.notStarted(words[0], code: -process) }
    var ending: Ending?
    var failure: (any Error)?
    do {
      ending = try read(from: ends[0], for: maximumSeconds, shouldStop: shouldStop, onLine: onLine)
      if ending == .stopped {
        kill(-process, SIGINT)
        _ = try read(from: ends[0], for: Self.patience, shouldStop: { false }, onLine: { _ in })
      }
    } catch {
      failure = error
    }
    if ending != nil || failure != nil { kill(-process, SIGKILL) }
    let status = ChildProcess.waitForEnd(of: process)
    // What it started and left behind.
    kill(-process, SIGKILL)
    if let failure { throw failure }
    if let ending { return ending }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal)
  }

  /// nil once the program has closed its output.
  private func read(
    from descriptor: Int32, for maximumSeconds: Double?, shouldStop: () throws -> Bool, onLine: (String) throws -> Void
  ) throws -> Ending? {
    let start = DispatchTime.now().uptimeNanoseconds
    var line: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 14)
    func tell() throws {
      let text = String(decoding: line, as: UTF8.self)
      line = []
      try onLine(text)
    }
    while true {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wanted, 1, 100)
      if let maximumSeconds, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 > maximumSeconds {
        return .outOfTime
      }
      if try shouldStop() { return .stopped }
      guard ready > 0 else { continue }
      let count = Glibc.read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 {
        if !line.isEmpty { try tell() }
        return nil
      }
      for byte in part[..<count] {
        if byte == UInt8(ascii: "\n") {
          try tell()
          if try shouldStop() { return .stopped }
        } else if line.count < Self.longestLine {
          line.append(byte)
        }
      }
    }
  }

  /// Seconds that an interrupted program has to end.
  private static let patience = 10.0
  /// Bytes; what a line has beyond is left out.
  private static let longestLine = 1 << 20
}
