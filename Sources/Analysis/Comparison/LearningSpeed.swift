import Formats
import Telemetry
import Tracker

/// How fast a run's learning curve rises: its points by step, of several at one step the last.
struct LearningSpeed {
  private var steps: [Double] = []
  private var values: [Double] = []
  private var seconds: [Double] = []

  /// Points that are not finite are left out; nil where none is left. `elapsed`: microseconds of work until a moment in
  /// Unix time.
  init?(_ series: Series?, elapsed: (Int64) -> Int64) {
    guard let series else { return nil }
    for point in stableOrder(of: series.steps) where series.values[point].isFinite {
      if let last = steps.last, last == Double(series.steps[point]) {
        steps.removeLast()
        values.removeLast()
        seconds.removeLast()
      }
      steps.append(Double(series.steps[point]))
      values.append(series.values[point])
      seconds.append(Double(elapsed(series.wallTimes[point])) / 1e6)
    }
    if steps.isEmpty { return nil }
  }

  /// The area under the curve by trapezoids over the steps it spans, which is its mean height; nil for a single point.
  var area: Double? {
    guard steps.count > 1, let first = steps.first, let last = steps.last else { return nil }
    var sum = 0.0
    for point in 1..<steps.count {
      sum += (steps[point] - steps[point - 1]) * (values[point] / 2 + values[point - 1] / 2)
    }
    return sum / (last - first)
  }

  /// The first point at or above `threshold`.
  func reaches(_ threshold: Double) -> (steps: Double, seconds: Double)? {
    values.firstIndex { $0 >= threshold }.map { (steps[$0], seconds[$0]) }
  }
}

/// The median over all runs of what only some have; nil where it lies among those that do not.
func medianReached(_ values: [Double], of runs: Int) -> Double? {
  guard runs > 0 else { return nil }
  let padded = values + [Double](repeating: .infinity, count: runs - values.count)
  let middle = median(padded)
  return middle.isFinite ? middle : nil
}
