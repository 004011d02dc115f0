import Formats
import Tracker
import WebServer

/// The table of runs.
struct RunTablePage {
  let view: RunView
  let all: [RunFields]
  /// The runs that the view shows; none where its condition is none.
  let rows: [RunFields]
  let columns: [String]
  /// nil where the view has a row a run.
  let groups: GroupedRuns?
  let error: FilterError?

  /// How many rows the table has.
  private var lineCount: Int { groups?.count ?? rows.count }

  init(_ view: RunView, of all: [RunFields]) {
    (self.view, self.all) = (view, all)
    do throws(FilterError) {
      rows = try view.rows(of: all)
      error = nil
    } catch {
      rows = []
      self.error = error
    }
    let columns = view.columns(for: rows)
    guard let grouping = view.grouping else {
      (self.columns, groups) = (columns, nil)
      return
    }
    let groups = GroupedRuns(rows, grouping, orders: view.sortOrders, open: view.open)
    self.groups = groups
    // The label of a group stands where runs have their names, and says what columns of its own would.
    let said: Set = view.columns == nil ? Set(groups.labels.names + ["name", "seed"]) : ["name"]
    self.columns = ["name", "runs"] + columns.filter { !said.contains($0) && $0 != "runs" }
  }

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    let names = fieldNames
    frame.title = view.experiment ?? "Runs"
    frame.place = .runs
    frame.scripts = ["runs.js"]
    return frame.page("\(ViewTabs(view: view, current: .table).html)\(query(names))\(table)")
  }

  /// Rows only, for the script that scrolls.
  func fragment(count: Int) -> String { HTML("\(body(count: count))").text }

  private func query(_ names: [String]) -> HTML {
    let hidden: [HTML] = [
      view.experiment.map { "<input type=\"hidden\" name=\"experiment\" value=\"\($0)\">" } ?? "",
      view.orders.isEmpty
        ? "" : "<input type=\"hidden\" name=\"sort\" value=\"\(view.orders.joined(separator: ","))\">",
    ]
    let chosen: [HTML] =
      (view.columns ?? []).map { "<input type=\"hidden\" name=\"column\" value=\"\($0)\">" }
      + (view.grouping?.words ?? []).map { "<input type=\"hidden\" name=\"group\" value=\"\($0)\">" }
    let wrong: HTML =
      error.map { "<pre class=\"error\" id=\"wrong\" role=\"alert\">\(HTML.lines($0.description))</pre>" } ?? ""
    let state: HTML = error == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"wrong\""
    return """
      <form class="query" action="/" role="search">\(hidden)\(chosen)
      <label class="hidden" for="where">Which runs</label>
      <input id="where" name="where" value="\(view.condition)" placeholder="agent = 'ppo' AND final/mean_reward > 450" \
      autocomplete="off" spellcheck="false"\(state)>
      <button>Filter</button>
      \(groupMenu(names))\(columnMenu(names))</form>
      \(wrong)<datalist id="fields">\(names.map { name -> HTML in "<option value=\"\(name)\">" })</datalist>

      """
  }

  /// Every name that a condition may use, standard ones first.
  private var fieldNames: [String] {
    var names = Set(RunFields.standard)
    for row in all.suffix(2_000) { for (name, _) in row.all { names.insert(name) } }
    return RunFields.standard + names.subtracting(RunFields.standard).sorted().prefix(2_000)
  }

  private func columnMenu(_ names: [String]) -> HTML {
    let boxes: [HTML] = names.filter { $0 != "id" }.map { name in
      let isOn: HTML = columns.contains(name) ? " checked" : ""
      return "<label><input type=\"checkbox\" value=\"\(name)\"\(isOn)>\(name)</label>"
    }
    return """
      <details class="menu"><summary>Columns</summary><div class="panel" id="columns">\(boxes)</div></details>

      """
  }

  private func groupMenu(_ all: [String]) -> HTML {
    func link(_ label: String, _ grouping: RunGrouping?) -> HTML {
      let mark: HTML = view.grouping == grouping ? " aria-current=\"true\"" : ""
      let address = view.address { ($0.grouping, $0.open, $0.start) = (grouping, [], 0) }
      return "<a href=\"\(address)\"\(mark)>\(label)</a>\n"
    }
    let chosen: [String] = if case .fields(let names)? = view.grouping { names } else { [] }
    let plain = ["experiment", "kind", "agent", "environment", "status", "seed", "budget", "parent"]
    let names = all.filter { plain.contains($0) || $0.hasPrefix("params.") || $0.hasPrefix("tags.") }
    let boxes: [HTML] = (names + chosen.filter { !names.contains($0) }).map { name in
      let isOn: HTML = chosen.contains(name) ? " checked" : ""
      return "<label><input type=\"checkbox\" value=\"\(name)\"\(isOn)>\(name)</label>"
    }
    let current =
      switch view.grouping {
      case nil: "Group by"
      case .configuration: "Grouped by configuration"
      case .differences: "Grouped by differences"
      case .fields(let names) where names.count == 1: "Grouped by \(names[0])"
      case .fields(let names): "Grouped by \(names.count) fields"
      }
    return """
      <details class="menu"><summary>\(current)</summary><div class="panel" id="grouping">
      \(link("No groups", nil))\(link("Configuration without seed", .configuration))\(link("Parameters that differ", .differences))
      <fieldset><legend>Fields</legend>\(boxes)</fieldset></div></details>

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
        "<th scope=\"col\"\(mark)\(kind)><a href=\"\(address)\" title=\"\(name)\">\(heading(name))</a></th>"
    }
    let start = min(view.start, lineCount)
    let end = min(start + RunView.pageSize, lineCount)
    let before: HTML =
      start == 0 ? "" : "<a href=\"\(view.address { $0.start = max(0, start - RunView.pageSize) })\">Newer</a> "
    let after: HTML = end == lineCount ? "" : " <a href=\"\(view.address { $0.start = end })\">Older</a>"
    return """
      <form class="runs" method="post" action="/runs/change">
      <input type="hidden" name="back" value="\(view.address())">
      <div class="tools"><span class="soft" id="count">\(counted)</span>
      <button formaction="/charts" formmethod="get" class="needs" disabled>Charts</button>
      <button formaction="/compare" formmethod="get" class="needs" disabled>Compare</button>
      <button name="action" value="delete" class="needs quiet" disabled>Delete</button>
      <span class="space"></span><span class="pages">\(before)\(after)</span></div>
      <div class="scroll" id="scroll" tabindex="0" role="region" aria-label="Runs" data-count="\(lineCount)" \
      data-from="\(start)" data-rows="\(view.address(path: "/rows") { $0.start = 0 })">
      <table><thead><tr><th class="pick"><span class="hidden">Chosen</span></th>\(heads)</tr></thead>
      <tbody id="rows">\(body(count: RunView.pageSize))</tbody></table></div>
      </form>

      """
  }

  private var counted: String {
    let runs = "\(Shown.grouped(rows.count)) run\(rows.count == 1 ? "" : "s")"
    guard let groups = groups?.groups.count else { return runs }
    return "\(Shown.grouped(groups)) group\(groups == 1 ? "" : "s") of \(runs)"
  }

  private func heading(_ name: String) -> String {
    if name == "name", groups != nil { return "group" }
    return name.hasPrefix("params.") ? String(name.dropFirst(7)) : name
  }

  private func body(count: Int) -> [HTML] {
    let start = min(view.start, lineCount)
    guard let groups else { return rows[start..<min(start + count, lineCount)].map { row($0) } }
    return groups.lines(from: start, count: count).map { line in
      switch line {
      case .group(let group): RunGroupRow(page: self, groups: groups, group: group).html
      case .run(let run): row(run, isMember: true)
      }
    }
  }

  private func row(_ row: RunFields, isMember: Bool = false) -> HTML {
    // One pass: a run may have hundreds of fields.
    let values = Dictionary(row.all.map { ($0.name, $0.value) }) { first, _ in first }
    let id = if case .text(let id)? = values["id"] { id } else { "" }
    let cells: [HTML] = columns.map { name in
      if isMember, name == "runs" {
        // Where groups have their number of runs.
        guard case .number(let seed)? = values["seed"] else { return "<td></td>" }
        return "<td class=\"n soft\">seed \(shortest(seed))</td>"
      }
      return cell(name, values[name], id)
    }
    let kind: HTML = isMember ? " class=\"member\"" : ""
    return """
      <tr data-run="\(id)"\(kind)><td class="pick"><input type="checkbox" name="run" value="\(id)" aria-label="Choose run \(id)"></td>\(cells)</tr>

      """
  }

  func cell(_ name: String, _ value: FieldValue?, _ id: String) -> HTML {
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
    if groups != nil, name == "runs" { return true }
    for row in rows.prefix(50) {
      if let value = row[name] { if case .number = value { return true } else { return false } }
    }
    return false
  }
}
