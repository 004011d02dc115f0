import DataQuality
import Formats
import Preparing
import Runs
import Synchronization
import Tracker
import Workflows

/// Tells what a workflow does: a line when a step begins and one when it ends, and how far it is in between.
final class WorkflowDisplay: Sendable {
  private struct State {
    var results: [WorkflowStepSummary] = []
    var reasons: [String] = []
    var step = ""
    var rows: RowsDisplay?
    var progress: ProgressDisplay?
    /// Fits of the step.
    var runs = 0
  }

  private let workflow: Workflow
  private let store: Store
  private let isQuiet: Bool
  private let state = Mutex(State())

  init(_ workflow: Workflow, in store: Store, isQuiet: Bool) {
    (self.workflow, self.store, self.isQuiet) = (workflow, store, isQuiet)
  }

  /// Steps that are up to date, and those that were done.
  var results: [WorkflowStepSummary] { state.withLock { $0.results } }

  func show(_ event: WorkflowEvent) {
    state.withLock { state in
      switch event {
      case .upToDate(let step, let outputs):
        let action = workflow.steps.first { $0.name == step }?.verb ?? ""
        let made = outputs.map(\.words)
        state.results.append(WorkflowStepSummary(step: step, action: action, state: .current, made: made))
        say("\(step): up to date (\(made.joined(separator: ", ")))")
      case .begins(let step, let reasons, let runs):
        (state.step, state.runs, state.reasons) = (step.name, runs, reasons.map(\.words))
        (state.rows, state.progress) = (nil, nil)
        say("\(step.name): \(step.verb), \(state.reasons.joined(separator: "; "))")
      case .rows(let count):
        if state.rows == nil { state.rows = RowsDisplay(isQuiet: isQuiet) }
        state.rows?.update(count)
      case .progress(let seed, let progress):
        if state.progress == nil {
          state.progress = ProgressDisplay(
            budget: progress.budget, trainings: state.runs, isQuiet: isQuiet, unit: .epochs)
        }
        state.progress?.update(seed: seed, progress)
      case .remark(let text): complain("\(state.step): \(text)")
      case .checked(let report): show(report, of: state.step)
      case .ends(let step, let outputs, let seconds):
        state.rows?.finish()
        state.progress?.finish()
        let made = outputs.map(\.words)
        state.results.append(
          WorkflowStepSummary(step: step.name, action: step.verb, state: .done, why: state.reasons, made: made))
        let verb = step.isCheck ? "passed" : "made"
        say("\(step.name): \(verb) \(made.joined(separator: ", ")) in \(decimal(seconds, 1)) s")
        for output in outputs {
          if case .scores(let run) = output, let line = scores(of: run) { say("  \(line)") }
        }
      }
    }
  }

  private func say(_ line: String) { if !isQuiet { printPage(line) } }

  private func show(_ report: DataCheckReport, of step: String) {
    if report.breaksExpectations {
      if !isQuiet { StandardOutput.show(report.text(width: pageWidth) + "\n") }
    } else if !report.issues.isEmpty {
      let count = report.issues.count
      complain("\(step): \(count) thing\(count == 1 ? "" : "s") to look at, which 'rlrun data check' lists")
    }
  }

  /// `seed 1: accuracy 0.9123, roc_auc 0.9544`
  private func scores(of run: String) -> String? {
    guard let record = try? store.load(run) else { return nil }
    let scores = [
      "accuracy", "balanced_accuracy", "log_loss", "roc_auc", "ndcg", "r2", "mse", "mae", "pinball_loss", "inertia",
    ]
    .compactMap { name in record.last(.init("test/\(name)")).map { "\(name) \(decimal($0, 4))" } }
    return "seed \(record.description.seed): " + scores.joined(separator: ", ")
  }
}
