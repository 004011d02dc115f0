import Fitting
import Formats
import Tracker

/// What a fit understood of its data: a line a column, and what was decided.
struct ColumnsPage {
  let text: String

  /// More columns are told in groups.
  private static let mostRows = 24

  /// `width`: the columns to fit in; nil for as many as it takes.
  init(_ columns: [FitColumn], width: Int?) {
    var table = TextTable(
      ["column", "kind", "why", "missing", "spelled or odd", "features"], dispensable: ["features", "why"])
    let groups = columns.count <= Self.mostRows ? columns.map { [$0] } : Self.groups(columns)
    for group in groups.prefix(Self.mostRows) {
      let (first, last) = (group[0], group[group.count - 1])
      let name =
        group.count == 1
        ? Self.brief(first.name, 24) : "\(Self.brief(first.name, 12)) … \(Self.brief(last.name, 12)) (\(group.count))"
      let reason = Set(group.map(\.reason)).count == 1 ? Self.brief(first.reason, 60) : ""
      table.add([name, first.kind, reason, "\(first.missing)", Self.brief(first.odd, 60), first.features])
    }
    var lines = [table.fitted(to: width).text(noting: "a wider terminal shows them")]
    let hidden = groups.dropFirst(Self.mostRows).reduce(0) { $0 + $1.count }
    if hidden > 0 { lines.append("… and \(hidden) more columns") }
    let notes = columns.flatMap { column in column.notes.map { "\(Self.brief(column.name, 24)): \($0)" } }
      .map { $0.wrappedLines(to: width, hanging: 2) }
    lines += notes.prefix(Self.mostRows)
    if notes.count > Self.mostRows { lines.append("… and \(notes.count - Self.mostRows) more notes") }
    text = lines.joined(separator: "\n")
  }

  /// Columns side by side with nothing to tell of them but their kind.
  private static func groups(_ columns: [FitColumn]) -> [[FitColumn]] {
    var groups: [[FitColumn]] = []
    for column in columns {
      if let last = groups.last?.last, last.isPlain, column.isPlain, last.kind == column.kind,
        last.features == column.features
      {
        groups[groups.count - 1].append(column)
      } else {
        groups.append([column])
      }
    }
    return groups
  }

  private static func brief(_ text: String, _ longest: Int) -> String {
    text.count <= longest ? text : text.prefix(longest - 1) + "…"
  }
}
