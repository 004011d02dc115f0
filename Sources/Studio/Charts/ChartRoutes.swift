import Telemetry
import Tracker
import WebServer

/// The pages of charts over several runs, and what their scripts ask for.
extension StudioPages {
  var chartRoutes: [Route] {
    [
      Route("GET", "/charts", access: .read) { request in
        .html(ChartsPage(try selected(request)).page(frame(request)))
      },
      Route("GET", "/charts/lines", access: .read) { request in
        let metrics = Array(request.query.all("metric").prefix(50))
        return .json(try selected(request).json(metrics, pixels: Self.pixels(request)))
      },
      Route("GET", "/charts/file", access: .read) { request in
        guard let format = ChartFile(rawValue: request.query["format"] ?? ""), let metric = request.query["metric"]
        else {
          throw WebError(400, "a chart is kept as svg, png or csv, of one metric")
        }
        return try format.response(selected(request), Metric(metric))
      },
      Route("GET", "/scatter", access: .read) { request in .html(try scatterPage(request).scatter(frame(request))) },
      Route("GET", "/parallel", access: .read) { request in .html(try scatterPage(request).parallel(frame(request))) },
      Route("GET", "/charts/events", access: .read) { request in follow(ChartView(request.query)) },
    ]
  }

  private func selected(_ request: WebRequest) throws -> SelectedRuns {
    do {
      return try SelectedRuns(ChartView(request.query), curves) { try rows.all() }
    } catch let error as FilterError {
      throw WebError(400, error.description)
    }
  }

  private func scatterPage(_ request: WebRequest) throws -> ScatterPage {
    do {
      return try ScatterPage(request.query, of: rows.all())
    } catch let error as FilterError {
      throw WebError(400, error.description)
    }
  }

  private static func pixels(_ request: WebRequest) -> Int {
    min(max(request.query["pixels"].flatMap { Int($0) } ?? 400, 2), 1_000)
  }

  /// Says when a log of the view's runs has grown, at most twice a second, and when the view has other runs.
  private func follow(_ view: ChartView) -> WebResponse {
    .events { stream in
      func ids() throws -> [String] { try view.ids { try rows.all() }.shown }
      var shown = try ids()
      var known: [String: RunStamp] = [:]
      for id in shown { known[id] = try store.stamp(of: id) }
      var rounds = 0
      while true {
        let isLive = known.values.contains { store.isBeingWritten($0) }
        try await Task.sleep(for: isLive ? .milliseconds(400) : .seconds(2))
        rounds += 1
        var changed: [String] = []
        for id in shown {
          let stamp = try store.stamp(of: id, known: known[id])
          if stamp != known[id] { changed.append(id) }
          known[id] = stamp
        }
        if !changed.isEmpty {
          try await stream.send("changed", changed.joined(separator: " "))
        } else if rounds % (isLive ? 10 : 2) == 0 {
          // Before the runs are looked up again, which costs something: a page that is gone is noticed.
          try await stream.beat()
        }
        if rounds % (isLive ? 12 : 5) == 0, view.named.isEmpty {
          let now = try ids()
          if now != shown {
            shown = now
            for id in now where known[id] == nil { known[id] = try store.stamp(of: id) }
            known = known.filter { now.contains($0.key) }
            try await stream.send("runs", String(now.count))
          }
        }
      }
    }
  }
}
