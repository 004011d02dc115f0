import Datasets

/// What a fit understood of one column: its kind, why, and what becomes of it.
package struct FitColumn: Hashable, Sendable {
  package let name: String
  /// `number`, `category`, `date`, `text`, `id`, `ignore`, `missing`, `target`, `dropped`, `weight`, `group`.
  package let kind: String
  package let reason: String
  /// Rows without a value, odd ones among them.
  package let missing: Int
  /// How missing values are spelled, and other values that count as missing, with their lines; empty if there are none.
  package let odd: String
  /// What is made of it, as `1 feature`; empty for none.
  package let features: String
  /// Sentences about what was decided.
  package let notes: [String]

  /// Whether it is like most others: a number or category without anything odd.
  package var isPlain: Bool { odd.isEmpty && notes.isEmpty && missing == 0 && (kind == "number" || kind == "category") }

  static func all(of configuration: FitConfiguration, _ data: FitData) -> [FitColumn] {
    data.findings.map { FitColumn($0, configuration, data) }
  }

  private init(_ finding: ColumnFinding, _ configuration: FitConfiguration, _ data: FitData) {
    name = finding.name
    missing = finding.missing
    odd = Self.odd(finding)
    var notes = finding.notes
    if name == configuration.target {
      kind = "target"
      reason = Self.target(finding, configuration, data)
      features = ""
      notes += Self.merged(data)
    } else if let (role, option) = configuration.role(of: name) {
      (kind, reason, features) = (role, option, "")
      notes = []
    } else {
      kind = finding.kind.rawValue
      reason = finding.reason
      let encoding = data.preprocessing.columns.first { $0.name == finding.name }?.encoding
      features = encoding.map(Self.describe) ?? ""
    }
    self.notes = notes
  }

  /// `1 'n/a'; 'inf' (line 9)`
  private static func odd(_ finding: ColumnFinding) -> String {
    let marks = finding.marks.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = marks.prefix(3).map { "\($0.value) × \(quoted($0.key))" }
    if marks.count > 3 { parts.append("…") }
    if finding.oddCount > 0 { parts.append(places(finding.oddValues, of: finding.oddCount)) }
    return parts.joined(separator: ", ")
  }

  private static func describe(_ encoding: ColumnEncoding) -> String {
    switch encoding {
    case .number, .plainNumber: "1"
    case .code(let levels): "1: \(levels.count) levels"
    case .date: "1: time"
    case .calendar(_, _, let parts), .plainDate(let parts):
      "\(encoding.width): "
        + (["time"] + parts.map { $0 == .timeOfDay ? "time of day" : $0.rawValue }).joined(separator: ", ")
    case .oneHot(let levels): "\(levels.count)"
    }
  }

  private static func target(_ finding: ColumnFinding, _ configuration: FitConfiguration, _ data: FitData) -> String {
    guard configuration.task == .classification else { return finding.reason }
    let classes = data.targetClasses
    if classes.isEmpty { return "classes" }
    let shown = classes.prefix(4).map { "\(quoted($0.label, 16)) \($0.count)" }.joined(separator: ", ")
    return "\(classes.count) classes: \(shown)" + (classes.count > 4 ? ", …" : "")
  }

  /// Which labels are one class although they are written differently.
  private static func merged(_ data: FitData) -> [String] {
    data.targetClasses.filter { !$0.otherSpellings.isEmpty }.map { group in
      let others = group.otherSpellings.prefix(3).map { quoted($0) }.joined(separator: ", ")
      return
        "\(others)\(group.otherSpellings.count > 3 ? ", …" : "") and \(quoted(group.label)) are one class, \(quoted(group.label))"
    }
  }
}
