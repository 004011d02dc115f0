import Formats

/// Why Autopilot has no answer, in one sentence.
package struct AutopilotError: UserFacingError, Hashable {
  package let description: String
  package let status: FailureStatus

  /// By default the request was not understood, or the table cannot answer it.
  package init(_ description: String, status: FailureStatus = .badUsage) {
    (self.description, self.status) = (description, status)
  }
}
