import Formats
import Glibc

/// A call of the operating system failed. `StoreError.file` has one; match on `code` to react to a full disk.
///
/// ```swift
/// import Glibc
///
/// let error = FileError(.write, path: "runs/log.rlog", code: ENOSPC)
/// print(error.sentence)  // the disk is full: runs/log.rlog could not be written; make room, then resume the run
/// ```
public struct FileError: UserFacingError, Hashable, Sendable {
  /// What the operating system was asked for.
  public enum Purpose: String, Sendable { case read, write, create, lock, sync, delete }

  public var purpose: Purpose
  public var path: String
  /// The error number.
  public var code: Int32

  public var status: FailureStatus { .failedWork }

  public init(_ purpose: Purpose, path: String, code: Int32) {
    self.purpose = purpose
    self.path = path
    self.code = code
  }

  /// One sentence for the user.
  public var description: String {
    switch code {
    case ENOSPC, EDQUOT: "the disk is full: \(path) could not be written; make room, then resume the run"
    case EROFS: "\(path) is on a read-only disk: name another store"
    case EACCES, EPERM: "no permission to \(purpose) \(path): change its permissions, or name another store"
    default: "could not \(purpose) \(path): \(Self.words(code))"
    }
  }

  /// `No space left on device`.
  package static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
