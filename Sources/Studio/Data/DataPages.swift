import DataVersions
import Datasets
import Formats
import WebServer

/// The data sets of the store.
struct DataSetsPage {
  let sets: [(latest: DataVersion, count: Int)]

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place) = ("Data", .data)
    if sets.isEmpty {
      return frame.page(
        "<h1>Data</h1><div class=\"empty\"><p>There is no data set yet. Add one:</p><pre>rlrun data add flowers iris.csv</pre></div>"
      )
    }
    let rows: [HTML] = sets.map { set in
      let version = set.latest
      return """
        <tr><th scope="row"><a href="/data/\(version.name)">\(version.name)</a></th><td class="n">\(set.count)</td><td class="n">\(Shown.grouped(version.rows))</td>
        <td class="n">\(version.columns.count)</td><td class="n">\(Shown.size(version.bytes))</td><td class="n">\(TimeText.time(Double(version.created) / 1e6))</td>
        <td>\(version.note)</td></tr>

        """
    }
    return frame.page(
      """
      <h1>Data</h1><div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col" class="n">Versions</th><th scope="col" class="n">Rows</th>
      <th scope="col" class="n">Columns</th><th scope="col" class="n">Size</th><th scope="col" class="n">Newest</th><th scope="col">Note</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """)
  }
}

/// A version of a data set: rows, columns, where they come from, what is wrong with them.
struct DataSetPage {
  let version: DataVersion
  let numbers: [Int]
  let form: WebForm
  let repository: DataRepository

  init(version: DataVersion, numbers: [Int], form: WebForm, _ repository: DataRepository) {
    (self.version, self.numbers, self.form, self.repository) = (version, numbers, form, repository)
  }

  private enum Tab: String, CaseIterable {
    case rows, columns, profile, checks, origin

    var title: String { rawValue.capitalized }
  }

  private var tab: Tab { form["show"].flatMap(Tab.init) ?? .rows }

  private func address(_ tab: Tab, _ number: Int) -> String {
    "/data/\(version.name)?" + WebForm([("version", String(number)), ("show", tab.rawValue)]).encoded
  }

  func page(_ frame: PageFrame) throws -> String {
    var frame = frame
    (frame.title, frame.place) = ("\(version.reference)", .data)
    let tabs: [HTML] = Tab.allCases.map { one in
      let mark: HTML = one == tab ? " aria-current=\"page\"" : ""
      return "<a href=\"\(address(one, version.number))\"\(mark)>\(one.title)</a>"
    }
    let versions: [HTML] = numbers.reversed().map { number in
      let mark: HTML = number == version.number ? " selected" : ""
      return "<option value=\"\(number)\"\(mark)>version \(number)</option>"
    }
    return frame.page(
      """
      <div class="title"><h1>\(version.name)</h1>
      <form action="/data/\(version.name)" data-choose class="row"><input type="hidden" name="show" value="\(tab.rawValue)">
      <select name="version" aria-label="Version">\(versions)</select><button>Show</button></form>
      <span class="soft">\(Shown.grouped(version.rows)) rows, \(version.columns.count) columns, \(Shown.size(version.bytes))</span>
      <nav class="tabs" aria-label="Views of this version">\(tabs)</nav></div>
      \(try content())
      """)
  }

  private func content() throws -> HTML {
    let load = "/data/\(version.name)/"
    let query = WebForm([("version", String(version.number))]).encoded
    switch tab {
    case .rows: return try DataRows(version, form, repository).page
    case .columns: return columns
    case .profile:
      let targets: [HTML] = version.columns.map { column in
        let mark: HTML = column.name == form["target"] ? " selected" : ""
        return "<option\(mark)>\(column.name)</option>"
      }
      let target = WebForm([("version", String(version.number))] + (form["target"].map { [("target", $0)] } ?? []))
        .encoded
      return """
        <form class="tools" action="/data/\(version.name)" data-choose><input type="hidden" name="version" value="\(version.number)"><input type="hidden" name="show" value="profile">
        <label>Target <select name="target"><option value="">none</option>\(targets)</select></label><button>Show</button>
        <span class="row"><code>rlrun data profile \(version.reference.address)</code><button type="button" class="quiet" data-copy>Copy</button></span></form>
        <iframe class="page" sandbox title="Profile of \(version.name)" src="\(load)profile?\(target)"></iframe>
        """
    case .checks:
      return
        "<div data-load=\"\(load)checks?\(query)\" aria-busy=\"true\"><p class=\"empty\">Looking for faults…</p></div>"
    case .origin: return origin
    }
  }

