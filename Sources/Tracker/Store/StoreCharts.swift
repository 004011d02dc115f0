import Telemetry

extension Store {
  /// The step of the last point of the series that has gone furthest, nil where there are no points.
  ///
  /// Of sealed segments only the indices are read, unless the run was resumed. Deleted runs have one too.
  package func lastStep(of id: String) throws(StoreError) -> Int? {
    let folder = try existingFolder(ofRun: id)
    var steps: [Int64: Int] = [:]
    var columns = PointColumns()
    for number in try StoreLayout.segments(in: folder) {
      let head = try SegmentHead(number, in: folder, system)
      let scan = try SegmentScan(head.segment, at: 0, after: 0, run: id)
      guard head.isWhole(scan), !scan.frames.contains(where: { $0.type == .resume }) else {
        let record = try load(id, includingDeleted: true)
        return record.series.isEmpty ? nil : record.lastStep
      }
      for series in head.index?.series ?? [] { steps[series.id] = series.step }
      for frame in scan.frames where frame.type == .metrics {
        guard (try? columns.decode(head.segment.bytes, frame.payload)) != nil else { continue }
        for i in 0..<columns.count { steps[columns.series[i]] = columns.steps[i] }
      }
    }
    return steps.values.max()
  }

  /// The points of one metric, read without the others; nil if the run has none of that name.
  ///
  /// Like `load` it hides what a resume supersedes, and of a damaged log what may have lost points.
  package func series(_ metric: Metric, of id: String) throws(StoreError) -> Series? {
    try read(metric, of: id) { reader throws(StoreError) in
      let series = try reader.points()
      return series.values.isEmpty ? nil : series
    } wholly: {
      $0
    }
  }

  /// The last point of one metric, nil if the run has none; in a compacted log found without reading the others.
  package func lastPoint(of metric: Metric, in id: String) throws(StoreError) -> (step: Int, value: Double)? {
    try read(metric, of: id) { reader throws(StoreError) in
      try reader.last()
    } wholly: { series in
      series.flatMap { series in series.steps.last.map { ($0, series.values.last!) } }
    }
  }

  /// One metric as about `buckets` stretches of points of equal width in steps, for a chart that many pixels wide.
  ///
  /// Each stretch is exact about the points it says it covers. The time it takes grows with the buckets: of a compacted
  /// log only summaries are read where there are many points to a bucket. Empty if the run has no such metric.
  ///
  /// - Precondition: `buckets` is at least 1.
  package func chart(_ metric: Metric, of id: String, buckets: Int = 1_000) throws(StoreError) -> [ChartBucket] {
    precondition(buckets >= 1, "a chart has at least one bucket, not \(buckets)")
    let summaries = try read(metric, of: id) { reader throws(StoreError) in
      try reader.summaries(buckets: buckets)
    } wholly: { series in
      series?.values.indices.map { PointSummary(series!.steps[$0...$0], series!.values[$0...$0]) } ?? []
    }
    return ChartBucket.merge(summaries, into: buckets)
  }

  /// Reads what is asked for of a sound log, and all of any other.
  private func read<Result>(
    _ metric: Metric, of id: String, lazily: (SeriesReader) throws(StoreError) -> Result, wholly: (Series?) -> Result
  ) throws(StoreError) -> Result {
    if let reader = try SeriesReader(id, metric, in: self) {
      do throws(StoreError) {
        return try lazily(reader)
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    return wholly(try load(id).series(metric))
  }
}

/// What a stretch of consecutive points of a metric amounts to.
package struct ChartBucket: Sendable, Hashable {
  package var firstStep: Int
  package var lastStep: Int
  package var count: Int
  /// Values that are NaN or infinite; the next three are of the others, and NaN if there are none.
  package var nonFinite: Int
  package var minimum: Double
  package var maximum: Double
  package var mean: Double

  private init(_ summary: PointSummary) {
    (firstStep, lastStep) = (summary.firstStep, summary.lastStep)
    (count, nonFinite) = (summary.count, summary.nonFinite)
    (minimum, maximum, mean) = (summary.minimum, summary.maximum, summary.mean)
  }

  /// Puts consecutive summaries together that begin in the same of `buckets` equal ranges of steps; where steps go back
  /// and forth, in the same of equal ranges of places.
  static func merge(_ summaries: [PointSummary], into buckets: Int) -> [ChartBucket] {
    guard let first = summaries.first, let last = summaries.last else { return [] }
    let isSorted = zip(summaries, summaries.dropFirst()).allSatisfy { $0.lastStep <= $1.firstStep }
    let width = isSorted ? (Double(last.lastStep) - Double(first.firstStep)) : Double(summaries.count)
    var merged: [ChartBucket] = []
    var (current, bucket) = (PointSummary(), -1)
    for (place, summary) in summaries.enumerated() {
      let distance = isSorted ? Double(summary.firstStep) - Double(first.firstStep) : Double(place)
      let next = width > 0 ? min(buckets - 1, Int(distance / width * Double(buckets))) : 0
      if next != bucket, current.count > 0 {
        merged.append(ChartBucket(current))
        current = PointSummary()
      }
      bucket = next
      current.extend(by: summary)
    }
    merged.append(ChartBucket(current))
    return merged
  }
}
