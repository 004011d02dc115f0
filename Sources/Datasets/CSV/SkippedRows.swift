import Formats

/// Rows that were passed over because they cannot be read, with the first of them.
package struct SkippedRows: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    /// At which it begins, counted from 1.
    package var line: Int
    package var problem: String
  }

  package private(set) var count = 0
  package private(set) var first: [Row] = []
  private static let shown = 5

  mutating func add(line: Int, _ problem: String) {
    count += 1
    if first.count < Self.shown { first.append(Row(line: line, problem: problem)) }
  }

  /// `2 rows skipped: line 7 (the row has 2 fields where there are 3 columns), line 9 (…)`; nil for none.
  package var remark: String? {
    if count == 0 { return nil }
    var examples = first.map { "line \($0.line) (\($0.problem))" }
    if count > first.count { examples.append("and \(count - first.count) more") }
    return "\(plural(count, "row")) skipped: \(examples.joined(separator: ", "))"
  }
}
