import Randomness
import Telemetry

/// A metric over steps or time, averaged over the runs that differ by their seed only.
///
/// Runs are grouped by agent, environment and configuration hash. Inside a run the metric is interpolated linearly
/// between its points and not continued beyond them; points that are not finite or beyond ±1e300, whose sums would not
/// be, are left out, and of several points at a step the last stands. The interval is the percentile bootstrap's: whole
/// runs are drawn again with replacement.
public struct LearningCurve: Sendable {
  /// Runs that share a configuration: columns of equal length, one element a step of the grid.
  public struct Group: Sendable, Hashable {
    /// What tells it from the other groups, `ppo · learning_rate = 0.001`.
    public var label: String
    /// Ids of the runs, sorted.
    public var runs: [String]
    /// Steps, or seconds.
    public var steps: [Double]
    /// The mean over the runs that have the metric around that step.
    public var means: [Double]
    /// The interval's ends; both the mean where one run is all there is.
    public var lows: [Double]
    public var highs: [Double]
  }

  /// What a metric is drawn over.
  public enum Axis: String, Sendable, CaseIterable {
    case steps
    /// Seconds since the run began.
    case time

    /// What is written at the axis.
    var title: String { self == .steps ? "steps" : "seconds" }
  }

  public let metric: Metric
  public let axis: Axis
  /// The weight of what came before in the exponential moving average of each run; 0 for none.
  public let smoothing: Double
  /// Groups with a point at least, sorted by label.
  public let groups: [Group]
  /// Runs that have no point of the metric that can be drawn.
  public let runsWithout: [String]
  /// The environments of the groups, sorted.
  public let environments: [String]
  /// The share of bootstrap means between `lows` and `highs`.
  public let confidence: Double

  /// `points`: the most steps a group's grid has: the recorded steps themselves where they are not more.
  /// `smoothing`: 0 ..< 1; each run is smoothed before the mean is taken, as TensorBoard does: the average begins unbiased.
  /// `seed`: of the bootstrap's `resamples` draws, so that the same runs give the same interval.
  public init(
    of records: [RunRecord], metric: Metric, by axis: Axis = .steps, smoothing: Double = 0, points: Int = 400,
    confidence: Double = 0.95, resamples: Int = 2_000,
    seed: UInt64 = 0
  ) {
    precondition(points >= 2 && resamples >= 1 && confidence > 0 && confidence < 1 && smoothing >= 0 && smoothing < 1)
    self.metric = metric
    self.axis = axis
    self.smoothing = smoothing
    self.confidence = confidence
    let members = records.sorted { $0.id < $1.id }.map { record in
      (record: record, trace: Trace(record.series(metric), axis, from: record.description.start, smoothing))
    }
    runsWithout = members.filter(\.trace.steps.isEmpty).map(\.record.id)
    let found = members.filter { !$0.trace.steps.isEmpty }
    let byConfiguration = Dictionary(grouping: found) { GroupKey($0.record.description) }
    let labels = GroupLabels(byConfiguration.mapValues { $0[0].record })
    environments = Set(byConfiguration.keys.map(\.environment)).sorted()
    groups = byConfiguration.sorted { (labels[$0.key], $0.key) < (labels[$1.key], $1.key) }.map { key, members in
      let traces = members.map(\.trace)
      let steps = Self.grid(of: traces, points: points)
      let bootstrap = CurveBootstrap(traces.map { trace in steps.map { trace.value(at: $0) } })
      let interval = bootstrap.interval(confidence: confidence, resamples: resamples, seed: seed)
      return Group(
        label: labels[key], runs: members.map(\.record.id), steps: steps, means: bootstrap.means,
        lows: interval.lows, highs: interval.highs)
    }
  }

  private static func grid(of traces: [Trace], points: Int) -> [Double] {
    let recorded = Set(traces.flatMap(\.steps)).sorted()
    guard recorded.count > points, let first = recorded.first, let last = recorded.last else { return recorded }
    let stride = (last - first) / Double(points - 1)
    return (0..<points).map { $0 == points - 1 ? last : first + Double($0) * stride }
  }
}

/// The points of a run's metric that can be drawn, by ascending step, one a step.
private struct Trace {
  var steps: [Double] = []
  var values: [Double] = []

  init(_ series: Series?, _ axis: LearningCurve.Axis, from start: Int64, _ smoothing: Double) {
    guard let series else { return }
    let places = axis == .steps ? series.steps : series.wallTimes.map { Int($0 &- start) }
    let unit = axis == .steps ? 1 : 1e-6
    for point in stableOrder(of: places) where series.values[point].magnitude <= 1e300 {
      let step = Double(places[point]) * unit
      if step == steps.last {
        values[values.count - 1] = series.values[point]
      } else {
        steps.append(step)
        values.append(series.values[point])
      }
    }
    if smoothing > 0 { smooth(smoothing) }
  }

  /// An exponential moving average, divided by the sum of its weights.
  private mutating func smooth(_ weight: Double) {
    var (sum, weights) = (0.0, 0.0)
    for index in values.indices {
      sum = weight * sum + (1 - weight) * values[index]
      weights = weight * weights + (1 - weight)
      values[index] = sum / weights
    }
  }

  /// Interpolated linearly; nil outside the first and last step.
  func value(at step: Double) -> Double? {
    guard let first = steps.first, let last = steps.last, step >= first, step <= last else { return nil }
    var (low, high) = (0, steps.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle] < step { low = middle + 1 } else { high = middle }
    }
    if steps[low] == step { return values[low] }
    let share = (step - steps[low - 1]) / (steps[low] - steps[low - 1])
    return values[low - 1] * (1 - share) + values[low] * share
  }
}

/// Means over curves `[run][step]`, and how they vary when the runs are drawn again.
private struct CurveBootstrap {
  private let curves: [[Double?]]
  let means: [Double]

  /// Every step has a run at least.
  init(_ curves: [[Double?]]) {
    self.curves = curves
    means = (curves.first ?? []).indices.map { step in mean(curves.compactMap { $0[step] }) }
  }

  func interval(confidence: Double, resamples: Int, seed: UInt64) -> (lows: [Double], highs: [Double]) {
    if curves.count == 1 { return (means, means) }
    var generator = CounterGenerator(SeedSequence(seed))
    // How often each draw takes each run: the same draws at every step, so that the band belongs to whole curves.
    let draws = (0..<resamples).map { _ in
      var counts = [Double](repeating: 0, count: curves.count)
      for _ in curves.indices { counts[generator.integer(below: curves.count)] += 1 }
      return counts
    }
    var (lows, highs) = (means, means)
    for step in means.indices {
      let there = curves.indices.compactMap { run in curves[run][step].map { (run: run, value: $0) } }
      var resampled: [Double] = []
      resampled.reserveCapacity(resamples)
      for counts in draws {
        var (sum, count) = (0.0, 0.0)
        for (run, value) in there {
          sum += counts[run] * value
          count += counts[run]
        }
        if count > 0 { resampled.append(sum / count) }
      }
      resampled.sort()
      lows[step] = quantile(resampled, (1 - confidence) / 2)
      highs[step] = quantile(resampled, (1 + confidence) / 2)
    }
    return (lows, highs)
  }
}
