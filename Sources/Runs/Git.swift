import Foundation

/// Asks git.
enum Git {
  /// What `git` prints in the folder `path`, up to `limit` bytes; nil where it fails, or is not there.
  static func output(
    of arguments: [String], in path: String, limit: Int
  ) -> (output: [UInt8], isWhole: Bool)? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    process.environment = ProcessInfo.processInfo.environment.merging(["GIT_OPTIONAL_LOCKS": "0"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    var output: [UInt8] = []
    while output.count <= limit, let data = try? pipe.fileHandleForReading.read(upToCount: 1 << 16), !data.isEmpty {
      output += data
    }
    if output.count > limit {
      // A signal that can be blocked or ignored may be; git only reads here.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return (Array(output.prefix(limit)), false)
    }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? (output, true) : nil
  }
}
