import Foundation
import Synchronization

/// What a run of `rlrun` gave.
struct Output: Equatable {
  var status: Int32
  var output: String
  var errors: String
}

/// A folder of its own to run commands in, removed when the value goes out of use.
final class Workplace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rlrun-cli-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The folder of the programs built along with the tests.
  static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  func start(_ program: String, _ arguments: [String]) throws -> (Process, Pipe, Pipe) {
    let (output, errors) = (Pipe(), Pipe())
    let process = try start(program, arguments, output: output, errors: errors)
    return (process, output, errors)
  }

  /// Runs a program into a pipe that nobody reads; of one that a signal ends, its number is the status.
  func runIntoClosedPipe(_ program: String, _ arguments: [String]) throws -> Output {
    let (output, errors) = (Pipe(), Pipe())
    try output.fileHandleForReading.close()
    let process = try start(program, arguments, output: output.fileHandleForWriting, errors: errors)
    try output.fileHandleForWriting.close()
    return Self.finish(process, Pipe.ended, errors)
  }

  /// `output` and `errors`: a pipe or a file; `environment` is added to this process's.
  func start(
    _ program: String, _ arguments: [String], output: Any, errors: Any, input: FileHandle = .nullDevice,
    environment added: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    process.executableURL =
      program.hasPrefix("/") ? URL(fileURLWithPath: program) : Self.programs.appendingPathComponent(program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = Self.programs.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment["RLRUN_STORE"] = nil
    environment["OPENBLAS_NUM_THREADS"] = "1"
    for name in ["COLUMNS", "LINES", "NO_COLOR"] { environment[name] = nil }
    process.environment = environment.merging(added) { $1 }
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = input
    try process.run()
    return process
  }

  /// Runs `rlrun` to its end.
  @discardableResult
  func rlrun(_ arguments: String...) throws -> Output { try run("rlrun", arguments) }

  @discardableResult
  func run(_ program: String, _ arguments: [String]) throws -> Output {
    let (process, output, errors) = try start(program, arguments)
    return Self.finish(process, output, errors)
  }

  /// Waits for the end and reads both streams meanwhile.
  static func finish(_ process: Process, _ output: Pipe, _ errors: Pipe) -> Output {
    let complaints = Mutex(Data())
    let group = DispatchGroup()
    group.enter()
    Thread.detachNewThread {
      let data = errors.fileHandleForReading.readDataToEndOfFile()
      complaints.withLock { $0 = data }
      group.leave()
    }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return Output(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: complaints.withLock { String(decoding: $0, as: UTF8.self) })
  }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// What is in the folder, sorted.
  func names(hidden: Bool = false) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { hidden || !$0.hasPrefix(".") }.sorted()
  }
}

extension Pipe {
  /// One from which nothing comes.
  fileprivate static var ended: Pipe {
    let pipe = Pipe()
    try? pipe.fileHandleForWriting.close()
    return pipe
  }
}
