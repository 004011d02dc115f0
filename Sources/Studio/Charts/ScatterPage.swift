import Analysis
import Formats
import Settings
import Telemetry
import Tracker
import Tuning
import WebServer

/// Columns of runs against each other: two as dots, or several as lines through parallel axes.
struct ScatterPage {
  let view: RunView
  let form: WebForm
  private let rows: [RunFields]
  private let columns: [String]

  /// Runs that are drawn, at most: the newest.
  private static let runLimit = 5_000

  init(_ form: WebForm, of all: [RunFields]) throws(FilterError) {
    self.form = form
    view = RunView(form)
    let named = Set(form.all("run"))
    var found = try view.rows(of: all)
    if !named.isEmpty {
      found = found.filter { row in if case .text(let id)? = row["id"] { named.contains(id) } else { false } }
    }
    rows = Array(found.prefix(Self.runLimit))
    columns = Self.columns(of: rows)
  }

  /// What has a value in some run and is no text of its own for each.
  private static func columns(of rows: [RunFields]) -> [String] {
    var (numbers, names): ([String: Int], [String: Set<FieldValue>]) = ([:], [:])
    for row in rows {
      for (name, value) in row.all where !hidden.contains(name) {
        if case .number = value {
          numbers[name, default: 0] += 1
        } else if names[name, default: []].count <= 40 {
          names[name, default: []].insert(value)
        }
      }
    }
    let all = Set(numbers.keys).union(names.filter { $0.value.count <= 40 }.keys)
    func rank(_ name: String) -> Int { name.hasPrefix("params.") ? 0 : RunFields.standard.contains(name) ? 2 : 1 }
    return all.sorted { (rank($0), $0) < (rank($1), $1) }
  }

  private static let hidden: Set<String> = ["id", "name", "proposal", "hash", "parent", "message"]

  private var named: [String] { form.all("run") }

  private var selection: [HTML] {
    ChartView(form).selection.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
  }

  private func options(_ chosen: String?, none: String? = nil) -> HTML {
    let empty: HTML = none.map { "<option value=\"\">\($0)</option>" } ?? ""
    let all: [HTML] = columns.map { name in
      let mark: HTML = name == chosen ? " selected" : ""
      return "<option\(mark)>\(name)</option>"
    }
    return "\(empty)\(all)"
  }

  /// The column that most runs have, of those that differ.
  private func usual(_ isWanted: (String) -> Bool) -> String? {
    columns.filter(isWanted).max { left, right in spread(left) < spread(right) }
  }

  /// How many values it has, of runs that have one; what few runs have counts little.
  private func spread(_ name: String) -> Int {
    let values = rows.prefix(500).compactMap { $0[name] }
    return 2 * values.count < min(500, rows.count) ? 0 : min(50, Set(values).count)
  }

  private func value(_ row: RunFields, _ name: String) -> ScatterChart.Value? {
    switch row[name] {
    case .number(let number): .number(number)
    case .text(let text): .name(text)
    case .flag(let flag): .name(flag ? "true" : "false")
    case nil: nil
    }
  }

  private func column(_ field: String, _ isUsual: (String) -> Bool) -> String? {
    if let asked = form[field], !asked.isEmpty { return asked }
    return usual(isUsual) ?? columns.first
  }

  // MARK: Scatter

