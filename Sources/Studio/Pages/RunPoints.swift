import Formats
import Telemetry
import Tracker
import WebServer

/// The curves of a run for its charts, as many points as there are pixels.
enum RunPoints {
  static let bucketLimit = 2_000

  static func json(_ id: String, _ metrics: [String], buckets: Int, in store: Store) throws -> [UInt8] {
    let curves = try metrics.map { ($0, try curve(Metric($0), of: id, buckets, in: store)) }
    return JSONWriter.object { json in
      for (metric, curve) in curves {
        json.member(metric) { json in
          json.object { json in
            json.member("steps") { $0.list(curve) { $0.place($1.place) } }
            json.member("means") { $0.list(curve) { $0.optional($1.mean) } }
            json.member("lows") { $0.list(curve) { $0.optional($1.minimum) } }
            json.member("highs") { $0.list(curve) { $0.optional($1.maximum) } }
            json.member("count", curve.reduce(0) { $0 + $1.count })
            json.member("odd", curve.reduce(0) { $0 + $1.nonFinite })
          }
        }
      }
    }
  }

  private struct Bucket {
    /// The step of the last point; of the machine's metrics the seconds since the first.
    var place: Double
    var mean: Double
    var minimum: Double
    var maximum: Double
    var count: Int
    var nonFinite = 0
  }

  private static func curve(_ metric: Metric, of id: String, _ buckets: Int, in store: Store) throws -> [Bucket] {
    guard metric.isOfSystem else {
      return try store.chart(metric, of: id, buckets: buckets).map { bucket in
        Bucket(
          place: Double(bucket.lastStep), mean: bucket.mean, minimum: bucket.minimum, maximum: bucket.maximum,
          count: bucket.count, nonFinite: bucket.nonFinite)
      }
    }
    guard let series = try store.series(metric, of: id), let first = series.wallTimes.first else { return [] }
    let length = max(1, (series.values.count + buckets - 1) / buckets)
    return stride(from: 0, to: series.values.count, by: length).map { start in
      let values = series.values[start..<min(start + length, series.values.count)]
      return Bucket(
        place: Double(series.wallTimes[values.endIndex - 1] - first) / 1e6,
        mean: values.reduce(0, +) / Double(values.count), minimum: values.min() ?? .nan, maximum: values.max() ?? .nan,
        count: values.count)
    }
  }

  /// Says when the run's log has grown, at most twice a second, until the run has ended or the client has gone.
  static func follow(_ id: String, in store: Store) -> WebResponse {
    .events { stream in
      var known = try store.stamp(of: id)
      var beats = 0
      while let stamp = try store.stamp(of: id, known: known) {
        if stamp != known {
          known = stamp
          try await stream.send("changed", id)
        } else {
          beats += 1
          if beats % 20 == 0 { try await stream.beat() }
        }
        // A run that nobody writes may be taken up again: it is looked at less often.
        try await Task.sleep(for: store.isBeingWritten(stamp) ? .milliseconds(500) : .seconds(2))
      }
    }
  }
}

extension JSONWriter {
  /// Steps are whole.
  fileprivate mutating func place(_ number: Double) {
    if let whole = Int(exactly: number) { value(whole) } else { value(number) }
  }

  /// null for what is not finite.
  fileprivate mutating func optional(_ number: Double) { number.isFinite ? value(number) : raw("null") }
}
