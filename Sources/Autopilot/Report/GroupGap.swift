import Telemetry
import Validation

/// The groups with the best and the worst score, where they differ by more than chance does between as many groups.
struct GroupGap {
  let best, worst: AutopilotReport.Group

  /// Each pair of groups is tested by the normal distribution at 5 % over the number of pairs.
  init?(_ groups: [AutopilotReport.Group], _ direction: ScoreDirection) {
    let judged = groups.filter { Self.error($0) != nil }
    let sorted = judged.sorted { direction.prefers($0.score.value, to: $1.score.value) }
    guard let best = sorted.first, let worst = sorted.last, sorted.count > 1, let error = Self.error(best),
      let other = Self.error(worst)
    else { return nil }
    let pairs = Double(sorted.count * (sorted.count - 1) / 2)
    let reach = StudentT(degreesOfFreedom: 1e6).quantile(1 - 0.05 / (2 * pairs))
    guard abs(best.score.value - worst.score.value) > reach * (error * error + other * other).squareRoot() else {
      return nil
    }
    (self.best, self.worst) = (best, worst)
  }

  /// Of a 95 % interval.
  private static func error(_ group: AutopilotReport.Group) -> Double? {
    guard let low = group.score.low, let high = group.score.high else { return nil }
    return (high - low) / (2 * 1.96)
  }
}
