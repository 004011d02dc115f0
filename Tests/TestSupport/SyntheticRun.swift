import Debugger
import Settings
import Telemetry
import Tracker

/// A point of a synthetic run.
package struct MetricPoint {
  package var step: Int
  package var metric: Metric
  package var value: Double

  package init(step: Int, metric: Metric, value: Double) {
    (self.step, self.metric, self.value) = (step, metric, value)
  }
}

/// Points of several metrics of equal length, one of each a step, at steps 1, 2, …
package func points(_ series: [(Metric, [Double])]) -> [MetricPoint] {
  series[0].1.indices.flatMap { index in
    series.map { MetricPoint(step: index + 1, metric: $0.0, value: $0.1[index]) }
  }
}

package func findings(_ points: [MetricPoint]) -> [Finding] {
  var debugger = RuleEngine()
  let told = points.flatMap { debugger.inspect($0.metric, $0.value, step: $0.step) }
  return (told + debugger.finish()).latest
}

/// The rules and steps of what is found.
package func found(_ series: [(Metric, [Double])]) -> [String] {
  findings(points(series)).map { "\($0.rule) \($0.step)" }
}

package func constant(_ value: Double, _ count: Int) -> [Double] { Array(repeating: value, count: count) }
package func line(_ from: Double, _ to: Double, _ count: Int) -> [Double] {
  (0..<count).map { from + (to - from) * Double($0) / Double(count - 1) }
}

/// A classifier's series at steps 0 to `epochs`, in which every rule for fits finds something.
package func sickFit(epochs: Int) -> [MetricPoint] {
  let start: [(Metric, [Double])] = [
    ("data/validation_rows", [0]), ("data/baseline_loss", [1.1]), ("data/class_count/a", [600]),
    ("data/class_count/b", [500]), ("data/class_count/c", [500]), ("data/class_count/d", [9]),
    ("weights/layers.0/norm", [3]), ("weights/layers.0/unit_spread", [0]), ("activations/layers.1/variance", [1e-9]),
  ]
  let later: [(Metric, [Double])] = [
    ("train/loss", line(1.1, 0.01, epochs)), ("validation/loss", line(1.1, 1.3, epochs)),
    ("validation/recall/a", constant(0.95, epochs)), ("validation/recall/b", constant(0.5, epochs)),
    ("validation/recall/c", constant(0.4, epochs)), ("validation/recall/d", constant(0, epochs)),
    ("validation/precision/b", constant(0.45, epochs)), ("validation/precision/c", constant(0.55, epochs)),
    ("weights/layers.0/norm", constant(0, epochs)), ("gradients/layers.0/norm", constant(0, epochs)),
    ("updates/layers.0/ratio", constant(0, epochs)), ("updates/layers.1/ratio", constant(0.5, epochs)),
    ("activations/layers.0/dead_fraction", constant(1, epochs)),
    ("activations/layers.1/saturated_fraction", constant(0.7, epochs)),
  ]
  return start.map { MetricPoint(step: 0, metric: $0.0, value: $0.1[0]) } + points(later)
}

/// A run with these hyperparameters and series. Their points are at steps 100, 200, …; that of a series of one is at 0.
package func sickRun(
  _ parameters: [String: HyperparameterValue], _ series: [(Metric, [Double])], budget: Int = 3_000
) -> RunRecord {
  var description = exampleDescription()
  description.hyperparameters = parameters
  description.budget = budget
  var record = RunRecord(id: "abc", description: description)
  record.series = series.map { metric, values in
    let isOnce = values.count == 1
    return Series(
      metric: metric, steps: values.indices.map { isOnce ? 0 : 100 * ($0 + 1) },
      wallTimes: values.indices.map { Int64($0) }, values: values)
  }
  return record
}

package func diagnosis(of record: RunRecord, _ rules: DebuggerSettings = DebuggerSettings()) throws -> Diagnosis {
  var debugger = try RuleEngine(rules)
  return Diagnosis(debugger.replay(record), of: record)
}
