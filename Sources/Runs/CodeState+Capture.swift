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
    guard let diff = Git.output(of: ["diff", "HEAD"] + options, in: path, limit: diffLimit) else { return nil }
    let state = CodeState(commit: commit, isDirty: !diff.output.isEmpty, isDiffCut: !diff.isWhole)
    return (state, Redaction.diff(diff.output))
  }
}

extension RunWriter {
  /// Records the commit, whether files differ from it, and how, beside what the run does.
  package func recordCode() { recordCodeState { CodeState.current } }
}
