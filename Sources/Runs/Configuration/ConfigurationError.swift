import Formats

/// A configuration that is not what it should be, in one sentence. Throw it from the initializer of a ``RunConfiguration`` of
/// your own.
///
/// ```swift
/// func require(timeStep: Double) throws(ConfigurationError) {
///   if timeStep <= 0 { throw ConfigurationError("dt must be > 0, not \(timeStep)") }
/// }
/// do { try require(timeStep: 0) } catch { print(error.sentence) }  // dt must be > 0, not 0.0
/// ```
public struct ConfigurationError: UserFacingError, Hashable, Sendable {
  public var description: String
  public var status: FailureStatus { .badUsage }
  public init(_ description: String) { self.description = description }
}
