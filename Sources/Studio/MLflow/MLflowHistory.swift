import Telemetry
import Tracker
import WebServer

/// All points of a metric.
extension MLflowAPI {
  var historyCalls: [MLflowCall] {
    [
      MLflowCall("GET", "metrics/get-history") { input in
        let run = try run(try input.runID())
        let key = try input.required("metric_key")
        let size = try input.integer("max_results")
        if let size, size < 1 { throw MLflowError.invalid("Invalid value \(size) for parameter 'max_results'") }
        let series = try points(of: Metric(key), in: run.id)
        let start = min(try PageToken.read(try input.text("page_token")), series.values.count)
        let end = start + min(size ?? Int.max, series.values.count - start)
        return .object { json in
          json.member("metrics") { json in
            json.list(start..<end) { json, place in
              json.metric(
                key, series.values[place], Int(series.wallTimes[place] / 1_000), series.steps[place])
            }
          }
          if end < series.values.count { json.member("next_page_token", PageToken.write(end)) }
        }
      },
      MLflowCall("GET", "metrics/get-history-bulk-interval") { input in
        let key = try input.required("metric_key")
        let size = try input.integer("max_results") ?? 320
        guard (1...2_500).contains(size) else { throw MLflowError.invalid("'max_results' must be 1 to 2500") }
        let (first, last) = (try input.integer("start_step") ?? .min, try input.integer("end_step") ?? .max)
        let runs = try input.texts("run_ids")
        if runs.count > 100 { throw MLflowError.invalid("'run_ids' has \(runs.count) runs and may have 100") }
        let histories = try runs.map { id in
          let series = try points(of: Metric(key), in: try run(id).id)
          let wanted = series.steps.indices.filter { (first...max(first, last)).contains(series.steps[$0]) }
          // Of many points as many as are wanted, evenly, the last among them.
          let stride = max(1, (wanted.count + size - 1) / size)
          return (
            id, series,
            wanted.enumerated().filter { $0.offset % stride == 0 || $0.offset == wanted.count - 1 }.map(\.element)
          )
        }
        return .object { json in
          json.member("metrics") { json in
            json.list(histories.flatMap { history in history.2.map { (history.0, history.1, $0) } }) { json, point in
              json.object { json in
                json.member("run_id", point.0)
                json.member("key", key)
                json.member("value", point.1.values[point.2])
                json.member("timestamp", Int(point.1.wallTimes[point.2] / 1_000))
                json.member("step", point.1.steps[point.2])
              }
            }
          }
        }
      },
    ]
  }

  private func points(of metric: Metric, in id: String) throws -> Series {
    try store.series(metric, of: id) ?? Series(metric: metric)
  }
}
