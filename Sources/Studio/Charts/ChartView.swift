import Analysis
import Telemetry
import Tracker
import WebServer

/// A view of charts over several runs, which is an address: everything that makes it is in its query.
struct ChartView: Sendable {
  /// Runs that are drawn at once, at most: the newest.
  static let runLimit = 200

  /// Which runs, where none are named.
  var runs: RunView
  /// Ids of runs; empty for all that `runs` chooses.
  var named: [String]
  var axis: LearningCurve.Axis
  /// The weight of what came before.
  var smoothing: Double
  var scales: ChartScales
  /// Each run by itself instead of the mean over seeds.
  var showsSingleRuns: Bool

  init(_ form: WebForm) {
    runs = RunView(form)
    (runs.start, runs.columns) = (0, nil)
    named = Array(form.all("run").prefix(Self.runLimit))
    axis = form["x"] == "time" ? .time : .steps
    let wanted = form["smooth"].flatMap { Double($0) } ?? 0
    smoothing = wanted >= 0 && wanted < 1 ? wanted : 0
    scales = ChartScales()
    scales.isHorizontalLogarithmic = form["logx"] != nil
    scales.isVerticalLogarithmic = form["logy"] != nil
    showsSingleRuns = form["single"] != nil
  }

  /// Which runs, for addresses of other pages about them.
  var selection: [(name: String, value: String)] {
    if !named.isEmpty { return named.map { ("run", $0) } }
    return WebForm(encoded: String(runs.address(path: "").dropFirst())).fields
  }

  /// Everything.
  var fields: [(name: String, value: String)] {
    var fields = selection
    if axis == .time { fields.append(("x", "time")) }
    if smoothing > 0 { fields.append(("smooth", "\(smoothing)")) }
    if scales.isHorizontalLogarithmic { fields.append(("logx", "1")) }
    if scales.isVerticalLogarithmic { fields.append(("logy", "1")) }
    if showsSingleRuns { fields.append(("single", "1")) }
    return fields
  }

  func address(_ path: String = "/charts", adding more: [(name: String, value: String)] = []) -> String {
    let query = WebForm(fields + more).encoded
    return query.isEmpty ? path : path + "?" + query
  }

  /// The runs that are drawn, the oldest first, and how many the view has.
  func ids(of rows: () throws -> [RunFields]) throws -> (shown: [String], count: Int) {
    if !named.isEmpty { return (named, named.count) }
    let found = try runs.rows(of: rows())
    let ids = found.prefix(Self.runLimit).compactMap { row -> String? in
      if case .text(let id)? = row["id"] { id } else { nil }
    }
    return (ids.reversed(), found.count)
  }
}
