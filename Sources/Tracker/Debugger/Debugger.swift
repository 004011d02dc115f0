import Telemetry

/// A set of rules that watches a run, live or replayed from its log.
public struct Debugger: PointObserver, Sendable {
  public private(set) var rules: [any DebuggerRule]

  /// A fresh copy of every rule with its default parameters.
  public static var defaultRules: [any DebuggerRule] {
    [
      ExplodingTensor(), VanishingGradient(), ApproxKLSpike(), EntropyCollapse(), ReturnCollapse(),
      PoorWeightInitialization(), AllZero(), UnchangedTensor(), WeightUpdateRatio(), DeadRelu(), SaturatedActivation(),
      NoValidation(), Overfit(), Overtraining(), ClassImbalance(), Confusion(),
    ]
  }

  /// `rules` must not have seen a point yet.
  public init(rules: [any DebuggerRule] = Debugger.defaultRules) { self.rules = rules }

  /// What the rules say of the next point, in the order of the rules.
  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
    var findings: [Finding] = []
    for index in rules.indices {
      if let finding = rules[index].inspect(metric, value, step: step) { findings.append(finding) }
    }
    return findings
  }

  /// What the rules say of a whole run, by step.
  ///
  /// Points go by step, then wall time, then the metric's name: the order of recording up to metrics of one step.
  public mutating func replay(_ record: RunRecord) -> [Finding] {
    var points: [(step: Int, wallTime: Int64, series: Int, index: Int)] = []
    points.reserveCapacity(record.series.reduce(0) { $0 + $1.values.count })
    let series = record.series.sorted { $0.metric.name < $1.metric.name }
    for (number, one) in series.enumerated() {
      for index in one.values.indices { points.append((one.steps[index], one.wallTimes[index], number, index)) }
    }
    points.sort { ($0.step, $0.wallTime, $0.series, $0.index) < ($1.step, $1.wallTime, $1.series, $1.index) }
    var findings: [Finding] = []
    for point in points {
      let one = series[point.series]
      findings += inspect(one.metric, one.values[point.index], step: point.step)
    }
    return findings
  }
}
