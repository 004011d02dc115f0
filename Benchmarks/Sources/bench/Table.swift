/// Aligned columns: the first to the left, the others to the right.
struct Table {
  private var rows: [[String]]

  init(_ header: [String]) { rows = [header] }
  init(_ header: String...) { self.init(header) }

  mutating func add(_ row: [String]) { rows.append(row) }
  mutating func add(_ row: String...) { add(row) }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    var lines = rows.map { row in
      row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + blanks : blanks + cell
      }.joined(separator: "  ")
    }
    lines.insert(String(repeating: "─", count: widths.reduce(2 * (widths.count - 1), +)), at: 1)
    return lines.joined(separator: "\n")
  }
}

/// 12345.6 as 12,346.
func grouped(_ value: Double) -> String {
  var digits = Array(String(Int(value.rounded())))
  for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
  return String(digits)
}
