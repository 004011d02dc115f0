import Foundation
import Tracker

extension CodeState {
  /// What of a difference is kept, in bytes; of a longer one the beginning.
  package static let diffLimit = 1 << 20

  /// The state of the git repository that the working directory lies in, with the difference of its files from the commit;
  /// nil outside one. Asks git, which takes some tens of milliseconds, once in a program.
  package static let current: (state: CodeState, diff: [UInt8])? = capture(
    in: FileManager.default.currentDirectoryPath, commit: Surroundings.gitCommit)

  /// Of the repository that the folder `path` lies in, where `commit` is checked out. Untracked files are not looked at.
  static func capture(in path: String, commit: String?) -> (state: CodeState, diff: [UInt8])? {
    guard let commit else { return nil }
    let options = ["--no-color", "--no-ext-diff", "--no-textconv", "--no-renames"]
    guard let diff = git(["diff", "HEAD"] + options, in: path, limit: diffLimit) else { return nil }
    let state = CodeState(commit: commit, isDirty: !diff.output.isEmpty, isDiffCut: !diff.isWhole)
    return (state, Redaction.diff(diff.output))
  }

  /// What git prints, up to `limit` bytes; nil where it fails, or is not there.
  private static func git(_ arguments: [String], in path: String, limit: Int) -> (output: [UInt8], isWhole: Bool)? {
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

extension RunWriter {
  /// Records the commit, whether files differ from it, and how, beside what the run does.
  package func recordCode() { recordCodeState { CodeState.current } }
}
