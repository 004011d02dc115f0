import Analysis
import Foundation
import Synchronization
import Telemetry
import Tracker
import WebServer

/// Parts of a run's page that are asked for by themselves, and its artifacts as something to look at.
extension StudioPages {
  var runParts: [Route] {
    [
      Route("GET", "/runs/{id}/histogram", access: .read) { request in
        guard let chart = HistogramChart(of: try record(request), metric: Metric(request.query["metric"] ?? "")) else {
          throw WebError(404, "the run has no histograms of this name with a finite value")
        }
        var sheet = HistogramChart.Sheet()
        sheet.title = ""
        return .html(SVGChart.element(ChartDrawing(chart, sheet)))
      },
      Route("GET", "/runs/{id}/search", access: .read) { request in
        let id = try record(request).id
        let overview = try hands().json(of: ["search", "show", id, "--json"])
        return .html(HTML("\(SearchSection(overview, of: id).html)").text)
      },
      Route("GET", "/runs/{id}/film", access: .read) { request in
        let record = try record(request)
        _ = try film(of: record)
        let name = record.description.target
        let page: HTML =
          "<img class=\"film\" src=\"/runs/\(record.id)/film.svg\" alt=\"The policy plays an episode of \(name)\">"
        return .html(page.text)
      },
      Route("GET", "/runs/{id}/film.svg", access: .read) { request in
        WebResponse(
          headers: ["Content-Type": "image/svg+xml", "Content-Security-Policy": SandboxedFile.policy],
          body: .bytes(try film(of: try record(request))))
      },
      Route("GET", "/runs/{id}/show/{path*}", access: .read) { request in
        let record = try record(request)
        return .html(try ArtifactPage(record, request["path"], store).page(frame(request)))
      },
      Route("GET", "/runs/{id}/view/{path*}", access: .read) { request in
        try SandboxedFile.artifact(request["path"], in: try record(request).artifacts, store)
      },
    ]
  }

  func runPage(_ request: WebRequest) throws -> RunPage {
    let record = try record(request)
    let mine = FieldValue.text(record.id)
    return RunPage(record: record, children: try rows.recent().count { $0["parent"] == mine })
  }

  /// An episode of the last checkpoint's policy.
  private func film(of record: RunRecord) throws -> [UInt8] {
    let commands = try hands()
    guard let checkpoint = record.lastCheckpoint else { throw WebError(404, "the run has no checkpoint to play from") }
    return try films.film(of: record.id + " " + checkpoint.sha256) {
      try commands.output(of: ["play", "--run", record.id, "--format", "svg", "-o", "-"], seconds: 120)
    }
  }
}

/// The last films, drawn one at a time.
final class Films: Sendable {
  private let state = Mutex<[(key: String, bytes: [UInt8])]>([])
  private let drawing = Mutex(())
  private static let kept = 8

  func film(of key: String, draw: () throws -> [UInt8]) throws -> [UInt8] {
    if let known = state.withLock({ films in films.first { $0.key == key } }) { return known.bytes }
    // Whoever comes meanwhile holds no thread.
    let drawn = try drawing.withLockIfAvailable { _ in try draw() }
    guard let drawn else { throw WebError(503, "another film is being drawn: try again in a moment") }
    state.withLock { films in
      films.append((key, drawn))
      if films.count > Self.kept { films.removeFirst() }
    }
    return drawn
  }
}
