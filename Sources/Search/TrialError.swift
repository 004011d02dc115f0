import Formats

/// Why a trial failed.
struct TrialError: UserFacingError, Hashable {
  var description: String
  var status: FailureStatus { .failedWork }
  init(_ description: String) { self.description = description }
}
