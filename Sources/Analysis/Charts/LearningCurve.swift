import Telemetry
import Tracker

/// A metric over steps or time, averaged over the runs that differ by their seed only.
///
/// Runs are grouped by agent, environment and configuration hash. Inside a run the metric is interpolated linearly
/// between its points and not continued beyond them; of several points at a step the last stands. Values that are NaN,
/// infinite or beyond ±1e300 break the line: nothing is interpolated across them, and they are counted and kept as `gaps`.
/// The mean is of the runs that have a value; the interval is the percentile bootstrap's: whole runs are drawn again with
/// replacement.
///
///     let curve = LearningCurve(of: try store.runs(experiment: "first"), metric: "rollout/ep_rew_mean")
///     try SVGChart(ChartFigure(curve)).text.write(toFile: "curve.svg", atomically: true, encoding: .utf8)
package struct LearningCurve: Sendable {
  /// Runs that share a configuration: columns of equal length, one element a step of the grid.
  package struct Group: Sendable, Hashable {
    /// What tells it from the other groups of its environment, `ppo learning_rate=0.001`.
    package var label: String
    package var environment: String
    /// Ids of the runs, sorted.
    package var runs: [String]
    /// Steps, or seconds.
    package var steps: [Double]
    /// The mean over the runs that have a value around that step; NaN where none has.
    package var means: [Double]
    /// The interval's ends; both the mean where one run is all there is.
    package var lows: [Double]
    package var highs: [Double]
    /// Steps of the grid at which runs are off the axis, ascending.
    package var gaps: [Gap]
    /// How many recorded values are off the axis, over all runs.
    package var offAxis: [OffAxisValue: Int]
    /// How many runs have such a value.
    package var runsOffAxis: Int
    /// How the runs end that end off the axis; by ascending first step.
    package var endings: [Ending]
  }

  /// Runs that have a value off the axis at a step.
  package struct Gap: Sendable, Hashable {
    package var step: Double
    package var value: OffAxisValue
    /// How many runs.
    package var runs: Int
  }

  /// How a run ends whose last points are off the axis in one way.
  package struct Ending: Sendable, Hashable {
    package var value: OffAxisValue
    /// The first of these points, and the run's last.
    package var first: Double
    package var last: Double
  }

  /// What a metric is drawn over.
  package enum Axis: String, Sendable, CaseIterable {
    case steps
    /// Seconds of work since the run began.
    case time

    /// What is written at the axis.
    var title: String { self == .steps ? "steps" : "seconds" }

    /// `step 4,096`, `4.6 s`.
    func place(_ step: Double) -> String {
      self == .time ? "\(brief(step)) s" : "step \(groupedStep(step))"
    }
  }

  package let metric: Metric
  package let axis: Axis
  /// The weight of what came before in the exponential moving average of each run; 0 for none.
  package let smoothing: Double
  /// Groups with a point at least, sorted by environment and label.
  package let groups: [Group]
  /// Runs that have no point of the metric.
  package let runsWithout: [String]
  /// The environments of the groups, sorted.
  package let environments: [String]
  /// The share of bootstrap means between `lows` and `highs`.
  package let confidence: Double

  /// `points`: the most steps a group's grid has: the recorded steps themselves where they are not more.
  /// `smoothing`: 0 ..< 1; each run is smoothed before the mean is taken, as TensorBoard does: the average begins unbiased.
  /// `seed`: of the bootstrap's `resamples` draws, so that the same runs give the same interval.
  package init(
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
      Member(record: record, trace: CurveTrace(of: record, metric, axis, smoothing: smoothing))
    }
    runsWithout = members.filter(\.trace.steps.isEmpty).map(\.record.id)
    let found = members.filter { !$0.trace.steps.isEmpty }
    let byConfiguration = GroupKey.groups(of: found, areExtensionsApart: false, run: \.record)
    let byEnvironment = Dictionary(grouping: byConfiguration.keys, by: \.environment)
    environments = byEnvironment.keys.sorted()
    groups = environments.flatMap { environment in
      let configurations = byConfiguration.filter { $0.key.environment == environment }
      let labels = GroupLabels(configurations.mapValues { $0[0].record })
      return configurations.sorted { (labels[$0.key], $0.key) < (labels[$1.key], $1.key) }.map { key, members in
        let bootstrap = (confidence: confidence, resamples: resamples, seed: seed)
        return Group(members, label: labels[key], environment: environment, points: points, bootstrap)
      }
    }
  }
}

/// A run and its points of the metric.
private struct Member {
  var record: RunRecord
  var trace: CurveTrace
}

extension LearningCurve.Group {
  fileprivate init(
    _ members: [Member], label: String, environment: String, points: Int,
    _ bootstrap: (confidence: Double, resamples: Int, seed: UInt64)
  ) {
    let traces = members.map(\.trace)
    steps = CurveGrid.steps(of: traces, points: points)
    var gaps: [LearningCurve.Gap] = []
    var curves = traces.map { _ in [Double?](repeating: nil, count: 0) }
    for step in steps {
      var counts: [OffAxisValue: Int] = [:]
      for (run, trace) in traces.enumerated() {
        switch trace.value(at: step) {
        case .value(let value): curves[run].append(value)
        case .offAxis(let value):
          counts[value, default: 0] += 1
          curves[run].append(nil)
        case nil: curves[run].append(nil)
        }
      }
      for value in OffAxisValue.allCases {
        if let runs = counts[value] { gaps.append(LearningCurve.Gap(step: step, value: value, runs: runs)) }
      }
    }
    let drawn = CurveBootstrap(curves)
    let interval = drawn.interval(
      confidence: bootstrap.confidence, resamples: bootstrap.resamples, seed: bootstrap.seed)
    (means, lows, highs) = (drawn.means, interval.lows, interval.highs)
    (self.label, self.environment, self.gaps) = (label, environment, gaps)
    runs = members.map(\.record.id)
    offAxis = traces.reduce(into: [:]) { $0.merge($1.offAxis, uniquingKeysWith: +) }
    runsOffAxis = traces.count { !$0.offAxis.isEmpty }
    endings = traces.compactMap(\.ending).sorted { $0.first < $1.first }
  }
}
