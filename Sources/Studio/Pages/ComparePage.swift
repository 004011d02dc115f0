import Analysis
import Formats
import Settings
import Telemetry
import Tracker
import WebServer

/// Runs side by side: scores of groups with intervals, how probably one is better, profiles, a curve with its band, what their
/// settings differ by, and how their policies play.
struct ComparePage {
  let view: ChartView
  let records: [RunRecord]
  let metric: String?
  /// Runs that are compared at once, at most.
  static let limit = 200

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place, frame.scripts) = ("Compare", .runs, ["compare.js"])
    let tabs = ViewTabs(view: view.runs, named: view.named, current: .compare).html
    if records.count < 2 {
      return frame.page("\(tabs)<p class=\"empty\">Choose at least two runs in <a href=\"/\">the table</a>.</p>")
    }
    let comparison = Comparison(of: records, metric: metric.map { Metric($0) }, resamples: 2_000)
    let curve = LearningCurve(of: records, metric: Metric(metric ?? comparison.curve), resamples: 500)
    return frame.page(
      """
      \(tabs)
      \(choice(metric ?? comparison.metric))
      \(ComparedScores(comparison: comparison).html)
      <section><h2 class="hidden">Curve of \(curve.metric.name)</h2><div class="picture">\(chart(curve))</div></section>
      \(profiles(comparison, like: ChartFigure(curve).labels))
      \(groupSettings(comparison))\(runSettings)
      \(ComparedFilms(comparison: comparison, records: records).html)
      \(ComparedScores.leftOut(comparison))
      """)
  }

  private func choice(_ current: String) -> HTML {
    let names = Set(records.flatMap { $0.series.map(\.metric) }).filter { !$0.isOfSystem }.map(\.name).sorted()
    let options: [HTML] = names.map { name in
      let mark: HTML = name == current ? " selected" : ""
      return "<option\(mark)>\(name)</option>"
    }
    let runs: [HTML] = view.selection.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
    return """
      <form class="query" action="/compare" data-choose>\(runs)<label>Metric <select name="metric">\(options)</select></label><button>Show</button></form>

      """
  }

  private func chart(_ curve: LearningCurve) -> HTML {
    if curve.groups.isEmpty { return "<p class=\"empty\">No run has points of \(curve.metric.name).</p>" }
    return HTML(verbatim: SVGChart.element(ChartFigure(curve), width: 960))
  }

  /// How far down the scores of a group reach, which means and intervals do not show.
  private func profiles(_ comparison: Comparison, like labels: [String]) -> HTML {
    var figures: [ChartFigure] = []
    // Over all environments where they can be put together, else of each.
    if let across = comparison.acrossEnvironments {
      figures = [ChartFigure(across)]
    } else {
      let environments = comparison.groups.map(\.environment).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      figures = environments.prefix(Self.environmentLimit).compactMap {
        ChartFigure(profilesOf: comparison, in: $0, like: labels)
      }
    }
    if figures.isEmpty { return "" }
    let pictures: [HTML] = figures.map {
      "<div class=\"picture\">\(HTML(verbatim: SVGChart.element($0, width: 960)))</div>"
    }
    return "<section><h2 class=\"hidden\">Performance profiles</h2>\(pictures)</section>\n"
  }

  /// Environments whose profiles are drawn one by one.
  private static let environmentLimit = 6

  private func groupSettings(_ comparison: Comparison) -> HTML {
    if comparison.differences.isEmpty { return "" }
    let heads: [HTML] = comparison.groups.map { "<th scope=\"col\">\($0.label)</th>" }
    let rows: [HTML] = comparison.differences.map { one in
      let cells: [HTML] = one.values.map { value in
        value == .none ? "<td class=\"none\">none</td>" : "<td>\(value.description)</td>"
      }
      return "<tr><th scope=\"row\">\(one.key)</th>\(cells)</tr>\n"
    }
    return """
      <section><h2>Settings that differ</h2><div class="scroll"><table class="narrow"><thead><tr><th scope="col">Setting</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div></section>

      """
  }

  /// Of every run, for those who want to know which.
  private var runSettings: HTML {
    let all = records.map(\.parameters)
    let names = Set(all.flatMap(\.keys)).sorted()
    let differing = names.filter { name in Set(all.map { $0[name] }).count > 1 }
    if differing.isEmpty {
      return "<section><h2>Settings of the runs</h2><p class=\"soft\">They do not differ.</p></section>"
    }
    let heads: [HTML] = differing.map { "<th scope=\"col\">\($0)</th>" }
    let rows: [HTML] = zip(records, all).map { record, parameters in
      let cells: [HTML] = differing.map { "<td>\(parameters[$0]?.description ?? "")</td>" }
      let name = record.description.name.isEmpty ? record.id : record.description.name
      return "<tr><th scope=\"row\"><a href=\"/runs/\(record.id)\">\(name)</a></th>\(cells)</tr>\n"
    }
    return """
      <section><details><summary>Settings of each run</summary><div class="scroll"><table><thead><tr><th scope="col">Run</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div></details></section>

      """
  }
}
