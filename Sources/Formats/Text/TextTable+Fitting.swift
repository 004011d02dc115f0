/// A table as it is printed.
package struct FittedTable: Sendable, Hashable {
  /// A line a row, or several where texts were broken; no line break at the end.
  package var text: String
  /// The names of the columns that had no place, from left to right.
  package var leftOut: [String]
  /// The columns it had to fit in.
  package var width: Int?

  /// The text, and below it which columns are left out and how to see them (`--wide shows them`).
  package func text(noting remedy: String) -> String {
    if leftOut.isEmpty { return text }
    return text + "\n" + "Not shown: \(leftOut.joined(separator: ", ")) (\(remedy)).".wrappedLines(to: width)
  }
}

extension TextTable {
  /// The table in `width` columns; as wide as it is for nil.
  ///
  /// Where it is too wide its headings are broken, then long texts inside their column; then dispensable columns go, those
  /// first that have nothing to show; and at last texts are broken as narrow as need be.
  package func fitted(to width: Int?) -> FittedTable {
    let columns = rows[0].indices.map { Column(of: self, $0) }
    var kept = Array(columns.indices)
    guard let width else { return FittedTable(text: render(kept, kept.map { columns[$0].natural }), leftOut: []) }
    var order = dispensable.filter { columns[$0].isEmpty } + dispensable.filter { !columns[$0].isEmpty }
    while true {
      if let widths = Self.widths(kept.map { columns[$0] }, in: width, isLast: order.isEmpty) {
        let leftOut = columns.indices.filter { !kept.contains($0) && !columns[$0].isEmpty }
        return FittedTable(text: render(kept, widths), leftOut: leftOut.map { rows[0][$0] }, width: width)
      }
      let next = order.removeFirst()
      kept.removeAll { $0 == next }
    }
  }

  /// The width of its lines where nothing is broken.
  package var width: Int {
    rows[0].indices.reduce(2 * (rows[0].count - 1)) { $0 + Column(of: self, $1).natural }
  }

  /// What a column needs.
  private struct Column {
    var heading: String
    /// The longest part of the heading that cannot be broken.
    var brokenHeading: Int
    var cells: Int
    var isNumeric: Bool
    /// Nothing in it.
    var isEmpty: Bool

    init(of table: TextTable, _ place: Int) {
      let cells = table.rows.dropFirst().map { $0[place] }
      heading = table.rows[0][place]
      brokenHeading = TextTable.headingParts(heading).map(\.displayWidth).max() ?? 0
      self.cells = cells.map(\.displayWidth).max() ?? 0
      isNumeric = table.isNumeric(place)
      isEmpty = cells.allSatisfy { $0.isEmpty || $0 == "–" }
    }

    var natural: Int { max(heading.displayWidth, cells) }

    /// Numbers whole, texts broken to `limit` columns.
    func least(_ limit: Int) -> Int { max(min(brokenHeading, natural), isNumeric ? cells : min(cells, limit)) }
  }

  /// Texts up to here stay in a line while there is a column that may go instead.
  private static let comfortable = 28

  /// nil where the columns do not fit; `isLast`: none can go any more, so that they have to.
  private static func widths(_ columns: [Column], in width: Int, isLast: Bool) -> [Int]? {
    let available = width - 2 * max(0, columns.count - 1)
    for limit in [Int.max, comfortable] + (isLast ? [20, 14, 10, 6] : []) {
      let least = columns.map { $0.least(limit) }
      if least.reduce(0, +) <= available { return widened(least, columns, by: available - least.reduce(0, +)) }
    }
    return isLast ? columns.map { $0.least(1) } : nil
  }

  /// Gives out what is left: to texts in turn, then to headings, for as few lines as may be.
  private static func widened(_ least: [Int], _ columns: [Column], by slack: Int) -> [Int] {
    var (widths, slack) = (least, slack)
    var texts = columns.indices.filter { columns[$0].cells > widths[$0] }
    while slack > 0, !texts.isEmpty {
      for column in texts where slack > 0 {
        widths[column] += 1
        slack -= 1
      }
      texts.removeAll { columns[$0].cells <= widths[$0] }
    }
    while slack > 0 {
      // The tallest heading that a little width makes lower.
      let best = columns.indices.compactMap { column -> (column: Int, lines: Int, width: Int)? in
        let lines = headingLines(columns[column].heading, widths[column]).count
        let wider = (widths[column]...widths[column] + slack).first {
          headingLines(columns[column].heading, $0).count < lines
        }
        return wider.map { (column, lines, $0) }
      }
      .max { ($0.lines, -$0.width, -$0.column) < ($1.lines, -$1.width, -$1.column) }
      guard let best else { break }
      slack -= best.width - widths[best.column]
      widths[best.column] = best.width
    }
    return widths
  }

  /// The pieces of a heading that stay whole: words, broken behind a slash.
  private static func headingParts(_ heading: String) -> [String] {
    words(heading).flatMap(slashed)
  }

  /// Split at spaces, but for that of `[95 %]`.
  private static func words(_ heading: String) -> [String] {
    heading.replacing(" %", with: "\u{A0}%").split(separator: " ").map {
      String($0).replacing("\u{A0}%", with: " %")
    }
  }

  private static func slashed(_ word: String) -> [String] {
    let pieces = word.split(separator: "/", omittingEmptySubsequences: false)
    return pieces.enumerated().map { $1 + ($0 + 1 < pieces.count ? "/" : "") }.filter { !$0.isEmpty }
  }

  /// A heading in lines of `width` columns, as far as it may be broken: at spaces, a longer word behind slashes.
  private static func headingLines(_ heading: String, _ width: Int) -> [String] {
    if heading.displayWidth <= width { return [heading] }
    var lines: [String] = []
    func add(_ piece: String, _ gap: String) {
      if let line = lines.last, (line + gap + piece).displayWidth <= width {
        lines[lines.count - 1] = line + gap + piece
      } else {
        lines += piece.wrapped(to: max(1, width))
      }
    }
    for word in words(heading) {
      if word.displayWidth <= width {
        add(word, " ")
      } else {
        for (place, piece) in slashed(word).enumerated() { add(piece, place == 0 ? " " : "") }
      }
    }
    return lines
  }

  private func render(_ kept: [Int], _ widths: [Int]) -> String {
    let isNumeric = kept.map { self.isNumeric($0) }
    return rows.enumerated().map { number, row in
      let cells = zip(kept, widths).map { column, width in
        number == 0 ? Self.headingLines(row[column], width) : row[column].wrapped(to: max(1, width))
      }
      let height = cells.map(\.count).max() ?? 0
      return (0..<height).map { line in
        var text = ""
        for (place, cell) in cells.enumerated() {
          // Headings stand on the numbers below them.
          let index = number == 0 ? line - (height - cell.count) : line
          let piece = cell.indices.contains(index) ? cell[index] : ""
          let padding = String(repeating: " ", count: max(0, widths[place] - piece.displayWidth))
          text += (isNumeric[place] ? padding + piece : piece + padding) + "  "
        }
        while text.last == " " { text.removeLast() }
        return text
      }
      .joined(separator: "\n")
    }
    .joined(separator: "\n")
  }
}