  private var columns: HTML {
    let rows: [HTML] = version.columns.map { column in
      "<tr><th scope=\"row\">\(column.name)</th><td>\(column.kind.rawValue)</td><td class=\"n\">\(Shown.grouped(column.missing))</td></tr>\n"
    }
    return """
      <div class="scroll"><table class="narrow"><thead><tr><th scope="col">Column</th><th scope="col">Kind</th><th scope="col" class="n">Missing</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """
  }

  private var origin: HTML {
    let sources: [HTML] = version.sources.map { source in
      let remarks: [HTML] = (source.remarks ?? []).map { "<br><span class=\"soft\">\($0)</span>" }
      return "<li><code>\(source.address)</code>\(remarks)</li>"
    }
    let parents: [HTML] = version.parents.map {
      "<li><a href=\"/data/\($0.name)?version=\($0.number)\">\("\($0.reference)")</a></li>"
    }
    let steps: [HTML] = version.steps.map {
      "<li><b>\($0.name)</b><pre class=\"output\" tabindex=\"0\" aria-label=\"\($0.name)\">\(HTML.lines($0.text))</pre></li>"
    }
    let erased: [HTML] = version.erasures.map {
      "<li>\(Shown.grouped($0.rows)) rows were erased \(TimeText.time(Double($0.time) / 1e6))</li>"
    }
    func section(_ title: String, _ items: [HTML]) -> HTML {
      items.isEmpty ? "" : "<section><h2>\(title)</h2><ul>\(items)</ul></section>"
    }
    return """
      <dl class="facts"><div><dt>Made</dt><dd>\(TimeText.time(Double(version.created) / 1e6))</dd></div><div><dt>By</dt><dd>\(version.program)</dd></div>
      <div><dt>SHA-256</dt><dd><code>\(version.sha256)</code></dd></div></dl>
      \(section("Sources", sources))\(section("Made from", parents))\(section("Steps", steps))\(section("Erasures", erased))
      """
  }
}

/// Rows of a version, a page at a time, those that a text or a value is in.
struct DataRows {
  private let version: DataVersion
  private let form: WebForm
  private let rows: [(id: Int, cells: [String?])]
  private let matching: Int
  private let start: Int
  private static let pageSize = 100
  /// More rows than these are not searched through in this program.
  private static let searchLimit = 2_000_000

  init(_ version: DataVersion, _ form: WebForm, _ repository: DataRepository) throws {
    (self.version, self.form) = (version, form)
    let start = max(0, form["from"].flatMap { Int($0) } ?? 0)
    let text = form["text"] ?? ""
    let column = form["in"].flatMap { name in version.columns.firstIndex { $0.name == name } }
    if !text.isEmpty, version.rows > Self.searchLimit {
      throw WebError(400, "more than \(Self.searchLimit) rows are searched with 'rlrun data export'")
    }
    var (found, passed): ([(id: Int, cells: [String?])], Int) = ([], 0)
    for part in version.parts.indices {
      let count = version.parts[part].rows
      // Parts before the page are passed over unread.
      if text.isEmpty, passed + count <= start || found.count == Self.pageSize {
        passed += count
        continue
      }
      let table = try version.table(reading: version.idColumns, part: part, in: repository)
      for row in 0..<table.rowCount {
        if !text.isEmpty {
          let searched = column.map { [table.columns[$0]] } ?? table.columns
          guard searched.contains(where: { $0.text(at: row)?.localizedCaseInsensitiveContains(text) == true }) else {
            continue
          }
        }
        if passed >= start, found.count < Self.pageSize {
          found.append((table.lines[row], table.columns.map { $0.text(at: row) }))
        }
        passed += 1
      }
    }
    (rows, matching, self.start) = (found, passed, start)
  }

  var page: HTML {
    let options: [HTML] = version.columns.map { column in
      let mark: HTML = column.name == form["in"] ? " selected" : ""
      return "<option\(mark)>\(column.name)</option>"
    }
    return """
      <form class="query" action="/data/\(version.name)" role="search"><input type="hidden" name="version" value="\(version.number)">
      <label>Rows with <input name="text" type="search" value="\(form["text"] ?? "")" placeholder="any text"></label>
      <label>in <select name="in"><option value="">any column</option>\(options)</select></label><button>Filter</button></form>
      \(html)
      """
  }

