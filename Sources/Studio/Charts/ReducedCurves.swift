import Analysis
import Synchronization
import Telemetry
import Tracker

/// Metrics of many runs as few points as a chart has pixels, kept until their logs have grown.
final class ReducedCurves: Sendable {
  /// A metric of a run: columns of equal length, ascending.
  struct Curve: Sendable {
    var series: Series
    /// The range of the points behind each.
    var lows: [Double] = []
    var highs: [Double] = []
    /// Recorded values that are NaN or infinite.
    var nonFinite = 0
    /// All recorded values.
    var count = 0
  }

  private struct Key: Hashable {
    var run: String
    var metric: String
    var axis: LearningCurve.Axis
    var buckets: Int
  }

  private struct State {
    var outlines: [String: (stamp: RunStamp, outline: RunOutline)] = [:]
    var curves: [Key: (stamp: RunStamp, curve: Curve)] = [:]
    var points = 0
  }

  private let store: Store
  private let state = Mutex(State())
  /// Points that are kept, of all curves together: 40 bytes each.
  private let limit = 600_000
  private static let outlineLimit = 2_000

  init(_ store: Store) { self.store = store }

  /// A run without its points; nil where it is gone.
  func outline(_ id: String) throws -> RunOutline? {
    let known = state.withLock { $0.outlines[id] }
    guard let stamp = try store.stamp(of: id, known: known?.stamp) else { return nil }
    if let known, known.stamp == stamp { return known.outline }
    let outline: RunOutline
    do throws(StoreError) {
      outline = try store.outline(of: id)
    } catch {
      if case .deleted = error { return nil }
      if case .unknownRun = error { return nil }
      throw error
    }
    state.withLock { state in
      if state.outlines.count >= Self.outlineLimit { state.outlines = [:] }
      state.outlines[id] = (stamp, outline)
    }
    return outline
  }

  /// The run with one metric's points, as few as about `buckets`, for those who draw records; nil for a run without.
  func record(
    _ outline: RunOutline, _ metric: Metric, by axis: LearningCurve.Axis, buckets: Int
  ) throws -> (record: RunRecord, curve: Curve)? {
    var record = outline.record
    guard record.series.contains(where: { $0.metric == metric }) else { return nil }
    let curve = try curve(outline, metric, axis, buckets)
    if curve.count == 0 { return nil }
    record.series = [curve.series]
    return (record, curve)
  }

  private func curve(
    _ outline: RunOutline, _ metric: Metric, _ axis: LearningCurve.Axis, _ buckets: Int
  ) throws -> Curve {
    let id = outline.record.id
    let key = Key(run: id, metric: metric.name, axis: axis, buckets: buckets)
    let known = state.withLock { $0.curves[key] }
    let stamp = try store.stamp(of: id, known: known?.stamp)
    if let known, known.stamp == stamp { return known.curve }
    let curve =
      try axis == .steps
      ? overSteps(metric, id, buckets) : overTime(metric, outline, buckets)
    guard let stamp else { return curve }
    state.withLock { state in
      if state.points > limit { (state.curves, state.points) = ([:], 0) }
      state.points += curve.series.values.count - (state.curves[key]?.curve.series.values.count ?? 0)
      state.curves[key] = (stamp, curve)
    }
    return curve
  }

  private func overSteps(_ metric: Metric, _ id: String, _ buckets: Int) throws -> Curve {
    let found = try store.chart(metric, of: id, buckets: buckets)
    var curve = Curve(series: Series(metric: metric))
    for bucket in found {
      curve.count += bucket.count
      curve.nonFinite += bucket.nonFinite
    }
    // Which kind they are, only the points tell.
    if curve.nonFinite > 0, curve.count <= Self.exactLimit, let series = try store.series(metric, of: id) {
      return Self.reduced(series, places: series.steps, into: buckets)
    }
    for bucket in found {
      let middle = bucket.firstStep + (bucket.lastStep - bucket.firstStep) / 2
      if bucket.mean.isFinite { curve.add(middle, 0, bucket.mean, bucket.minimum, bucket.maximum) }
      if bucket.nonFinite > 0 { curve.add(bucket.lastStep, 0, .nan, .nan, .nan) }
    }
    return curve
  }

  private static let exactLimit = 200_000

  /// Over seconds of work.
  private func overTime(_ metric: Metric, _ outline: RunOutline, _ buckets: Int) throws -> Curve {
    // Pauses do not count.
    let whole = outline.wasResumed ? try store.load(outline.record.id) : outline.record
    let series = try outline.wasResumed ? whole.series(metric) : store.series(metric, of: outline.record.id)
    guard let series else { return Curve(series: Series(metric: metric)) }
    let start = outline.record.description.start
    let places = series.wallTimes.map { Int(whole.activeMicroseconds(until: $0)) }
    var curve = Self.reduced(series, places: places, into: buckets)
    curve.series.wallTimes = curve.series.steps.map { start &+ Int64($0) }
    return curve
  }

  /// Points by ascending place, those of an equal stretch of places as one; what is not finite stays by itself.
  private static func reduced(_ series: Series, places: [Int], into buckets: Int) -> Curve {
    var curve = Curve(series: Series(metric: series.metric))
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    guard let first = order.first, let last = order.last else { return curve }
    let (low, width) = (Double(places[first]), Double(places[last]) - Double(places[first]))
    var (bucket, sum, count, start, end) = (-1, 0.0, 0, 0, 0)
    var (least, most) = (Double.infinity, -Double.infinity)
    func finish(_ curve: inout Curve) {
      if count > 0 { curve.add(start + (end - start) / 2, 0, sum / Double(count), least, most) }
      (sum, count, least, most) = (0, 0, .infinity, -.infinity)
    }
    var lastOdd: (bucket: Int, value: Double)?
    for point in order {
      let (place, value) = (places[point], series.values[point])
      let next = width > 0 ? min(buckets - 1, Int((Double(place) - low) / width * Double(buckets))) : 0
      if next != bucket || order.count <= buckets { finish(&curve) }
      bucket = next
      curve.count += 1
      guard value.isFinite else {
        curve.nonFinite += 1
        finish(&curve)
        // One of a kind a pixel.
        let isSame =
          lastOdd.map { $0.bucket == bucket && ($0.value == value || $0.value.isNaN && value.isNaN) } ?? false
        if !isSame { curve.add(place, 0, value, .nan, .nan) }
        lastOdd = (bucket, value)
        continue
      }
      if count == 0 { start = place }
      (sum, count, end) = (sum + value, count + 1, place)
      (least, most) = (min(least, value), max(most, value))
    }
    finish(&curve)
    return curve
  }
}

extension ReducedCurves.Curve {
  fileprivate mutating func add(_ step: Int, _ time: Int64, _ value: Double, _ low: Double, _ high: Double) {
    series.steps.append(step)
    series.wallTimes.append(time)
    series.values.append(value)
    lows.append(low)
    highs.append(high)
  }
}
