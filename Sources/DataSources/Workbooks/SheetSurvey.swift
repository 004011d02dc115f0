/// What a first pass over a sheet finds: where cells hold something, which are hidden by merging, the header.
struct SheetSurvey {
  /// nil where nothing is in it.
  private(set) var range: CellRange?
  private(set) var hidden: HiddenCells
  private(set) var header: [String] = []

  /// `range`: what was asked for; of whole columns the rows are those that hold something.
  init(_ scanner: consuming SheetScanner, range asked: CellRange?, _ workbook: Workbook) throws(DataSourceError) {
    let whole = CellRange(columns: 1...CellRange.mostColumns, rows: 1...CellRange.mostRows)
    let within = asked ?? whole
    var (columns, rows): (ClosedRange<Int>?, ClosedRange<Int>?)
    // Merged cells are listed after the others.
    var first: [(column: Int, row: Int, cell: Cell)] = []
    while try scanner.next() {
      let (column, row) = (scanner.column, scanner.row)
      guard within.columns.contains(column), within.rows.contains(row) else { continue }
      if row < rows?.lowerBound ?? .max { first.removeAll() }
      if row <= rows?.lowerBound ?? .max { first.append((column, row, try workbook.cell(scanner))) }
      columns = columns.map { min($0.lowerBound, column)...max($0.upperBound, column) } ?? column...column
      rows = rows.map { min($0.lowerBound, row)...max($0.upperBound, row) } ?? row...row
    }
    hidden = try HiddenCells(scanner.merged)
    guard let columns, let rows else { return }
    let isWhole = within.rows == whole.rows
    let range = CellRange(columns: asked?.columns ?? columns, rows: isWhole ? rows : within.rows)
    self.range = range
    header = Array(repeating: "", count: range.columns.count)
    for (column, row, cell) in first where row == range.rows.lowerBound && !hidden.contains(row: row, column: column) {
      header[column - range.columns.lowerBound] = cell.name
    }
  }
}

/// Cells that merged ones cover: all but the first of each.
struct HiddenCells {
  private let byRow: [Int: [ClosedRange<Int>]]
  private let tall: [CellRange]

  init(_ merged: [CellRange]) throws(DataSourceError) {
    var (byRow, tall): ([Int: [ClosedRange<Int>]], [CellRange]) = ([:], [])
    var count = 0
    for range in merged {
      if range.rows.count > 1_000 {
        tall.append(range)
      } else {
        count += range.rows.count
        for row in range.rows where row > range.rows.lowerBound || range.columns.count > 1 {
          let first = range.columns.lowerBound + (row == range.rows.lowerBound ? 1 : 0)
          byRow[row, default: []].append(first...range.columns.upperBound)
        }
      }
      guard count <= 1 << 21, tall.count <= 100 else { throw DataSourceError("the sheet has too many merged cells") }
    }
    (self.byRow, self.tall) = (byRow, tall)
  }

  func contains(row: Int, column: Int) -> Bool {
    if byRow.isEmpty && tall.isEmpty { return false }
    return byRow[row]?.contains { $0.contains(column) } ?? false
      || tall.contains {
        $0.rows.contains(row) && $0.columns.contains(column)
          && (row, column) != ($0.rows.lowerBound, $0.columns.lowerBound)
      }
  }
}