  private func address(_ start: Int) -> String {
    var fields = [("version", String(version.number)), ("from", String(max(0, start)))]
    for name in ["text", "in"] { if let value = form[name], !value.isEmpty { fields.append((name, value)) } }
    return "/data/\(version.name)?" + WebForm(fields.map { (name: $0.0, value: $0.1) }).encoded
  }

  var html: HTML {
    if rows.isEmpty { return "<p class=\"empty\">No row matches.</p>" }
    let heads: [HTML] = version.columns.map { column in
      let kind: HTML = column.kind == .number ? " class=\"n\"" : ""
      return "<th scope=\"col\"\(kind)>\(column.name)</th>"
    }
    let lines: [HTML] = rows.map { row in
      let cells: [HTML] = zip(version.columns, row.cells).map { column, cell in
        let kind: HTML = column.kind == .number ? " class=\"n\"" : ""
        guard let cell else { return "<td\(kind)><span class=\"soft\">–</span></td>" }
        return "<td\(kind)>\(String(cell.prefix(300)))</td>"
      }
      return "<tr><th scope=\"row\" class=\"soft\">\(row.id)</th>\(cells)</tr>\n"
    }
    let end = start + rows.count
    let before: HTML = start == 0 ? "" : "<a href=\"\(address(start - Self.pageSize))\">Before</a> "
    let after: HTML = end >= matching ? "" : " <a href=\"\(address(end))\">After</a>"
    return """
      <div class="tools"><span class="soft">Rows \(Shown.grouped(start + 1)) to \(Shown.grouped(end)) of \(Shown.grouped(matching))</span><span class="space"></span>\(before)\(after)</div>
      <div class="scroll" tabindex="0" role="region" aria-label="Rows"><table><thead><tr><th scope="col">Row</th>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>
      """
  }
}

/// What the checks find in a version, and the repairs that they suggest, to be taken one by one.
struct DataChecks {
  private let report: JSONValue
  private let plan: String
  private let version: DataVersion

  init(_ found: (report: JSONValue, plan: String), of version: DataVersion) {
    (report, plan) = found
    self.version = version
  }

  var html: HTML {
    let issues = report["issues"]?.list ?? []
    if issues.isEmpty { return "<p class=\"empty\">Nothing is wrong, as far as the checks can see.</p>" }
    let rows: [HTML] = issues.map { issue in
      let repairs: [HTML] = (issue["repairs"]?.list ?? []).map { repair in
        var json = JSONWriter()
        json.value(repair)
        let text = String(decoding: json.bytes, as: UTF8.self)
        return
          "<label class=\"repair\"><input type=\"checkbox\" name=\"repair\" value=\"\(text)\" checked> <code>\(Self.shown(repair))</code></label>"
      }
      let evidence: [HTML] = (issue["evidence"]?.list ?? []).prefix(6).compactMap(\.text).map {
        "<div class=\"soft\">\($0)</div>"
      }
      return """
        <tr><th scope="row">\(issue["column"]?.text ?? "rows")</th><td>\(issue["check"]?.text ?? "")</td><td class="wrap">\(issue["sentence"]?.text ?? "")\(evidence)</td>
        <td class="wrap">\(repairs)</td></tr>

        """
    }
    return """
      <form method="post" action="/data/\(version.name)/clean?version=\(version.number)">
      <div class="scroll"><table><thead><tr><th scope="col">Column</th><th scope="col">Check</th><th scope="col">Finding</th><th scope="col">Repairs to take</th></tr></thead><tbody>\(rows)</tbody></table></div>
      <p class="tools"><button class="main">Make a version with the chosen repairs</button>
      <span class="row"><code>rlrun data clean \(version.reference.address) --plan plan.yaml</code><button type="button" class="quiet" data-copy>Copy</button></span></p></form>
      <details><summary>The whole plan</summary><pre class="output" tabindex="0" aria-label="The plan">\(HTML.lines(plan))</pre></details>
      """
  }

  /// `impute alcohol by median`
  private static func shown(_ repair: JSONValue) -> String {
    guard case .object(let members) = repair, let first = members.first else { return "" }
    var json = JSONWriter()
    json.value(first.value)
    return first.name + " " + String(String(decoding: json.bytes, as: UTF8.self).prefix(200))
  }
}
