import Formats
import Randomness

/// Algorithms over environments by normalised scores, with the uncertainty that few seeds leave.
///
/// Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical precipice", section 4; intervals are
/// of the stratified percentile bootstrap, which draws the runs of every environment anew.
package struct ScoreComparison: Sendable, Codable, Hashable {
  /// The bootstrap's seed.
  package var seed: UInt64
  package var resamples: Int
  /// Those in which every algorithm has scores, sorted; the only ones that count.
  package var environments: [String]
  /// The highest IQM first.
  package var aggregate: [Aggregate]
  /// One for each ordered pair of algorithms.
  package var probabilityOfImprovement: [Improvement]
  package var performanceProfile: PerformanceProfile
  /// What to bear in mind, a sentence each.
  package var notes: [String]

  /// An algorithm's statistics over all environments, each with the ends of its 95 % interval; nil where there are fewer
  /// than four runs, or an environment with one.
  package struct Aggregate: Sendable, Codable, Hashable {
    package var algorithm: String
    /// In all environments together.
    package var runs: Int
    package var iqm: Double
    @NullWritten package var iqmLow: Double?
    @NullWritten package var iqmHigh: Double?
    /// Over environments, of the mean over runs.
    package var median: Double
    @NullWritten package var medianLow: Double?
    @NullWritten package var medianHigh: Double?
    package var mean: Double
    @NullWritten package var meanLow: Double?
    @NullWritten package var meanHigh: Double?
    /// How far runs fall short of 1; less is better.
    package var optimalityGap: Double
    @NullWritten package var optimalityGapLow: Double?
    @NullWritten package var optimalityGapHigh: Double?
  }

  /// The probability that a run of `x` scores above one of `y` in a random environment, and its 95 % interval; nil where
  /// either has none.
  package struct Improvement: Sendable, Codable, Hashable {
    package var x: String
    package var y: String
    package var p: Double
    @NullWritten package var low: Double?
    @NullWritten package var high: Double?
  }

  /// Draws of the performance profiles' bands.
  static let profileResamples = 2_000

  /// `resamples` ≥ 1; traps unless there is an environment in which every algorithm has a score.
  package init(of table: ScoreTable, seed: UInt64 = 0, resamples: Int = 20_000) {
    precondition(resamples >= 1, "a bootstrap needs at least one resample, not \(resamples)")
    let environments = table.commonEnvironments
    precondition(!environments.isEmpty, "no environment has scores of every algorithm")
    (self.seed, self.resamples, self.environments) = (seed, resamples, environments)
    let algorithms = table.algorithms.map { name in
      (name: name, scores: StratifiedScores(environments.map { table.scores[name]?[$0] ?? [] }))
    }
    aggregate = algorithms.map { Aggregate($0.name, $0.scores, seed: seed, resamples: resamples) }
      .sorted { (-$0.iqm, $0.algorithm) < (-$1.iqm, $1.algorithm) }
    let ranked = aggregate.compactMap { one in algorithms.first { $0.name == one.algorithm } }
    probabilityOfImprovement = Self.improvements(ranked, seed: seed, resamples: resamples)
    performanceProfile = PerformanceProfile(ranked, seed: seed, resamples: min(resamples, Self.profileResamples))
    notes = Self.notes(table, environments, hasNoInterval: algorithms.contains { !$0.scores.haveInterval })
  }

  private static func improvements(
    _ algorithms: [(name: String, scores: StratifiedScores)], seed: UInt64, resamples: Int
  ) -> [Improvement] {
    var improvements: [Improvement] = []
    for (index, x) in algorithms.enumerated() {
      for y in algorithms[(index + 1)...] {
        let pairs = RunPairs(x.scores, y.scores)
        var (xCounts, yCounts) = (x.scores.once, y.scores.once)
        let p = pairs.probability(xCounts, yCounts)
        var interval: (low: Double, high: Double)?
        if x.scores.haveInterval, y.scores.haveInterval {
          var generator = CounterGenerator(SeedSequence(seed))
          interval = percentileInterval(
            (0..<resamples).map { _ in
              x.scores.draw(&xCounts, from: &generator)
              y.scores.draw(&yCounts, from: &generator)
              return pairs.probability(xCounts, yCounts)
            })
        }
        improvements += [
          Improvement(x: x.name, y: y.name, p: p, low: interval?.low, high: interval?.high),
          Improvement(
            x: y.name, y: x.name, p: 1 - p, low: interval.map { 1 - $0.high }, high: interval.map { 1 - $0.low }),
        ]
      }
    }
    return improvements.sorted { $0.p > $1.p }
  }

  private static func notes(_ table: ScoreTable, _ environments: [String], hasNoInterval: Bool) -> [String] {
    var notes: [String] = []
    let ignored = table.environments.filter { !environments.contains($0) }
    if !ignored.isEmpty {
      notes.append("Left out, because not every algorithm has scores there: \(ignored.joined(separator: ", ")).")
    }
    let counts = table.algorithms.map { algorithm in
      let counts = environments.map { table.scores[algorithm]?[$0]?.count ?? 0 }
      return (name: algorithm, least: counts.min() ?? 0, most: counts.max() ?? 0)
    }
    let small = counts.filter { $0.least < 5 }.map { "\($0.name) (\($0.least))" }
    if !small.isEmpty {
      notes.append("Fewer than 5 seeds say little about the next one: \(small.joined(separator: ", ")).")
    }
    if hasNoInterval {
      notes.append("Fewer than 4 runs, or one in an environment, give no interval: –.")
    }
    for (algorithm, least, most) in counts {
      if least < most {
        notes.append(
          "\(algorithm) has from \(least) to \(most) seeds: its IQM is over all runs, so environments with more of them "
            + "weigh more; median, mean, optimality gap and profile weigh environments equally.")
      }
    }
    return notes
  }
}

