import Formats

/// Why a trial failed.
package struct TrialError: UserFacingError, Hashable {
  package var description: String
  package var status: FailureStatus { .failedWork }
  package init(_ description: String) { self.description = description }
}
