import Formats

/// A configuration that is not what it should be, in one sentence.
public struct ConfigurationError: UserFacingError, Hashable, Sendable {
  public var description: String
  public var status: FailureStatus { .badUsage }
  public init(_ description: String) { self.description = description }
}
