import Telemetry
import Tracker
import WebServer

/// The curves of a run for its charts, as many points as there are pixels.
enum RunPoints {
  static let bucketLimit = 2_000

  static func json(_ id: String, _ metrics: [String], buckets: Int, in store: Store) throws -> [UInt8] {
    let curves = try metrics.map { ($0, try store.chart(Metric($0), of: id, buckets: buckets)) }
    return JSONWriter.object { json in
      for (metric, curve) in curves {
        json.member(metric) { json in
          json.object { json in
            json.member("steps") { $0.list(curve) { $0.value($1.lastStep) } }
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
  /// null for what is not finite.
  fileprivate mutating func optional(_ number: Double) { number.isFinite ? value(number) : raw("null") }
}
