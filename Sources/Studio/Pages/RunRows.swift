import Synchronization
import Telemetry
import Tracker
import WebServer

/// What the table of runs knows of all runs, looked up anew when somebody asks and it is older than a moment.
final class RunRows: Sendable {
  private struct State {
    var rows: [RunFields] = []
    var looked = ContinuousClock.now - .seconds(3_600)
  }

  private let store: Store
  private let state = Mutex(State())
  private let listing = Mutex(())
  private let patience: Duration

  init(_ store: Store, patience: Duration = .milliseconds(500)) { (self.store, self.patience) = (store, patience) }

  func all() throws -> [RunFields] {
    try listing.withLock { _ in
      let (rows, looked) = state.withLock { ($0.rows, $0.looked) }
      if ContinuousClock.now - looked < patience { return rows }
      let found = try store.fields()
      state.withLock { $0 = State(rows: found, looked: .now) }
      return found
    }
  }

  /// As they were a while ago at most, for what need not be the newest.
  func recent() throws -> [RunFields] {
    let (rows, looked) = state.withLock { ($0.rows, $0.looked) }
    return ContinuousClock.now - looked < .seconds(10) ? rows : try all()
  }

  /// Makes the next question look again.
  func forget() { state.withLock { $0.looked = .now - .seconds(3_600) } }
}

/// A view of the table, which is an address: everything that makes it is in its query.
struct RunView: Sendable {
  var experiment: String?
  var condition: String
  var orders: [String]
  /// nil for those that suit the runs.
  var columns: [String]?
  var start: Int
  /// nil for a row a run.
  var grouping: RunGrouping?
  /// Groups that show their runs, each named by its first run.
  var open: [String]
  static let pageSize = 100

  /// The most columns and the longest condition that are taken.
  private static let columnLimit = 100
  private static let openLimit = 1_000

  init(_ form: WebForm) {
    experiment = form["experiment"].flatMap { $0.isEmpty ? nil : $0 }
    condition = form["where"] ?? ""
    orders = (form["sort"] ?? "").split(separator: ",").map(String.init)
    let chosen = form.all("column").flatMap { $0.split(separator: ",").map(String.init) }
    columns = chosen.isEmpty ? nil : Array(chosen.prefix(Self.columnLimit))
    start = max(0, form["from"].flatMap { Int($0) } ?? 0)
    grouping = RunGrouping(form.all("group").flatMap { $0.split(separator: ",").map(String.init) })
    open = Array(form.all("open").prefix(Self.openLimit))
  }

  /// The address of this view, with changes.
  func address(path: String = "/", _ change: (inout RunView) -> Void = { _ in }) -> String {
    var view = self
    change(&view)
    var fields: [(name: String, value: String)] = []
    if let experiment = view.experiment { fields.append(("experiment", experiment)) }
    if !view.condition.isEmpty { fields.append(("where", view.condition)) }
    if !view.orders.isEmpty { fields.append(("sort", view.orders.joined(separator: ","))) }
    if let columns = view.columns { fields += columns.map { ("column", $0) } }
    if let grouping = view.grouping {
      fields += grouping.words.map { ("group", $0) } + view.open.map { ("open", $0) }
    }
    if view.start > 0 { fields.append(("from", String(view.start))) }
    let query = WebForm(fields).encoded
    return query.isEmpty ? path : path + "?" + query
  }

  /// The runs of the view, newest first unless it says otherwise. Throws `FilterError` for a condition that is none.
  func rows(of all: [RunFields]) throws(FilterError) -> [RunFields] {
    var rows = all
    if let experiment { rows = rows.filter { $0["experiment"] == .text(experiment) } }
    if !condition.allSatisfy(\.isWhitespace) {
      let filter = try RunFilter(condition)
      rows = rows.filter(filter.matches)
    }
    if orders.isEmpty {
      rows.reverse()
    } else {
      RunOrder.sort(&rows, by: sortOrders)
    }
    return rows
  }

  var sortOrders: [RunOrder] { orders.map { RunOrder($0) } }

  /// What runs are judged by comes first, then what is known at their end.
  private static func rank(_ metric: String) -> Int {
    scores.firstIndex(of: metric) ?? (metric.hasPrefix("final/") ? scores.count : scores.count + 1)
  }

  private static let scores = [
    Metric.finalMeanReward, .finalValidationAccuracy, .finalValidationR2, .finalValidationNDCG, .evalMeanReward,
    .rolloutEpRewMean, .validationLoss,
  ].map(\.name)

  /// The columns that are shown: those chosen, else a few that tell these runs apart.
  func columns(for rows: [RunFields]) -> [String] {
    if let columns { return columns }
    let sample = rows.prefix(300)
    var values: [String: Set<FieldValue>] = [:]
    var counts: [String: Int] = [:]
    for row in sample {
      for (name, value) in row.all {
        counts[name, default: 0] += 1
        if name.hasPrefix("params."), values[name, default: []].count < 20 { values[name, default: []].insert(value) }
      }
    }
    var columns = ["name", "status"]
    if experiment == nil { columns.append("experiment") }
    columns += ["agent", "environment", "seed"].filter { name in
      Set(sample.map { $0[name] }).count > 1
        || name != "seed" && sample.contains { $0[name] != nil && $0[name] != .text("") }
    }
    columns += ["started", "duration"]
    let metrics = counts.keys.filter { name in
      !RunFields.standard.contains(name) && !name.hasPrefix("params.") && !name.hasPrefix("tags.")
        && !Metric(name).isOfTime
    }
    // The metrics that most runs have; of those, final ones first.
    let ranked = metrics.sorted { left, right in
      let (a, b) = (Self.rank(left), Self.rank(right))
      if a != b { return a < b }
      return counts[left]! == counts[right]! ? left < right : counts[left]! > counts[right]!
    }
    columns += ranked.prefix(4)
    let differing = values.filter { $0.value.count > 1 }.keys.sorted { left, right in
      counts[left]! == counts[right]! ? left < right : counts[left]! > counts[right]!
    }
    return columns + differing.prefix(4)
  }
}
