import DataQuality
import Runs

/// What happens while a workflow runs, to be shown.
package enum WorkflowEvent: Sendable {
  case upToDate(step: String, [StepOutput])
  case begins(step: WorkflowStep, because: [StepReason], runs: Int)
  /// Rows stored so far.
  case rows(Int)
  case progress(seed: UInt64, RunProgress)
  case remark(String)
  case checked(DataCheckReport)
  case ends(step: WorkflowStep, [StepOutput], seconds: Double)
}
