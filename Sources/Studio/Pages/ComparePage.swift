import Analysis
import Formats
import Settings
import Telemetry
import Tracker
import WebServer

/// Runs side by side: scores of groups with intervals, a curve with its band, what their settings differ by.
struct ComparePage {
  let view: ChartView
  let records: [RunRecord]
  let metric: String?
  /// Runs that are compared at once, at most.
  static let limit = 200

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place, frame.scripts) = ("Compare", .runs, [])
    let tabs = ViewTabs(view: view.runs, named: view.named, current: .compare).html
    if records.count < 2 {
      return frame.page("\(tabs)<p class=\"empty\">Choose at least two runs in <a href=\"/\">the table</a>.</p>")
    }
    let comparison = Comparison(of: records, metric: metric.map { Metric($0) }, resamples: 2_000)
    let curve = metric ?? comparison.curve
    return frame.page(
      """
      \(tabs)
      \(choice(curve))
      \(scores(comparison))
      <section><h2>\(curve)</h2><div class="picture">\(chart(curve))</div></section>
      \(differences)
      """)
  }

  private func choice(_ current: String) -> HTML {
    let names = Set(records.flatMap { $0.series.map(\.metric.name) }).sorted()
    let options: [HTML] = names.map { name in
      let mark: HTML = name == current ? " selected" : ""
      return "<option\(mark)>\(name)</option>"
    }
    let runs: [HTML] = view.selection.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
    return """
      <form class="query" action="/compare" data-choose>\(runs)<label>Metric <select name="metric">\(options)</select></label><button>Show</button></form>

      """
  }

  private func scores(_ comparison: Comparison) -> HTML {
    if comparison.groups.isEmpty { return "<p class=\"empty\">No run has a score called \(comparison.metric).</p>" }
    let rows: [HTML] = comparison.groups.map { group in
      let interval = group.iqmLow.flatMap { low in group.iqmHigh.map { "\(Shown.number(low)) to \(Shown.number($0))" } }
      return """
        <tr><th scope="row">\(group.label)</th><td>\(group.environment)</td><td class="n">\(group.seedCount)</td>
        <td class="n">\(Shown.number(group.iqm))</td><td class="n">\(interval ?? "fewer than 4 seeds")</td>
        <td class="n">\(Shown.number(group.mean))</td><td class="n">\(Shown.number(group.min))</td><td class="n">\(Shown.number(group.max))</td></tr>

        """
    }
    let better: [HTML] = comparison.improvements.filter { $0.probability >= 0.5 }.map { one in
      let interval = one.low.flatMap { low in one.high.map { " (\(Shown.number(low)) to \(Shown.number($0)))" } } ?? ""
      return
        "<li>\(one.group) is better than \(one.over) with probability \(Shown.number(one.probability))\(interval)</li>"
    }
    let notes: [HTML] = comparison.notes.map { "<p class=\"soft\">\($0)</p>" }
    return """
      <section><h2>\(comparison.metric)</h2><div class="scroll"><table class="narrow"><thead><tr><th scope="col">Group</th><th scope="col">Environment</th>
      <th scope="col" class="n">Seeds</th><th scope="col" class="n">IQM</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">Mean</th>
      <th scope="col" class="n">Min</th><th scope="col" class="n">Max</th></tr></thead><tbody>\(rows)</tbody></table></div>
      <ul>\(better)</ul>\(notes)</section>

      """
  }

  private func chart(_ name: String) -> HTML {
    let curve = LearningCurve(of: records, metric: Metric(name), resamples: 500)
    if curve.groups.isEmpty { return "<p class=\"empty\">No run has points of \(name).</p>" }
    return HTML(verbatim: SVGChart.element(ChartFigure(curve), width: 960))
  }

  private var differences: HTML {
    let names = Set(records.flatMap(\.parameters.keys)).sorted()
    let differing = names.filter { name in Set(records.map { $0.parameters[name] }).count > 1 }
    if differing.isEmpty { return "<section><h2>Settings</h2><p class=\"soft\">They do not differ.</p></section>" }
    let heads: [HTML] = differing.map { "<th scope=\"col\">\($0)</th>" }
    let rows: [HTML] = records.map { record in
      let cells: [HTML] = differing.map { "<td>\(record.parameters[$0]?.description ?? "")</td>" }
      let name = record.description.name.isEmpty ? record.id : record.description.name
      return "<tr><th scope=\"row\"><a href=\"/runs/\(record.id)\">\(name)</a></th>\(cells)</tr>\n"
    }
    return """
      <section><h2>Settings that differ</h2><div class="scroll"><table><thead><tr><th scope="col">Run</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div></section>

      """
  }
}
