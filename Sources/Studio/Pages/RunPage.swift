import Analysis
import Debugger
import Formats
import Settings
import Telemetry
import Tracker
import WebServer

/// A run: what is wrong with it first, then its curves, settings and files.
struct RunPage {
  let record: RunRecord
  /// Runs that are parts of it, or went on from it.
  var children = 0

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    frame.title = title
    frame.scripts = ["uplot.js", "charts.js", "run.js"]
    return frame.page(
      """
      <div id="head" data-run="\(record.id)" data-status="\(record.status.rawValue)">\(head)</div>
      <div class="columns"><div class="wide">
      \(search)\(film)\(charts)\(histograms)\(system)\(profile)
      </div><aside>
      \(parameters)\(lastValues)\(checkpoints)\(artifacts)\(tags)\(notes)\(lineage)\(origin)
      </aside></div>
      """)
  }

  /// What changes while a run goes on, for the script that follows it.
  var head: HTML {
    let description = record.description
    let subject: HTML =
      description.target.isEmpty
      ? "\(description.subject)" : "\(description.subject) on \(description.target)"
    let facts: [(String, HTML)] = [
      ("Experiment", "<a href=\"\(RunPage.experiment(description.experiment))\">\(description.experiment)</a>"),
      (description.kind.rawValue.capitalized, subject),
      ("Seed", "\(String(description.seed))"),
      (description.kind == .search ? "Trials" : "Steps", "\(Shown.grouped(record.lastStep))\(budget)"),
      ("Started", TimeText.time(Double(description.start) / 1e6)),
      ("Duration", "\(record.activeSeconds.map(Shown.duration) ?? "")"),
    ]
    let list: [HTML] = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
    let message: HTML = record.message.map { "<p class=\"error\">\($0)</p>" } ?? ""
    let damaged: HTML =
      if case .damaged(let damages) = record.condition {
        "<p class=\"error\">The log is damaged (\(damages[0].reason)): read it with <code>rlrun verify \(record.id)</code>.</p>"
      } else { "" }
    return """
      <div class="title"><h1>\(title)</h1><span class="status \(record.status.rawValue)">\(record.status.rawValue)</span>
      <code class="soft">\(record.id)</code>\(actions)</div><dl class="facts">\(list)</dl>\(message)\(damaged)\(findings)
      """
  }

  private var title: String { record.description.name.isEmpty ? record.id : record.description.name }
  /// A search does the settings at its start beside those that were asked for.
  private var budget: HTML {
    let budget = record.budget + (record.description.kind == .search ? 1 : 0)
    return record.budget > 0 ? " of \(Shown.grouped(budget))" : ""
  }

  static func experiment(_ name: String) -> String { "/?" + WebForm([("experiment", name)]).encoded }

  private var findings: HTML {
    if record.findings.isEmpty { return "" }
    let diagnosis = Diagnosis(record.findings.map(\.finding), of: record)
    let causes: [HTML] = diagnosis.causes.enumerated().map { place, cause in
      let found: [HTML] = cause.findings.map { finding in
        """
        <li><b>\(finding.rule)</b> <span class="soft">step \(Shown.grouped(finding.step))</span> \(finding.evidence)</li>
        """
      }
      let open: HTML = place == 0 ? " open" : ""
      return """
        <details class="cause"\(open)><summary><b>\(cause.claim)</b>: \(cause.evidence). \(cause.change)</summary><ul>\(found)</ul></details>
        """
    }
    return "<section class=\"findings\" aria-label=\"Findings\">\(causes)</section>"
  }

  private var charts: HTML {
    if record.series.isEmpty { return "<p class=\"empty\">Nothing is recorded yet.</p>" }
    // What learning is judged by comes first, what the machine did later; a single point is no curve.
    let ranked = record.series.filter { !$0.metric.isOfSystem }.map { series in
      (rank: series.values.count == 1 ? 10 : Self.rank(series.metric.name), name: series.metric.name)
    }.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.map(\.name)
    let cards: [HTML] = ranked.map { name in
      "<figure class=\"chart\" data-metric=\"\(name)\"><figcaption>\(name)<span class=\"note soft\"></span></figcaption><div class=\"plot\"></div></figure>"
    }
    return """
      <div class="tools chart-tools"><label>Smoothing <input type="range" id="smoothing" min="0" max="0.99" step="0.01" value="0"></label>
      <label><input type="checkbox" id="log"> Logarithmic</label>
      <label class="grow">Metrics <input id="metrics" type="search" placeholder="loss, reward" spellcheck="false"></label></div>
      <div class="charts">\(cards)</div>
      """
  }

  /// What the machine did meanwhile, over the time that passed.
  private var system: HTML {
    let names = record.series.map(\.metric).filter(\.isOfSystem).map(\.name)
    if names.isEmpty { return "" }
    let cards: [HTML] = names.map { name in
      let title = String(name.dropFirst(Metric.systemPrefix.count)).replacing("_", with: " ")
      return """
        <figure class="chart" data-metric="\(name)" data-axis="time"><figcaption title="\(name)"><span class="name">\(title)</span>
        <span class="note soft"></span></figcaption><div class="plot"></div></figure>

        """
    }
    return "<section><h2>System</h2><div class=\"charts\">\(cards)</div></section>"
  }

  static func rank(_ name: String) -> Int {
    let order = ["final/", "eval/", "rollout/", "train/"]
    if Metric(name).isOfTime { return 9 }
    return order.firstIndex { name.hasPrefix($0) } ?? 5
  }

  func table(_ title: String, _ rows: [(String, HTML)]) -> HTML {
    if rows.isEmpty { return "" }
    let lines: [HTML] = rows.map { "<tr><th scope=\"row\">\(HTML.name($0.0))</th><td>\($0.1)</td></tr>\n" }
    return "<section><h2>\(title)</h2><table class=\"pairs\"><tbody>\(lines)</tbody></table></section>\n"
  }

  private var parameters: HTML {
    table(
      "Parameters",
      record.parameters.sorted { $0.key < $1.key }.map {
        ($0.key, $0.value == .none ? "none" : "\($0.value.description)")
      })
  }

  private var lastValues: HTML {
    table(
      "Last values",
      record.series.filter { !$0.metric.isOfSystem }.compactMap { series in
        series.values.last.map { (series.metric.name, "\(Shown.number($0))") }
      })
  }

  private var artifacts: HTML {
    let latest = Dictionary(record.artifacts.map { ($0.name, $0) }) { $1 }.values.sorted { $0.name < $1.name }
    if latest.isEmpty { return "" }
    let rows: [HTML] = latest.map { artifact in
      let path = artifact.name.split(separator: "/").map { PercentCoding.encode(String($0)) }.joined(separator: "/")
      return """
        <tr><th scope="row">\(artifact.name)</th><td><a href="/runs/\(record.id)/show/\(path)">Show</a> <a href="/runs/\(record.id)/artifacts/\(path)">\(Shown.size(artifact.size))</a></td>
        <td><button name="remove" value="\(artifact.name)" class="quiet" data-confirm="Delete \(artifact.name) from this run?" aria-label="Delete artifact \(artifact.name)">×</button></td></tr>

        """
    }
    return """
      <section><h2>Artifacts</h2><form method="post" action="/runs/\(record.id)/artifacts"><table class="pairs"><tbody>\(rows)</tbody></table></form></section>

      """
  }

  private var tags: HTML {
    let rows: [HTML] = record.tags.filter { !$0.key.hasPrefix(RunSummary.reserved) }.sorted { $0.key < $1.key }.map {
      tag in
      """
      <tr><th scope="row">\(tag.key)</th><td>\(tag.value)</td><td><button name="remove" value="\(tag.key)" class="quiet" \
      aria-label="Remove tag \(tag.key)">×</button></td></tr>

      """
    }
    return """
      <section><h2>Tags</h2><form method="post" action="/runs/\(record.id)/tags"><table class="pairs"><tbody>\(rows)</tbody></table></form>
      <form method="post" action="/runs/\(record.id)/tags" class="inline"><input name="key" placeholder="tag" aria-label="Tag" required>
      <input name="value" placeholder="value" aria-label="Value"><button>Set</button></form></section>

      """
  }

  private var notes: HTML {
    let list: [HTML] = record.notes.map { "<li>\(HTML.lines($0))</li>" }
    return """
      <section><h2>Notes</h2><ul class="notes">\(list)</ul>
      <form method="post" action="/runs/\(record.id)/notes" class="inline"><textarea name="text" rows="2" aria-label="Note" required></textarea>
      <button>Add</button></form></section>

      """
  }

  private var origin: HTML {
    let here = record.description.surroundings
    var rows: [(String, HTML)] = []
    if !here.commandLine.isEmpty { rows.append(("Command", "<code>\(here.commandLine.joined(separator: " "))</code>")) }
    if !here.programVersion.isEmpty { rows.append(("Program", "\(here.programVersion)")) }
    if !here.host.isEmpty { rows.append(("Host", "\(here.host)")) }
    if let commit = record.codeState?.commit ?? here.gitCommit { rows.append(("Commit", "<code>\(commit)</code>")) }
    if let parent = record.description.parent { rows.append(("Part of", "<a href=\"/runs/\(parent)\">\(parent)</a>")) }
    return table("Origin", rows)
  }
}
