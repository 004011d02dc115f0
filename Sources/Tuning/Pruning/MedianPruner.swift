import Formats
import Telemetry

/// Stops a trial whose best score so far is worse than the median of the finished trials' scores at its step (Golovin et al.
/// 2017, "Google Vizier"), with Optuna's rules for when it begins to.
package struct MedianPruner: Pruner {
  private let direction: ScoreDirection
  private let startupTrials: Int
  private let warmupSteps: Int
  private let interval: Int

  /// Prunes once `startupTrials` have finished, from step `warmupSteps` on, and at the first report of each `interval`
  /// steps after it.
  package init(_ direction: ScoreDirection, startupTrials: Int = 5, warmupSteps: Int = 0, interval: Int = 1) {
    self.direction = direction
    self.startupTrials = max(0, startupTrials)
    self.warmupSteps = max(0, warmupSteps)
    self.interval = max(1, interval)
  }

  package func prunes(_ reports: [Report], among others: [Trial]) -> Bool {
    guard let last = reports.last, last.step >= warmupSteps, isFirstOfInterval(reports) else { return false }
    let finished = others.filter { if case .finished = $0.state { true } else { false } }
    guard !finished.isEmpty, finished.count >= startupTrials else { return false }
    let losses = reports.map { direction.loss($0.score) }.filter { !$0.isNaN }
    // Nothing but NaN.
    guard let best = losses.min() else { return true }
    let there = finished.compactMap { trial in
      trial.reports.last { $0.step == last.step }.map { direction.loss($0.score) }
    }.filter { !$0.isNaN }
    return !there.isEmpty && best > median(there)
  }

  private func isFirstOfInterval(_ reports: [Report]) -> Bool {
    guard reports.count > 1 else { return true }
    let before = reports[reports.count - 2].step
    let began = warmupSteps + (reports[reports.count - 1].step - warmupSteps) / interval * interval
    return before < began
  }
}
