import Files
import Formats
import Glibc

/// The reason why the store could not do what was asked; its description is one sentence for the user. Match on it where one
/// reason has another answer than the rest.
///
/// ```swift
/// func record(of reference: String, in store: Store) throws -> RunRecord? {
///   do {
///     return try store.load(store.find(reference))
///   } catch StoreError.unknownRun(_, let nearest) {
///     print("no such run", nearest.map { "; did you mean \($0)?" } ?? "")
///     return nil
///   }
/// }
/// ```
public enum StoreError: UserFacingError, Hashable, Sendable {
  case missing(path: String)
  /// The folder holds something, but not a store.
  case notAStore(path: String)
  case newerStore(path: String, version: String)
  case otherLogVersion(run: String, version: Int)
  /// Asked for strictly, and the log is not as it was written.
  case damaged(run: String, LogDamage)
  case badExperimentName(String, reason: String)
  /// The store has no run that `latest` could mean.
  case noRuns(path: String)
  case unknownRun(String, nearest: String?)
  case ambiguous(String, matches: [String])
  case deleted(String)
  /// Another process writes the run.
  case live(String)
  /// The log does not vouch for this checkpoint of the run, or a Resume has superseded it.
  case unknownCheckpoint(run: String, file: String)
  case damagedCheckpoint(path: String, reason: String)
  case damagedArtifact(path: String, reason: String)
  /// A sync of the log failed with the error number `code`: nothing more is written to it through this writer.
  case sealed(path: String, code: Int32)
  /// Points met a disk that took nothing, and were too many to be kept in memory.
  case dropped(points: Int, path: String)
  /// A call of the operating system failed.
  case file(FileError)
  /// A parameter has a value, and each is set once.
  case parameterIsSet(run: String, name: String, value: String, wanted: String)
  case badArtifactName(String, reason: String)
  case unknownExperiment(String, nearest: String?)
  /// An experiment has the name that another was to get.
  case experimentExists(String)
  case damagedExperiment(String, LogDamage)
  /// More runs are in use at once than the pool keeps open.
  case poolIsFull(Int)

  public var description: String {
    switch self {
    case .missing(let path):
      "there is no run store at \(path): train something first, or name another store"
    case .notAStore(let path):
      "\(path) is not empty and is not a run store: name another folder"
    case .newerStore(let path, let version):
      "the run store at \(path) is of version \(version), newer than this program: use a newer rlrun"
    case .otherLogVersion(let run, let version):
      version > LogFormat.readable.upperBound
        ? "the log of run \(run) is of version \(version), newer than this program: use a newer rlrun"
        : "the log of run \(run) is of version \(version), which this program no longer reads: use the rlrun that wrote it"
    case .damaged(let run, let damage):
      "the log of run \(run) is damaged (\(damage.place): \(damage.reason)): read it with --salvage, or repair it with "
        + "rlrun repair \(run)"
    case .badExperimentName(let name, let reason):
      "\"\(name)\" cannot be the name of an experiment: \(reason)"
    case .noRuns(let path):
      "the run store at \(path) has no runs yet"
    case .unknownRun(let reference, let nearest):
      "there is no run \(reference)" + (nearest.map { ": did you mean \($0)?" } ?? "")
    case .ambiguous(let reference, let matches):
      "\(reference) could be any of \(matches.count) runs: \(Self.list(matches))"
    case .deleted(let run):
      "run \(run) has been deleted"
    case .live(let run):
      "run \(run) is being written by another process: wait until it ends, or stop it"
    case .unknownCheckpoint(let run, let file):
      "run \(run) has no checkpoint \(file) to resume from"
    case .damagedCheckpoint(let path, let reason):
      "the checkpoint \(path) is not as it was written: \(reason)"
    case .damagedArtifact(let path, let reason):
      "the artifact \(path) is not as it was kept: \(reason)"
    case .sealed(let path, let code):
      "the disk failed under \(path) (\(FileError.words(code))), so nothing more is written: check it, then resume the run"
    case .dropped(let points, let path):
      "\(points) points were lost because nothing could be written to \(path) for too long"
    case .file(let error): error.description
    case .parameterIsSet(let run, let name, let value, let wanted):
      "parameter \(name) of run \(run) is \(value) and cannot become \(wanted): record the other value under another name"
    case .badArtifactName(let name, let reason):
      "\"\(name)\" cannot be the name of an artifact: \(reason)"
    case .unknownExperiment(let name, let nearest):
      "there is no experiment '\(name)'" + (nearest.map { ": did you mean '\($0)'?" } ?? "")
    case .experimentExists(let name):
      "there is an experiment '\(name)' already: choose another name"
    case .damagedExperiment(let name, let damage):
      "the log of experiment '\(name)' is damaged (\(damage.place): \(damage.reason)): mend it with "
        + "rlrun repair --experiment '\(name)'"
    case .poolIsFull(let limit):
      "all \(limit) runs that may be open at once are in use: try again, or raise the limit"
    }
  }

  /// `badUsage` where what the user named is not there, rather than something having failed.
  public var status: FailureStatus {
    switch self {
    case .missing, .notAStore, .badExperimentName, .noRuns, .unknownRun, .ambiguous, .deleted, .parameterIsSet,
      .badArtifactName, .unknownExperiment, .experimentExists:
      .badUsage
    case .newerStore, .otherLogVersion, .damaged, .live, .unknownCheckpoint, .damagedCheckpoint, .damagedArtifact,
      .sealed, .dropped, .poolIsFull, .damagedExperiment:
      .failedWork
    case .file(let error): error.status
    }
  }

  private static func list(_ names: [String]) -> String {
    names.count <= 8 ? names.joined(separator: ", ") : names.prefix(8).joined(separator: ", ") + ", …"
  }
}

/// What `body` gives, its failure as the store's.
func onDisk<Result: ~Copyable>(_ body: @autoclosure () throws(FileError) -> Result) throws(StoreError) -> Result {
  do throws(FileError) { return try body() } catch { throw StoreError.file(error) }
}
