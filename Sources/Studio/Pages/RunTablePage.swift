import Formats
import Glibc
import Tracker
import WebServer

/// The table of runs.
struct RunTablePage {
  let view: RunView
  let all: [RunFields]
  /// The runs that the view shows; none where its condition is none.
  let rows: [RunFields]
  let columns: [String]
  let error: FilterError?

  init(_ view: RunView, of all: [RunFields]) {
    (self.view, self.all) = (view, all)
    do throws(FilterError) {
      rows = try view.rows(of: all)
      error = nil
    } catch {
      rows = []
      self.error = error
    }
    columns = view.columns(for: rows)
  }

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    frame.title = view.experiment ?? "Runs"
    frame.place = .runs
    frame.scripts = ["runs.js"]
    return frame.page("\(ViewTabs(view: view, current: .table).html)\(query)\(table)")
  }

  /// Rows only, for the script that scrolls.
  func fragment(count: Int) -> String { HTML("\(body(count: count))").text }

  private var query: HTML {
    let hidden: [HTML] = [
      view.experiment.map { "<input type=\"hidden\" name=\"experiment\" value=\"\($0)\">" } ?? "",
      view.orders.isEmpty
        ? "" : "<input type=\"hidden\" name=\"sort\" value=\"\(view.orders.joined(separator: ","))\">",
    ]
    let chosen: [HTML] = (view.columns ?? []).map { "<input type=\"hidden\" name=\"column\" value=\"\($0)\">" }
    let wrong: HTML =
      error.map { "<pre class=\"error\" id=\"wrong\" role=\"alert\">\(HTML.lines($0.description))</pre>" } ?? ""
    let state: HTML = error == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"wrong\""
    return """
      <form class="query" action="/" role="search">\(hidden)\(chosen)
      <label class="hidden" for="where">Which runs</label>
      <input id="where" name="where" value="\(view.condition)" placeholder="agent = 'ppo' AND final/mean_reward > 450" \
      autocomplete="off" spellcheck="false"\(state)>
      <button>Filter</button>
      \(columnMenu)</form>
      \(wrong)<datalist id="fields">\(fieldNames.map { name -> HTML in "<option value=\"\(name)\">" })</datalist>

      """
  }

  /// Every name that a condition may use, standard ones first.
  private var fieldNames: [String] {
    var names = Set(RunFields.standard)
    for row in all.suffix(2_000) { for (name, _) in row.all { names.insert(name) } }
    return RunFields.standard + names.subtracting(RunFields.standard).sorted().prefix(2_000)
  }

  private var columnMenu: HTML {
    let boxes: [HTML] = fieldNames.filter { $0 != "id" }.map { name in
      let isOn: HTML = columns.contains(name) ? " checked" : ""
      return "<label><input type=\"checkbox\" value=\"\(name)\"\(isOn)>\(name)</label>"
    }
    return """
      <details class="menu"><summary>Columns</summary><div class="panel" id="columns">\(boxes)</div></details>

      """
  }

  private var table: HTML {
    if rows.isEmpty {
      if error != nil { return "" }
      return all.isEmpty
        ? """
        <div class="empty"><p>No runs yet. Record the first ones:</p>
        <pre>rlrun train CartPole-v1 --agent ppo --preset zoo --seeds 1-5 --experiment first</pre>
        <p>or, from any program that uses MLflow's client, set <code>MLFLOW_TRACKING_URI</code> to this address.</p></div>
        """ : "<p class=\"empty\">No run matches.</p>"
    }
    let heads: [HTML] = columns.map { name in
      let current = view.orders.first
      let isUp = current == name
      let isDown = current == "-" + name
      let address = view.address {
        $0.orders = [isDown ? name : isUp ? "-" + name : "-" + name]; $0.start = 0
      }
      let mark: HTML = isUp ? " aria-sort=\"ascending\"" : isDown ? " aria-sort=\"descending\"" : ""
      let kind: HTML = isNumeric(name) ? " class=\"n\"" : ""
      return
        "<th scope=\"col\"\(mark)\(kind)><a href=\"\(address)\" title=\"\(name)\">\(name.hasPrefix("params.") ? String(name.dropFirst(7)) : name)</a></th>"
    }
    let start = min(view.start, rows.count)
    let end = min(start + RunView.pageSize, rows.count)
    let before: HTML =
      start == 0 ? "" : "<a href=\"\(view.address { $0.start = max(0, start - RunView.pageSize) })\">Newer</a> "
    let after: HTML = end == rows.count ? "" : " <a href=\"\(view.address { $0.start = end })\">Older</a>"
    return """
      <form class="runs" method="post" action="/runs/change">
      <input type="hidden" name="back" value="\(view.address())">
      <div class="tools"><span class="soft" id="count">\(Shown.grouped(rows.count)) run\(rows.count == 1 ? "" : "s")</span>
      <button formaction="/charts" formmethod="get" class="needs" disabled>Charts</button>
      <button formaction="/compare" formmethod="get" class="needs" disabled>Compare</button>
      <button name="action" value="delete" class="needs quiet" disabled>Delete</button>
      <span class="space"></span><span class="pages">\(before)\(after)</span></div>
      <div class="scroll" id="scroll" tabindex="0" role="region" aria-label="Runs" data-count="\(rows.count)" \
      data-from="\(start)" data-rows="\(view.address(path: "/rows") { $0.start = 0 })">
      <table><thead><tr><th class="pick"><span class="hidden">Chosen</span></th>\(heads)</tr></thead>
      <tbody id="rows">\(body(count: RunView.pageSize))</tbody></table></div>
      </form>

      """
  }

  private func body(count: Int) -> [HTML] {
    let start = min(view.start, rows.count)
    return rows[start..<min(start + count, rows.count)].map(row)
  }

  private func row(_ row: RunFields) -> HTML {
    // One pass: a run may have hundreds of fields.
    let values = Dictionary(row.all.map { ($0.name, $0.value) }) { first, _ in first }
    let id = if case .text(let id)? = values["id"] { id } else { "" }
    let cells: [HTML] = columns.map { cell($0, values, id) }
    return """
      <tr data-run="\(id)"><td class="pick"><input type="checkbox" name="run" value="\(id)" aria-label="Choose run \(id)"></td>\(cells)</tr>

      """
  }

  private func cell(_ name: String, _ values: [String: FieldValue], _ id: String) -> HTML {
    let value = values[name]
    switch (name, value) {
    case ("name", _), ("id", _):
      let label = if case .text(let text)? = value, !text.isEmpty { text } else { id }
      return "<td><a href=\"/runs/\(id)\">\(label)</a></td>"
    case ("status", .text(let text)?): return "<td><span class=\"status \(text)\">\(text)</span></td>"
    case ("experiment", .text(let text)?):
      return "<td><a class=\"plain\" href=\"\(view.address { $0.experiment = text; $0.start = 0 })\">\(text)</a></td>"
    case ("started", .number(let seconds)?), ("ended", .number(let seconds)?):
      return "<td class=\"n\">\(TimeText.time(seconds))</td>"
    case ("duration", .number(let seconds)?): return "<td class=\"n\">\(Shown.duration(seconds))</td>"
    case (_, .number(let number)?):
      let odd: HTML = number.isFinite ? "" : " odd"
      return "<td class=\"n\(odd)\">\(name == "seed" ? shortest(number) : Shown.number(number))</td>"
    case (_, .text(let text)?): return "<td title=\"\(text)\">\(text)</td>"
    case (_, .flag(let flag)?): return "<td>\(flag ? "true" : "false")</td>"
    case (_, nil): return "<td class=\"none\"></td>"
    }
  }

  private func isNumeric(_ name: String) -> Bool {
    for row in rows.prefix(50) {
      if let value = row[name] { if case .number = value { return true } else { return false } }
    }
    return false
  }
}

/// Moments as pages show them: in UTC, which the script of a page turns into the reader's own time.
enum TimeText {
  static func time(_ seconds: Double) -> HTML {
    guard seconds.isFinite, abs(seconds) < 1e11 else { return "" }
    let (date, clock) = parts(seconds)
    return "<time datetime=\"\(date)T\(clock)Z\">\(date) \(String(clock.prefix(5)))</time>"
  }

  private static func parts(_ seconds: Double) -> (date: String, clock: String) {
    var moment = Int(seconds.rounded(.down))
    var parts = tm()
    gmtime_r(&moment, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (
      "\(Int(parts.tm_year) + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))",
      "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    )
  }
}
