import DataVersions
import Formats

/// What a run of a step has made, as it lies in the store.
package enum StepOutput: Sendable, Hashable {
  case version(DataVersion)
  /// `sha256`: of the run's last checkpoint.
  case model(run: String, sha256: String)
  case scores(run: String)
  case file(path: String, sha256: String)

  /// What steps that take it depend on.
  var sha256: String {
    switch self {
    case .version(let version): version.sha256
    case .model(_, let sha256), .file(_, let sha256): sha256
    case .scores(let run): SHA256.hexadecimal(Array(run.utf8))
    }
  }

  /// In a few words: `data:churn.raw@2`, `run 3k9z`.
  package var words: String {
    switch self {
    case .version(let version): "\(version.reference)"
    case .model(let run, _), .scores(let run): "run \(run)"
    case .file(let path, _): path
    }
  }
}

/// The SHA-256 of something that a step takes, as far as it is known.
package enum InputDigest: Sendable, Hashable {
  case known(String)
  /// The step that makes it has to run first, or may have to.
  case pending(String)
  /// It is in another system, and may have changed.
  case unknowable
}
