import Formats
import Telemetry
import Validation

/// Decides by few scores of each, over seeds, which of two configurations is better: by the t interval of Welch (1947), which
/// lets each have its own variance.
///
/// A race that looks again after every seed may err at each look: its level is that of one look.
package struct Race: Sendable {
  package var direction: ScoreDirection
  /// The probability of an interval to have the true value in it.
  package var level: Double

  package init(_ direction: ScoreDirection, level: Double = 0.95) {
    (self.direction, self.level) = (direction, level)
  }

  /// Whether a trial with these scores is worse than the incumbent, by a one-sided interval. False where either has fewer
  /// than two scores. Scores that are NaN or infinite are the worst there are.
  package func isWorse(_ scores: [Double], than incumbent: [Double]) -> Bool {
    guard scores.count > 1, incumbent.count > 1, incumbent.allSatisfy(\.isFinite) else { return false }
    guard scores.allSatisfy(\.isFinite) else { return true }
    let trial = Welch(scores.map(direction.loss), incumbent.map(direction.loss))
    return trial.interval(sides: 1, level: level).low > 0
  }

  /// The mean of scores with its interval; no interval for fewer than two.
  package func mean(_ scores: [Double]) -> MeanScore {
    let mean = Formats.mean(scores)
    guard let deviation = standardDeviation(scores), mean.isFinite else {
      return MeanScore(mean: mean, low: nil, high: nil, count: scores.count)
    }
    let t = StudentT(degreesOfFreedom: Double(scores.count - 1)).quantile(0.5 + level / 2)
    let reach = t * deviation / Double(scores.count).squareRoot()
    return MeanScore(mean: mean, low: mean - reach, high: mean + reach, count: scores.count)
  }

  /// How much better `scores` are than `others`, above 0 in either direction; both on seeds that neither was chosen by.
  package func difference(_ scores: [Double], _ others: [Double]) -> ScoreDifference {
    let mean = direction.loss(Formats.mean(others)) - direction.loss(Formats.mean(scores))
    guard scores.count > 1, others.count > 1, mean.isFinite else {
      return ScoreDifference(mean: mean, low: nil, high: nil)
    }
    let interval = Welch(others.map(direction.loss), scores.map(direction.loss)).interval(sides: 2, level: level)
    return ScoreDifference(mean: mean, low: interval.low, high: interval.high)
  }
}

/// A mean over seeds.
package struct MeanScore: Sendable, Hashable, Codable {
  package var mean: Double
  /// nil for fewer than two scores.
  @NullWritten package var low: Double?
  @NullWritten package var high: Double?
  package var count: Int
}

/// How much better one mean is than another.
package struct ScoreDifference: Sendable, Hashable, Codable {
  package var mean: Double
  /// nil where either has fewer than two scores.
  @NullWritten package var low: Double?
  @NullWritten package var high: Double?

  package init(mean: Double, low: Double?, high: Double?) { (self.mean, self.low, self.high) = (mean, low, high) }

  /// Whether the interval excludes 0; false without one.
  package var isDistinguishable: Bool {
    guard let low, let high else { return false }
    return low > 0 || high < 0
  }
}

/// The difference of two means.
private struct Welch {
  let difference: Double
  let error: Double
  let degreesOfFreedom: Double

  /// Of at least two values each.
  init(_ a: [Double], _ b: [Double]) {
    func squaredError(_ values: [Double]) -> Double {
      let deviation = standardDeviation(values)!
      return deviation * deviation / Double(values.count)
    }
    let (ofA, ofB) = (squaredError(a), squaredError(b))
    difference = mean(a) - mean(b)
    error = (ofA + ofB).squareRoot()
    // Shares first, so that tiny variances do not vanish when squared.
    let (shareA, shareB) = (ofA / (ofA + ofB), ofB / (ofA + ofB))
    degreesOfFreedom =
      ofA + ofB > 0 ? 1 / (shareA * shareA / Double(a.count - 1) + shareB * shareB / Double(b.count - 1)) : .infinity
  }

  /// Two-sided from the difference less its reach to that and its reach; one-sided with the reach of one side.
  func interval(sides: Int, level: Double) -> (low: Double, high: Double) {
    guard error > 0, degreesOfFreedom.isFinite else { return (difference, difference) }
    let t = StudentT(degreesOfFreedom: degreesOfFreedom).quantile(sides == 1 ? level : 0.5 + level / 2)
    return (difference - t * error, difference + t * error)
  }
}
