import Formats
import Foundation
import Synchronization
import WebServer

/// The commands of `rlrun`, by which pages start, stop and ask: this program knows no agent and no model.
///
/// Words are handed over as they are, past any shell.
package struct Commands: Sendable {
  /// The path of rlrun.
  let program: String
  let store: String

  package init(program: String, store: String) {
    (self.program, self.store) = (program, URL(filePath: store).standardizedFileURL.path)
  }

  /// With the rlrun that lies beside this program; nil where there is none.
  package static func besideThisProgram(store: String) -> Commands? {
    guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
    let path = URL(filePath: own).deletingLastPathComponent().appending(path: "rlrun").path
    return FileManager.default.isExecutableFile(atPath: path) ? Commands(program: path, store: store) : nil
  }

  struct Outcome: Sendable {
    var status: Int32
    var output: [UInt8]
    var complaints: String
  }

  private static let outputLimit = 32 << 20

  /// Commands at once: half of the threads that answer stay free.
  private static let atOnce = 4
  private static let running = Mutex(0)

  /// Waits for its end, up to `seconds`; then it is ended.
  func run(_ words: [String], seconds: Double = 60) throws -> Outcome {
    let isFree = Self.running.withLock { count in
      if count >= Self.atOnce { return false }
      count += 1
      return true
    }
    guard isFree else { throw WebError(503, "the server has its hands full: try again in a moment") }
    defer { Self.running.withLock { $0 -= 1 } }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(["RLRUN_STORE": store, "COLUMNS": "120"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    do { try process.run() } catch { throw WebError(500, "rlrun could not be started: \(error.localizedDescription)") }
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + seconds)
    timer.setEventHandler { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    timer.resume()
    defer { timer.cancel() }
    let complaints = Mutex<[UInt8]>([])
    let group = DispatchGroup()
    group.enter()
    Thread.detachNewThread {
      let found = Self.read(errors.fileHandleForReading, limit: 1 << 20)
      complaints.withLock { $0 = found }
      group.leave()
    }
    let bytes = Self.read(output.fileHandleForReading, limit: Self.outputLimit)
    group.wait()
    process.waitUntilExit()
    if process.terminationReason == .uncaughtSignal { throw WebError(500, "rlrun did not answer in time") }
    return Outcome(
      status: process.terminationStatus, output: bytes,
      complaints: String(decoding: complaints.withLock { $0 }, as: UTF8.self))
  }

  private static func read(_ handle: FileHandle, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = handle.availableData
      if part.isEmpty { return bytes }
      if bytes.count + part.count <= limit { bytes += part }
    }
  }

  /// What it prints; throws what it complains of where it fails.
  func output(of words: [String], seconds: Double = 60) throws -> [UInt8] {
    let outcome = try run(words, seconds: seconds)
    if outcome.status == 0 { return outcome.output }
    let said = outcome.complaints.split(separator: "\n").map(String.init)
    let sentence =
      said.first { $0.hasPrefix("rlrun: ") }?.dropFirst("rlrun: ".count) ?? said.last?[...] ?? "rlrun failed"
    throw WebError(outcome.status == 2 ? 400 : 500, String(sentence))
  }

  func json(of words: [String]) throws -> JSONValue {
    guard let value = JSONValue(try output(of: words)) else { throw WebError(500, "rlrun printed no JSON") }
    return value
  }

  /// A command line as one would type it.
  func shown(_ words: [String]) -> String {
    let isUsual = store == URL(filePath: "runs").standardizedFileURL.path
    return (["rlrun"] + words + (isUsual ? [] : ["--store", store])).map(Self.quoted).joined(separator: " ")
  }

  static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_./:=,@+%".utf8.contains(byte)
      }
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

/// What there is to choose from, as `rlrun describe --json` says; asked for once.
final class ProgramDescription: Sendable {
  private let commands: Commands
  private let known = Mutex<JSONValue?>(nil)

  init(_ commands: Commands) { self.commands = commands }

  private func all() throws -> JSONValue {
    try known.withLock { known in
      if let known { return known }
      let found = try commands.json(of: ["describe", "--json"])
      known = found
      return found
    }
  }

  func entries(_ kind: String) throws -> [JSONValue] { try all()[kind]?.list ?? [] }

  /// By its name or id.
  func entry(_ kind: String, _ name: String) throws -> JSONValue? {
    try entries(kind).first { ($0["name"] ?? $0["id"])?.text == name }
  }
}
