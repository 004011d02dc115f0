import Formats
import Telemetry
import Tracker

/// The points of a run's metric by ascending step, one a step, those off the axis among them.
struct CurveTrace {
  private(set) var steps: [Double] = []
  private(set) var values: [Double] = []
  /// How many of the values are off the axis.
  private(set) var offAxis: [OffAxisValue: Int] = [:]

  /// Of several points at a step the last stands. `smoothing`: the weight of what came before, 0 ..< 1.
  init(of record: RunRecord, _ metric: Metric, _ axis: LearningCurve.Axis, smoothing: Double) {
    guard let series = record.series(metric) else { return }
    let places =
      axis == .steps ? series.steps : series.wallTimes.map { Int(record.activeMicroseconds(until: $0)) }
    let unit = axis == .steps ? 1 : 1e-6
    steps.reserveCapacity(places.count)
    values.reserveCapacity(places.count)
    for point in stableOrder(of: places) {
      let step = Double(places[point]) * unit
      if step == steps.last {
        values[values.count - 1] = series.values[point]
      } else {
        steps.append(step)
        values.append(series.values[point])
      }
    }
    for value in values where !(value.magnitude <= OffAxisValue.limit) {
      OffAxisValue(value).map { offAxis[$0, default: 0] += 1 }
    }
    if smoothing > 0 { smooth(smoothing) }
  }

  /// An exponential moving average, divided by the sum of its weights; values off the axis stay and add nothing.
  private mutating func smooth(_ weight: Double) {
    var (sum, weights) = (0.0, 0.0)
    for index in values.indices where values[index].magnitude <= OffAxisValue.limit {
      sum = weight * sum + (1 - weight) * values[index]
      weights = weight * weights + (1 - weight)
      values[index] = sum / weights
    }
  }

  /// What the last points are where they are off the axis in one way.
  var ending: LearningCurve.Ending? {
    guard let last = steps.last, let value = values.last.flatMap(OffAxisValue.init) else { return nil }
    let others = values.lastIndex { OffAxisValue($0) != value }.map { $0 + 1 } ?? 0
    return LearningCurve.Ending(value: value, first: steps[others], last: last)
  }

  /// Interpolated linearly between points on the axis; what the value is where it is off the axis at that step, or on both
  /// sides of it; nil elsewhere.
  func value(at step: Double) -> Sample? {
    guard let first = steps.first, let last = steps.last, step >= first, step <= last else { return nil }
    var (low, high) = (0, steps.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle] < step { low = middle + 1 } else { high = middle }
    }
    let right = values[low]
    if steps[low] == step { return OffAxisValue(right).map { .offAxis($0) } ?? .value(right) }
    let left = values[low - 1]
    switch (OffAxisValue(left), OffAxisValue(right)) {
    case (nil, nil):
      let share = (step - steps[low - 1]) / (steps[low] - steps[low - 1])
      return .value(left * (1 - share) + right * share)
    case (let before?, .some): return .offAxis(before)
    default: return nil
    }
  }

  enum Sample {
    case value(Double)
    case offAxis(OffAxisValue)
  }
}

/// The steps at which runs are averaged.
enum CurveGrid {
  /// The recorded steps where they are not more than `points`; else as many evenly spaced ones, and in each space
  /// between them the first step at which a run is off the axis in a way.
  static func steps(of traces: [CurveTrace], points: Int) -> [Double] {
    let ends = traces.flatMap { [$0.steps.first, $0.steps.last].compactMap(\.self) }
    guard let first = ends.min(), let last = ends.max() else { return [] }
    if traces.allSatisfy({ $0.steps.count <= points }) {
      let recorded = Set(traces.flatMap(\.steps))
      if recorded.count <= points { return recorded.sorted() }
    }
    let stride = (last - first) / Double(points - 1)
    var steps = (0..<points).map { $0 == points - 1 ? last : first + Double($0) * stride }
    struct Place: Hashable {
      var cell: Int
      var value: OffAxisValue
    }
    var seen: Set<Place> = []
    for trace in traces where !trace.offAxis.isEmpty {
      var before: Place?
      for (step, value) in zip(trace.steps, trace.values) {
        guard let value = OffAxisValue(value) else { continue }
        let place = Place(cell: Int((step - first) / stride), value: value)
        if place != before, seen.insert(place).inserted { steps.append(step) }
        before = place
      }
    }
    return steps.count == points ? steps : Set(steps).sorted()
  }
}
