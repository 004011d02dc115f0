import Formats
import Settings
import Telemetry

/// One thing a run is described by, as filters and lists see it.
package enum FieldValue: Sendable, Hashable {
  case number(Double)
  case text(String)
  case flag(Bool)

  /// nil for none.
  init?(_ value: HyperparameterValue) {
    switch value {
    case .integer(let number): self = .number(Double(number))
    case .number(let number): self = .number(number)
    case .flag(let flag): self = .flag(flag)
    case .text(let text): self = .text(text)
    case .integers(let numbers): self = .text(numbers.map(String.init).joined(separator: ","))
    case .none: return nil
    }
  }
}

/// What lists, filters and orders name of a run.
///
/// `id`, `experiment`, `kind` (`training`, `fit`, `dataset`), `name`, `agent`, `environment`, `seed`, `status`, `condition` (`damaged`, else absent), `message`,
/// `steps`, `budget`, `copies` (`params.n_envs`, or 0), `hash` (of the configuration), `started` and `ended` (Unix
/// seconds), `duration` (seconds), `findings` and `checkpoints` (how many), `parent` (a run's id), `trial` (its number in a search) `purpose` (`search` or `confirmation`) and `proposal` (what is tried, as JSON), `params.NAME`,
/// `tags.NAME`, and a metric's last value by the metric's own name,
/// or `metric/NAME` where that is one of the names before.
package struct RunFields: Sendable, Hashable {
  /// One of each name, in no order.
  package internal(set) var all: [(name: String, value: FieldValue)]

  /// Those that are not named by parameters, tags or metrics.
  package static let standard = [
    "id", "experiment", "kind", "name", "agent", "environment", "seed", "status", "condition", "message", "steps",
    "budget",
    "copies", "hash", "started", "ended", "duration", "findings", "checkpoints", "parent", "trial", "purpose",
    "proposal",
  ]

  package init(_ all: [(name: String, value: FieldValue)]) { self.all = all }

  /// Gives a field that is there another value.
  mutating func set(_ name: String, _ value: FieldValue) {
    if let place = all.firstIndex(where: { $0.name == name }) { all[place].value = value }
  }

  package init(_ record: RunRecord) {
    let description = record.description
    all = [("id", .text(record.id)), ("experiment", .text(description.experiment))]
    all.append(("status", .text(record.status.rawValue)))
    if case .damaged = record.condition { all.append(("condition", .text("damaged"))) }
    if let message = record.message { all.append(("message", .text(message))) }
    if record.isDescribed {
      all += [
        ("kind", .text(description.kind.rawValue)), ("name", .text(description.name)),
        ("agent", .text(description.subject)),
        ("environment", .text(description.target)), ("hash", .text(description.configurationHash)),
        ("seed", .number(Double(description.seed))), ("steps", .number(Double(record.lastStep))),
        ("budget", .number(Double(record.budget))),
        ("copies", description.hyperparameters["n_envs"].flatMap { FieldValue($0) } ?? .number(0)),
        ("findings", .number(Double(record.findings.count))),
        ("checkpoints", .number(Double(record.keptCheckpoints.count))),
        ("started", .number(Double(description.start) / 1e6)),
      ]
      if let parent = description.parent { all.append(("parent", .text(parent))) }
      if let trial = description.trial {
        all += [
          ("trial", .number(Double(trial.number))), ("purpose", .text(trial.purpose.rawValue)),
          // Texts and whole numbers can be encoded.
          ("proposal", .text(try! JSONForm.exact.text(trial))),
        ]
      }
      if let end = record.end { all.append(("ended", .number(Double(end) / 1e6))) }
      if let seconds = record.activeSeconds { all.append(("duration", .number(seconds))) }
      for (name, value) in record.parameters.sorted(by: { $0.key < $1.key }) {
        if let value = FieldValue(value) { all.append(("params." + name, value)) }
      }
    }
    for (name, value) in record.tags.sorted(by: { $0.key < $1.key }) { all.append(("tags." + name, .text(value))) }
    let metrics = record.series.map(\.metric.name)
    // A metric called like a field that this run has not is not that field either.
    let names = metricColumns(metrics, beside: Self.standard + all.map(\.name))
    for (name, series) in zip(names, record.series) {
      if let last = series.values.last { all.append((name, .number(last))) }
    }
  }

  /// nil for what the run does not have.
  package subscript(name: String) -> FieldValue? { all.first { $0.name == name }?.value }

  package static func == (left: RunFields, right: RunFields) -> Bool { left.byName == right.byName }
  package func hash(into hasher: inout Hasher) { hasher.combine(byName) }
  private var byName: [String: FieldValue] { Dictionary(all.map { ($0.name, $0.value) }) { first, _ in first } }
}

/// How a list of runs is ordered.
package struct RunOrder: Sendable, Hashable {
  package var field: String
  package var isDescending: Bool

  package init(field: String, isDescending: Bool = false) {
    (self.field, self.isDescending) = (field, isDescending)
  }

  /// `-final/mean_reward`, `seed`.
  package init(_ text: String) {
    self.init(field: text.hasPrefix("-") ? String(text.dropFirst()) : text, isDescending: text.hasPrefix("-"))
  }

  /// By the first order, equal runs by the next; runs that lack a field, or hold NaN there, come last either way, and those
  /// that are equal throughout stay as they were.
  package static func sort(_ runs: inout [RunFields], by orders: [RunOrder]) {
    guard !orders.isEmpty else { return }
    let keyed = runs.enumerated().map { place, run in (place: place, keys: orders.map { run[$0.field] }, run: run) }
    runs = keyed.sorted { left, right in
      for (order, (a, b)) in zip(orders, zip(left.keys, right.keys)) {
        switch (rank(a), rank(b)) {
        case (let a, let b) where a != b: return a < b
        case (3, _): continue
        default: break
        }
        if a == b { continue }
        return precedes(a!, b!) != order.isDescending
      }
      return left.place < right.place
    }.map(\.run)
  }

  /// Numbers before texts before flags; what is missing last.
  private static func rank(_ value: FieldValue?) -> Int {
    switch value {
    case .number(let number): number.isNaN ? 3 : 0
    case .text: 1
    case .flag: 2
    case nil: 3
    }
  }

  private static func precedes(_ left: FieldValue, _ right: FieldValue) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): left < right
    case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.flag(let left), .flag(let right)): !left && right
    default: false
    }
  }
}
