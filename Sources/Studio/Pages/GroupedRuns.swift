import Tracker

/// The rows of a table whose runs are grouped: a row a group, and the runs of groups that are open.
struct GroupedRuns {
  struct Group {
    /// One of its runs, which names it in addresses.
    var anchor: String
    /// In the table's order.
    var runs: [RunFields]
    var isOpen: Bool
  }

  enum Line {
    case group(Group)
    case run(RunFields)
  }

  /// What tells groups apart.
  let labels: RunLabels
  let groups: [Group]
  /// How many rows there are.
  let count: Int
  private let ambiguous: Set<[FieldValue?]>

  /// Groups `rows`, which have the view's order.
  init(_ rows: [RunFields], _ grouping: RunGrouping, orders: [RunOrder], open: [String]) {
    let labels = grouping.labels(of: rows)
    let open = Set(open)
    var places: [[RunGroupKeyPart]: Int] = [:]
    var groups: [Group] = []
    for row in rows {
      let id = if case .text(let id)? = row["id"] { id } else { "" }
      let key = grouping.key(of: row, labels: labels.names)
      if let place = places[key] {
        groups[place].runs.append(row)
        if groups[place].isOpen { continue }
        // Any of its runs opens a group: the address stays true when others join or leave it.
        groups[place].isOpen = open.contains(id)
        groups[place].anchor = groups[place].isOpen ? id : min(groups[place].anchor, id)
      } else {
        places[key] = groups.count
        groups.append(Group(anchor: id, runs: [row], isOpen: open.contains(id)))
      }
    }
    self.labels = labels
    self.groups = Self.sorted(groups, by: orders, labels.names)
    count = groups.reduce(0) { $0 + 1 + ($1.isOpen ? $1.runs.count : 0) }
    var seen: Set<[FieldValue?]> = []
    var ambiguous: Set<[FieldValue?]> = []
    if grouping == .configuration {
      for group in groups {
        let values = labels.names.map { group.runs[0][$0] }
        if !seen.insert(values).inserted { ambiguous.insert(values) }
      }
    }
    self.ambiguous = ambiguous
  }

  /// A group without an order among them stays where its first run is.
  private static func sorted(_ groups: [Group], by orders: [RunOrder], _ labels: [String]) -> [Group] {
    // The column of names shows labels.
    let orders = orders.flatMap { order in
      order.field == "name" ? labels.map { RunOrder(field: $0, isDescending: order.isDescending) } : [order]
    }
    if orders.isEmpty { return groups }
    let names = Set(orders.map(\.field))
    // No field is called so.
    let place = "\u{0}"
    var summaries = groups.enumerated().map { number, group in
      let values = GroupValues(group, names)
      return RunFields(
        names.compactMap { name in values.summary(name).map { (name, $0) } } + [(place, .number(Double(number)))])
    }
    RunOrder.sort(&summaries, by: orders)
    return summaries.compactMap { summary in
      if case .number(let number)? = summary[place] { groups[Int(number)] } else { nil }
    }
  }

  /// Some of the rows.
  func lines(from start: Int, count: Int) -> [Line] {
    var lines: [Line] = []
    var place = 0
    for group in groups where lines.count < count {
      let end = place + 1 + (group.isOpen ? group.runs.count : 0)
      defer { place = end }
      if end <= start { continue }
      if place >= start { lines.append(.group(group)) }
      if group.isOpen {
        let first = max(0, start - place - 1)
        lines += group.runs[first..<min(group.runs.count, first + count - lines.count)].map { .run($0) }
      }
    }
    return lines
  }

  /// Whether another configuration has the same labels.
  func isAmbiguous(_ group: Group) -> Bool { ambiguous.contains(labels.names.map { group.runs[0][$0] }) }
}

/// The values that a group's runs have in some columns.
struct GroupValues {
  let count: Int
  private var values: [String: [(value: FieldValue, seed: FieldValue?)]] = [:]

  init(_ group: GroupedRuns.Group, _ columns: Set<String>) {
    count = group.runs.count
    for run in group.runs {
      let seed = run["seed"]
      for (name, value) in run.all where columns.contains(name) { values[name, default: []].append((value, seed)) }
    }
  }

  func all(_ name: String) -> [FieldValue] { (values[name] ?? []).map(\.value) }

  /// Metrics, and standard fields that measure.
  static func isMeasured(_ name: String) -> Bool {
    if ["duration", "steps", "findings", "checkpoints"].contains(name) { return true }
    return isMetric(name)
  }

  static func isMetric(_ name: String) -> Bool {
    !RunFields.standard.contains(name) && !name.hasPrefix("params.") && !name.hasPrefix("tags.")
  }

  /// The finite numbers with the seeds of their runs, and how many are none.
  func numbers(_ name: String) -> (finite: [Double], seeds: [FieldValue?], others: [Double]) {
    var (finite, seeds, others) = ([Double](), [FieldValue?](), [Double]())
    for case (.number(let number), let seed) in values[name] ?? [] {
      if number.isFinite {
        finite.append(number)
        seeds.append(seed)
      } else {
        others.append(number)
      }
    }
    return (finite, seeds, others)
  }

  /// The value of all runs; nil where they differ or some have none.
  func shared(_ name: String) -> FieldValue? {
    guard let all = values[name], all.count == count, let first = all.first?.value else { return nil }
    return all.allSatisfy { $0.value == first } ? first : nil
  }

  /// What a group is sorted by.
  func summary(_ name: String) -> FieldValue? {
    switch name {
    case "runs": return .number(Double(count))
    case "started", "ended": return numbers(name).finite.max().map { .number($0) }
    case _ where Self.isMeasured(name):
      let finite = numbers(name).finite
      return finite.isEmpty ? nil : .number(finite.reduce(0, +) / Double(finite.count))
    default: return shared(name)
    }
  }
}
