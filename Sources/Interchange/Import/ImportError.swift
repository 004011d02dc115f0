import Formats

/// Why a file could not be imported at all; its description is one sentence for the user.
public struct ImportError: UserFacingError, Hashable, Sendable {
  public var path: String
  public var reason: String

  public var description: String { "\(path): \(reason)" }
  public var status: FailureStatus { .failedWork }
}
