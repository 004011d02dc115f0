import Analysis
import Formats
import Telemetry
import Tracker
import WebServer

/// A chart as a file to keep.
enum ChartFile: String {
  case svg, png, csv

  /// As it is on the screen, with as many points and draws as `rlrun plot` takes.
  func response(_ runs: SelectedRuns, _ metric: Metric) throws -> WebResponse {
    let (bytes, type): ([UInt8], String)
    if self == .csv {
      (bytes, type) = (try Self.table(runs, metric), "text/csv; charset=utf-8")
    } else {
      let curve = try runs.curve(metric, pixels: 400, resamples: 2_000)
      if curve.groups.isEmpty { throw WebError(404, "no run has points of \(metric.name)") }
      let figure = ChartFigure(curve).on(runs.view.scales)
      switch self {
      case .svg: (bytes, type) = (Array(SVGChart(figure).text.utf8), "image/svg+xml")
      default: (bytes, type) = (PNGChart(figure).bytes, "image/png")
      }
    }
    return WebResponse(
      headers: ["Content-Type": type, "Content-Disposition": "attachment; filename=\"\(name(metric))\""],
      body: .bytes(bytes))
  }

  /// A row a point of a line.
  private static func table(_ runs: SelectedRuns, _ metric: Metric) throws -> [UInt8] {
    let lines = try runs.lines(metric, pixels: 400)
    if lines.isEmpty { throw WebError(404, "no run has points of \(metric.name)") }
    let isSingle = runs.view.showsSingleRuns
    let place = runs.view.axis == .time ? "seconds" : "step"
    let text = CSVWriter<Never>.text { csv in
      csv.row(isSingle ? ["group", "run", place, "value", "least", "most"] : ["group", place, "mean", "low", "high"])
      for line in lines {
        for point in line.xs.indices {
          csv.field(runs.label(line.group))
          if isSingle { csv.field(line.run) }
          for number in [line.xs[point], line.means[point], line.lows[point], line.highs[point]] { csv.field(number) }
          csv.endRow()
        }
      }
    }
    return Array(text.utf8)
  }

  private func name(_ metric: Metric) -> String {
    let plain = metric.name.utf8.map { byte -> Character in
      let isPlain = byte < 128 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
      return isPlain || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") ? Character(UnicodeScalar(byte)) : "-"
    }
    return String(plain.prefix(80)) + "." + rawValue
  }
}