extension ScoreComparison.Aggregate {
  fileprivate init(_ algorithm: String, _ scores: StratifiedScores, seed: UInt64, resamples: Int) {
    self.algorithm = algorithm
    runs = scores.values.count
    var counts = scores.once
    let means = scores.means(counts)
    iqm = scores.iqm(counts)
    median = Formats.median(means)
    mean = Formats.mean(means)
    optimalityGap = scores.optimalityGap(counts)
    (iqmLow, iqmHigh, medianLow, medianHigh) = (nil, nil, nil, nil)
    (meanLow, meanHigh, optimalityGapLow, optimalityGapHigh) = (nil, nil, nil, nil)
    guard scores.haveInterval else { return }
    var generator = CounterGenerator(SeedSequence(seed))
    var drawn = (iqm: [Double](), median: [Double](), mean: [Double](), gap: [Double]())
    for _ in 0..<resamples {
      scores.draw(&counts, from: &generator)
      let means = scores.means(counts)
      drawn.iqm.append(scores.iqm(counts))
      drawn.median.append(Formats.median(means))
      drawn.mean.append(Formats.mean(means))
      drawn.gap.append(scores.optimalityGap(counts))
    }
    (iqmLow, iqmHigh) = percentileInterval(drawn.iqm)
    (medianLow, medianHigh) = percentileInterval(drawn.median)
    (meanLow, meanHigh) = percentileInterval(drawn.mean)
    (optimalityGapLow, optimalityGapHigh) = percentileInterval(drawn.gap)
  }
}

/// The share of runs that score above a threshold, over thresholds: Agarwal et al. 2021, equation 2 and figure 7.
package struct PerformanceProfile: Sendable, Codable, Hashable {
  /// Ascending.
  package var thresholds: [Double]
  package var algorithms: [Algorithm]

  /// Shares, an element a threshold, and the ends of their pointwise 95 % intervals, which are the shares themselves where
  /// there are too few runs for an interval.
  package struct Algorithm: Sendable, Codable, Hashable {
    package var algorithm: String
    package var shares: [Double]
    package var lows: [Double]
    package var highs: [Double]
  }

  /// Over `points` thresholds of `range`, else from the lowest score, or 0 where that is higher, to the highest, or 1 where
  /// that is lower.
  init(
    _ algorithms: [(name: String, scores: StratifiedScores)], seed: UInt64, resamples: Int, points: Int = 101,
    covering range: ClosedRange<Double>? = nil
  ) {
    let values = algorithms.flatMap(\.scores.values)
    let (low, high) =
      range.map { ($0.lowerBound, $0.upperBound) } ?? (min(0, values.min() ?? 0), max(1, values.max() ?? 1))
    let thresholds = (0..<points).map { low + (high - low) * Double($0) / Double(points - 1) }
    self.thresholds = thresholds
    self.algorithms = algorithms.map { name, scores in
      var counts = scores.once
      let shares = scores.profile(counts, thresholds)
      guard scores.haveInterval else { return Algorithm(algorithm: name, shares: shares, lows: shares, highs: shares) }
      var generator = CounterGenerator(SeedSequence(seed))
      let drawn = (0..<resamples).map { _ in
        scores.draw(&counts, from: &generator)
        return scores.profile(counts, thresholds)
      }
      let intervals = thresholds.indices.map { place in percentileInterval(drawn.map { $0[place] }) }
      return Algorithm(algorithm: name, shares: shares, lows: intervals.map(\.low), highs: intervals.map(\.high))
    }
  }
}
