import Telemetry

/// Asynchronous successive halving (Li et al. 2018, "A System for Massively Parallel Hyperparameter Tuning"), as a rule for
/// stopping: at each rung a trial goes on if its score is among the best 1/η of those reported there so far.
///
/// The rungs are at `minResource`, `minResource` η, `minResource` η² and so on. A rung's score is the first report at it or
/// beyond. Trials never wait for others, so the first to come to a rung goes on, and of fewer than η only the best.
package struct ASHAPruner: Pruner {
  package let minResource: Int
  package let reductionFactor: Int
  private let direction: ScoreDirection

  package init(_ direction: ScoreDirection, minResource: Int = 1, reductionFactor: Int = 3) {
    self.direction = direction
    self.minResource = max(1, minResource)
    self.reductionFactor = max(2, reductionFactor)
  }

  /// The steps of the rungs up to `budget`, at which trials need to report.
  package func rungs(upTo budget: Int) -> [Int] {
    var rungs: [Int] = []
    var rung = minResource
    while rung <= budget {
      rungs.append(rung)
      let (next, overflows) = rung.multipliedReportingOverflow(by: reductionFactor)
      if overflows { break }
      rung = next
    }
    return rungs
  }

  package func prunes(_ reports: [Report], among others: [Trial]) -> Bool {
    guard let last = reports.last else { return false }
    let before = reports.count > 1 ? reports[reports.count - 2].step : .min
    // The rungs that this report came to; of several it is judged at each, as the others were.
    return rungs(upTo: last.step).contains { $0 > before && !goesOn(last.score, at: $0, among: others) }
  }

  private func goesOn(_ score: Double, at rung: Int, among others: [Trial]) -> Bool {
    let own = direction.loss(score)
    if own.isNaN { return false }
    let losses = others.compactMap { trial in
      trial.reports.first { $0.step >= rung }.map { direction.loss($0.score) }
    }.filter { !$0.isNaN }
    let places = max(1, (losses.count + 1) / reductionFactor)
    return losses.count { $0 < own } < places
  }
}
