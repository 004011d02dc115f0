/// Rows of words and numbers in columns for a terminal: numbers to the right, words to the left.
package struct TextTable: Sendable {
  /// The header first.
  private(set) var rows: [[String]]
  /// The columns that a narrow terminal may do without, the first to go first.
  let dispensable: [Int]

  /// Control characters in cells are escaped, here and in the rows.
  package init(_ header: [String]) { self.init(header, dispensable: []) }

  /// `dispensable`: names of columns that a narrow terminal may do without, the first to go first.
  package init(_ header: [String], dispensable: [String]) {
    rows = [header.map(\.printable)]
    self.dispensable = dispensable.compactMap { header.firstIndex(of: $0) }
  }

  /// Adds a row; traps unless it has as many cells as the header.
  package mutating func add(_ row: [String]) {
    precondition(row.count == rows[0].count, "a row of \(row.count) cells in a table of \(rows[0].count) columns")
    rows.append(row.map(\.printable))
  }

  /// The header and the rows, a line each, without a line break at the end.
  package var text: String { fitted(to: nil).text }

  /// GitHub's Markdown: a header, a line of dashes that says how columns are aligned, and the rows.
  package var markdown: String {
    let rule = rows[0].indices.map { isNumeric($0) ? "---:" : "---" }
    return ([rows[0], rule] + rows.dropFirst()).map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    .joined(separator: "\n")
  }

  /// Every cell begins with a number (`12`, `500 [490, 500]`, `3.2 s`, `40 %`) or has none to show; a count of something
  /// (`3 × 'NA'`) is a phrase.
  func isNumeric(_ column: Int) -> Bool {
    let cells = rows.dropFirst().map { $0[column] }.filter { !$0.isEmpty && $0 != "–" }
    return !cells.isEmpty
      && cells.allSatisfy { Double($0.prefix { $0 != " " && $0 != "%" }) != nil && !$0.contains(" × ") }
  }
}
