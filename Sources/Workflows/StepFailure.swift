import Formats

/// A step that failed, which ended its workflow.
package struct StepFailure: UserFacingError {
  package var step: String
  package var cause: any Error

  package init(step: String, cause: any Error) { (self.step, self.cause) = (step, cause) }

  package var description: String { "the step '\(step)' failed: \(Formats.sentence(of: cause))" }
  // What was understood well enough to be begun is work that failed.
  package var status: FailureStatus { .failedWork }
  package var excerpt: [String] { (cause as? any UserFacingError)?.excerpt ?? [] }
}