  func scatter(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place, frame.scripts) = ("Scatter", .runs, [])
    let tabs = ViewTabs(view: view, named: named, current: .scatter).html
    guard let x = column("x", { $0.hasPrefix("params.") }),
      let y = column("y", { !$0.hasPrefix("params.") && !RunFields.standard.contains($0) })
    else { return frame.page("\(tabs)<p class=\"empty\">These runs have nothing to draw.</p>") }
    let colour = form["colour"].flatMap { $0.isEmpty ? nil : $0 }
    let (chart, ids, keys) = picture(x, y, colour)
    func on(_ name: String) -> HTML { form[name] == nil ? "" : " checked" }
    let legend: [HTML] = keys.enumerated().map { "<li><span class=\"key k\($0 % 7)\"></span>\($1)</li>" }
    let missing = rows.count - chart.places.count { $0 != nil }
    let note: HTML =
      missing == 0
      ? ""
      : "<p class=\"soft\">\(Shown.grouped(missing)) of \(Shown.grouped(rows.count)) runs have no place: no value, none that is finite, or none above 0 on a logarithmic axis.</p>"
    return frame.page(
      """
      \(tabs)<form class="tools chart-tools" action="/scatter" data-choose>\(selection)
      <label>Across <select name="x">\(options(x))</select></label><label><input type="checkbox" name="logx" value="1"\(on("logx"))> Log</label>
      <label>Up <select name="y">\(options(y))</select></label><label><input type="checkbox" name="logy" value="1"\(on("logy"))> Log</label>
      <label>Colour <select name="colour">\(options(colour, none: "none"))</select></label><button>Show</button></form>
      <ul class="legend">\(legend)</ul><div class="picture">\(dots(chart, ids))</div>\(note)
      """)
  }

  private func picture(
    _ x: String, _ y: String, _ colour: String?
  ) -> (chart: ScatterChart, ids: [(id: String, name: String)], keys: [String]) {
    let keys =
      colour.map { name in
        Array(Set(rows.map { Self.text(value($0, name)) }).sorted().prefix(7))
      } ?? []
    var (dots, ids): ([ScatterChart.Dot], [(id: String, name: String)]) = ([], [])
    for row in rows {
      guard let left = value(row, x), let right = value(row, y), case .text(let id)? = row["id"] else { continue }
      let key = colour.map { Self.text(value(row, $0)) }
      dots.append(ScatterChart.Dot(x: left, y: right, colour: key.flatMap { keys.firstIndex(of: $0) } ?? 0))
      let name = if case .text(let name)? = row["name"], !name.isEmpty { name } else { id }
      ids.append((id, "\(name): \(Self.text(left)), \(Self.text(right))"))
    }
    var scales = ChartScales()
    (scales.isHorizontalLogarithmic, scales.isVerticalLogarithmic) = (form["logx"] != nil, form["logy"] != nil)
    return (ScatterChart(dots, horizontal: x, vertical: y, scales: scales), ids, keys)
  }

  private static func text(_ value: ScatterChart.Value?) -> String {
    switch value {
    case .number(let number): Shown.number(number)
    case .name(let name): name
    case nil: "none"
    }
  }

  /// The frame as it is drawn in files, and dots that lead to their runs.
  private func dots(_ chart: ScatterChart, _ ids: [(id: String, name: String)]) -> HTML {
    let element = SVGChart.element(chart.frame)
    let drawn: [HTML] = zip(zip(chart.places, chart.colours), ids).compactMap { place, run in
      guard let point = place.0 else { return nil }
      return """
        <a href="/runs/\(run.id)"><circle class="dot f\(place.1 % 7)" cx="\(Self.pixel(point.x))" cy="\(Self.pixel(point.y))" r="4"><title>\(run.name)</title></circle></a>
        """
    }
    // Dots can be reached by the keyboard, which what is one picture has no room for.
    let frame = element.dropLast("</svg>".count).replacing(" role=\"img\"", with: " role=\"group\"", maxReplacements: 1)
    return "\(HTML(verbatim: String(frame)))\(drawn)</svg>"
  }

  private static func pixel(_ number: Double) -> String { shortest((number * 10).rounded() / 10) }

  // MARK: Parallel

  func parallel(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place, frame.scripts) = ("Parallel coordinates", .runs, [])
    let tabs = ViewTabs(view: view, named: named, current: .parallel).html
    guard let score = column("y", { !$0.hasPrefix("params.") && !RunFields.standard.contains($0) }) else {
      return frame.page("\(tabs)<p class=\"empty\">These runs have nothing to draw.</p>")
    }
    let chosen =
      form.all("axis").isEmpty
      ? Array(columns.filter { $0.hasPrefix("params.") && spread($0) > 1 }.prefix(8))
      : Array(form.all("axis").prefix(16))
    let boxes: [HTML] = columns.filter { $0 != score }.map { name in
      let mark: HTML = chosen.contains(name) ? " checked" : ""
      return "<label><input type=\"checkbox\" name=\"axis\" value=\"\(name)\"\(mark)>\(name)</label>"
    }
    let isLeast = form["best"] == "least"
    let least: HTML = isLeast ? " selected" : ""
    return frame.page(
      """
      \(tabs)<form class="tools chart-tools" action="/parallel" data-choose>\(selection)
      <label>Score <select name="y">\(options(score))</select></label>
      <label>Best <select name="best"><option value="most">is greatest</option><option value="least"\(least)>is least</option></select></label>
      <details class="menu"><summary>Axes</summary><div class="panel left">\(boxes)</div></details><button>Show</button></form>
      <div class="picture">\(lines(chosen, score, isLeast: isLeast))</div>
      """)
  }

  private func lines(_ axes: [String], _ score: String, isLeast: Bool) -> HTML {
    var trials: [Trial] = []
    for row in rows {
      guard case .number(let number)? = row[score], number.isFinite else { continue }
      var values: [String: HyperparameterValue] = [:]
      for axis in axes { values[Self.short(axis)] = row[axis].map(Self.setting) }
      trials.append(Trial(trials.count, values, .finished(score: number)))
    }
    guard trials.count > 1, let space = ValueSpace.of(axes.map(Self.short), trials.map(\.values)) else {
      return "<p class=\"empty\">It takes two runs with this score, and a setting that differs between them.</p>"
    }
    let pictures = SearchPictures(
      space: space, trials: trials, direction: isLeast ? .minimize : .maximize, metric: score)
    return HTML(
      verbatim: SVGChart.element(pictures.parallelCoordinates(width: 1_200, title: "\(trials.count) runs")))
  }

  private static func short(_ column: String) -> String {
    column.hasPrefix("params.") ? String(column.dropFirst("params.".count)) : column
  }

  private static func setting(_ value: FieldValue) -> HyperparameterValue {
    switch value {
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    case .flag(let flag): .text(flag ? "true" : "false")
    }
  }
}
