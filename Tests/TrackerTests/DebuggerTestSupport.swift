import Telemetry

@testable import Tracker

/// A point of a synthetic run.
struct Point {
  var step: Int
  var metric: Metric
  var value: Double
}

/// Points of several metrics of equal length, one of each a step, at steps 1, 2, …
func points(_ series: [(Metric, [Double])]) -> [Point] {
  series[0].1.indices.flatMap { index in
    series.map { Point(step: index + 1, metric: $0.0, value: $0.1[index]) }
  }
}

func findings(_ points: [Point]) -> [Finding] {
  var debugger = Debugger()
  let told = points.flatMap { debugger.inspect($0.metric, $0.value, step: $0.step) }
  return (told + debugger.finish()).latest
}

/// The rules and steps of what is found.
func found(_ series: [(Metric, [Double])]) -> [String] {
  findings(points(series)).map { "\($0.rule) \($0.step)" }
}

func constant(_ value: Double, _ count: Int) -> [Double] { Array(repeating: value, count: count) }
func line(_ from: Double, _ to: Double, _ count: Int) -> [Double] {
  (0..<count).map { from + (to - from) * Double($0) / Double(count - 1) }
}

/// A classifier's series at steps 0 to `epochs`, in which every rule for fits finds something.
func sickFit(epochs: Int) -> [Point] {
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
  return start.map { Point(step: 0, metric: $0.0, value: $0.1[0]) } + points(later)
}
