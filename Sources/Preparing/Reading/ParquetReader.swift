import DataVersions
import Datasets

/// A Parquet file, some row groups at a time; the first decide which words are categories and which columns name rows.
final class ParquetReader: RowReader {
  private let path: String
  private let rows: ParquetRows
  private var group = 0
  let findings: [ColumnFinding]
  var remarks: [String] { rows.remarks }
  var reading: TableReading? { nil }

  init(_ path: String) throws {
    self.path = path
    rows = try ParquetRows(path: path)
    let some = Self.groups(rows, from: 0)
    let table = try rows.table(groups: some, kinds: rows.kinds)
    findings = zip(table.names, table.columns).map { ColumnFinding.found($0, in: $1, lines: table.lines).finding }
  }

  func next() throws -> Table? {
    if group == rows.groupCount { return nil }
    let some = Self.groups(rows, from: group)
    group = some.upperBound
    var kinds = rows.kinds
    // Words that repeat; names of rows keep the kind that their values have.
    for finding in findings where finding.kind == .category { kinds[finding.name] = .category }
    return try rows.table(groups: some, kinds: kinds)
  }

  func finish() throws -> RowSummary { RowSummary(sha256: try DataSet.digest(path).sha256) }

  /// As many as hold the rows of a part.
  private static func groups(_ rows: ParquetRows, from first: Int) -> Range<Int> {
    var (end, count) = (first, 0)
    while end < rows.groupCount, count < DataSetWriter.rowsPerPart {
      count += rows.rowCount(ofGroup: end)
      end += 1
    }
    return first..<end
  }
}
