import Foundation
import Glibc

/// Another program, run to its end.
struct Program {
  let path: String

  init(at path: String) { self.path = path }

  /// The first of this name in the search path.
  init?(named name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
      return nil
    }
    self.path = path
  }

  /// What it prints and its exit status; its complaints go where ours do, unless they are dropped.
  func run(_ arguments: [String], droppingComplaints: Bool = false) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    if droppingComplaints { process.standardError = FileHandle.nullDevice }
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// The seconds it takes from its start to its end, its output dropped; nil where it fails.
  ///
  /// Not by Foundation's `Process`, which takes tens of milliseconds of its own.
  func seconds(_ arguments: [String]) throws -> Double? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var status: Int32 = 0
    let time = try timed {
      var child: pid_t = 0
      let code = posix_spawn(&child, path, &actions, nil, &words, environ)
      guard code == 0 else { throw BenchmarkError("\(path) cannot be run: \(String(cString: strerror(code)))") }
      while waitpid(child, &status, 0) < 0, errno == EINTR {}
    }
    return status == 0 ? time.seconds : nil
  }
}
