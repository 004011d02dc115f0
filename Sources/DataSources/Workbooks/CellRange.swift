/// A part of a sheet: `A1:F200`, or whole columns, `B:D`. Columns and rows count from 1.
struct CellRange: Hashable, CustomStringConvertible {
  var columns: ClosedRange<Int>
  var rows: ClosedRange<Int>

  static let mostColumns = 16_384
  static let mostRows = 1_048_576

  init(columns: ClosedRange<Int>, rows: ClosedRange<Int>) { (self.columns, self.rows) = (columns, rows) }

  /// nil where it is none; `$` does not count, nor does the case.
  init?(_ text: String) {
    let parts = text.filter { $0 != "$" }.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 1 || parts.count == 2, let first = Self.place(Array(parts[0].utf8)[...]),
      let last = Self.place(Array(parts.last!.utf8)[...]), parts.count == 2 || first.row != nil,
      (first.row == nil) == (last.row == nil), first.column <= last.column, first.row ?? 1 <= last.row ?? 1
    else { return nil }
    self.init(columns: first.column...last.column, rows: (first.row ?? 1)...(last.row ?? Self.mostRows))
  }

  /// `B12`, or a column alone; nil for anything else.
  static func place(_ bytes: ArraySlice<UInt8>) -> (column: Int, row: Int?)? {
    var (column, row, at) = (0, 0, bytes.startIndex)
    while at < bytes.endIndex, case let letter = bytes[at] & 0xDF, letter >= 65, letter <= 90 {
      column = column * 26 + Int(letter) - 64
      guard column <= mostColumns else { return nil }
      at += 1
    }
    guard column > 0 else { return nil }
    if at == bytes.endIndex { return (column, nil) }
    while at < bytes.endIndex {
      guard bytes[at] >= 48, bytes[at] <= 57 else { return nil }
      row = row * 10 + Int(bytes[at]) - 48
      guard row <= mostRows else { return nil }
      at += 1
    }
    return row > 0 ? (column, row) : nil
  }

  static func letters(_ column: Int) -> String {
    var (rest, letters) = (column, "")
    while rest > 0 {
      letters = String(UnicodeScalar(UInt8(65 + (rest - 1) % 26))) + letters
      rest = (rest - 1) / 26
    }
    return letters
  }

  var description: String {
    let (first, last) = (Self.letters(columns.lowerBound), Self.letters(columns.upperBound))
    if rows == 1...Self.mostRows { return "\(first):\(last)" }
    return "\(first)\(rows.lowerBound):\(last)\(rows.upperBound)"
  }
}
