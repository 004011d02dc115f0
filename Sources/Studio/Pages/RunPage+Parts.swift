import Analysis
import Formats
import Telemetry
import Tracker
import WebServer

/// Parts of a run's page beside its head, curves and tables.
extension RunPage {
  /// What can be done with the run, each beside the command that does it.
  var actions: HTML {
    var all: [(action: String, label: String, words: [String], more: HTML)] = []
    let id = record.id
    if record.status == .running {
      all.append(("stop", "Stop", ["stop", id], ""))
    } else {
      let steps: HTML =
        record.canBeExtendedHere
        ? "<input name=\"steps\" inputmode=\"numeric\" pattern=\"[0-9]*\" placeholder=\"to steps\" aria-label=\"Resume up to so many steps\">"
        : ""
      if record.lastCheckpoint != nil { all.append(("resume", "Resume", ["resume", id, "--detach"], steps)) }
      all.append(("reproduce", "Reproduce", ["reproduce", id, "--detach"], ""))
    }
    let items: [HTML] = all.map { item in
      """
      <form method="post" action="/runs/\(id)/work" class="row"><button name="action" value="\(item.action)">\(item.label)</button>\(item.more)
      <code>\((["rlrun"] + item.words).joined(separator: " "))</code><button type="button" class="quiet" data-copy>Copy</button></form>
      """
    }
    return "<details class=\"menu\"><summary>Actions</summary><div class=\"panel\">\(items)</div></details>"
  }

  /// A search's trials and pictures, fetched by themselves: they need the trials' runs.
  var search: HTML {
    record.description.kind == "search"
      ? "<div data-load=\"/runs/\(record.id)/search\" aria-busy=\"true\"><p class=\"empty\">Reading the trials…</p></div>"
      : ""
  }

  /// Whether it has a policy that can be played.
  static func canPlay(_ record: RunRecord) -> Bool {
    record.description.kind == "training" && record.lastCheckpoint != nil
  }

  /// The policy at play, drawn when somebody asks for it.
  var film: HTML {
    guard Self.canPlay(record) else { return "" }
    return """
      <details class="film"><summary>Film of the policy</summary>
      <div data-load="/runs/\(record.id)/film" aria-busy="true"><p class="empty">The policy plays an episode…</p></div></details>

      """
  }

  var histograms: HTML {
    let names = HistogramChart.metrics(in: record)
    if names.isEmpty { return "" }
    let all: [HTML] = names.prefix(60).map { name in
      let query = WebForm([("metric", name)]).encoded
      return
        "<figure class=\"chart free\"><figcaption>\(name)</figcaption><div class=\"picture\" data-load=\"/runs/\(record.id)/histogram?\(query)\"></div></figure>"
    }
    return "<section><h2>Histograms over time</h2><div class=\"charts\">\(all)</div></section>"
  }

  var profile: HTML {
    guard let profile = RunProfile(record) else { return "" }
    let rows: [HTML] = profile.phases.map { phase in
      """
      <tr><th scope="row">\(phase.name)</th><td class="n">\(Shown.duration(phase.seconds))</td><td class="n">\(Shown.number((phase.share * 1_000).rounded() / 10)) %</td>
      <td><progress max="1" value="\(shortest(phase.share))" aria-label="Share of \(phase.name)"></progress></td>
      <td class="n">\(Shown.duration(phase.median))</td><td class="n">\(Shown.duration(phase.percentile95))</td><td class="n">\(Shown.duration(phase.longest))</td></tr>

      """
    }
    let slow: [HTML] = profile.outliers.prefix(5).map { one in
      "<li>Step \(Shown.grouped(one.step)): \(Shown.duration(one.seconds)) instead of \(Shown.duration(one.usual)), most of it in \(one.phase)</li>"
    }
    return """
      <section><h2>Profile</h2><div class="scroll"><table><thead><tr><th scope="col">Phase</th><th scope="col" class="n">Time</th><th scope="col" class="n">Share</th>
      <th scope="col"><span class="hidden">Share</span></th><th scope="col" class="n">Median</th><th scope="col" class="n">95 %</th><th scope="col" class="n">Longest</th></tr></thead><tbody>\(rows)</tbody></table></div><ul>\(slow)</ul></section>

      """
  }

  /// Those whose files are kept.
  var checkpoints: HTML {
    table(
      "Checkpoints",
      record.keptCheckpoints.map { checkpoint in
        let best: HTML = checkpoint.best ? " <span class=\"tag\">best</span>" : ""
        return ("step \(Shown.grouped(checkpoint.step))", "\(Shown.size(checkpoint.size))\(best)")
      })
  }

  /// Where it came from, and what came of it.
  var lineage: HTML {
    let description = record.description
    var rows: [(String, HTML)] = []
    if let parent = description.parent { rows.append(("Part of", Self.link(parent))) }
    if let trial = description.trial {
      rows.append(("Trial", "\(trial.number)"))
      if let origin = trial.origin { rows.append(("Went on from", Self.link(origin.run))) }
    }
    for name in ["from", "source"] {
      if case .text(let text)? = description.protocolSettings[name] ?? record.hyperparameters[name] {
        let run = text.split(separator: ":").first.map(String.init) ?? text
        rows.append(("Started from", "\(Self.link(run)) \(text)"))
      }
    }
    let settings = description.protocolSettings.merging(record.hyperparameters) { first, _ in first }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard name == "data" || name == "validation-data", case .text(let text) = value else { continue }
      let version: HTML? = text.firstMatch(of: /^data:([^@\/]+)@(\d+)$/).map {
        "<a href=\"/data/\(String($0.1))?version=\(String($0.2))\">\(text)</a>"
      }
      rows.append((name == "data" ? "Data" : "Validation data", version ?? "\(text)"))
    }
    if children > 0 {
      let query = WebForm([("where", "parent = '\(record.id)'")]).encoded
      rows.append(("Parts", "<a href=\"/?\(query)\">\(Shown.grouped(children)) run\(children == 1 ? "" : "s")</a>"))
    }
    for resume in record.resumes {
      rows.append((resume.rewind == nil ? "Resumed at" : "Went back to", "step \(Shown.grouped(resume.step))"))
    }
    if let code = record.codeState {
      rows.append(("Code", "\(code.isDirty ? "changed since the commit" : "as committed")"))
    }
    return table("Lineage", rows)
  }

  private static func link(_ run: String) -> HTML { "<a href=\"/runs/\(PercentCoding.encode(run))\">\(run)</a>" }
}

extension RunRecord {
  /// Whether more steps may be asked for.
  fileprivate var canBeExtendedHere: Bool { description.budgetParameter != nil }
}
