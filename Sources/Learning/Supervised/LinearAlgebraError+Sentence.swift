import BLASBridge
import Formats

/// What a person sees of a system that cannot be solved is a fit that failed. It is said here, in the lowest target that
/// knows both the error and the protocol.
extension LinearAlgebraError: UserFacingError {
  public var sentence: String { "the fit failed: \(description)" }
  public var status: FailureStatus { .failedWork }
}
