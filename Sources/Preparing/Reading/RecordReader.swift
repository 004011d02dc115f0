import DataSources
import DataVersions
import Datasets
import Files
import Formats
import Glibc
import Parquet

/// Rows of typed cells: written to a temporary CSV file, which is read as any other; texts stay texts where all values are.
final class RecordReader: RowReader {
  private let csv: CSVReader
  private let spool: TemporaryFile
  private var byteSpools: [Int: ByteSpool] = [:]
  let byteColumns: Set<String>
  private let ownRemarks: [String]
  private let sha256: String?

  /// `address`: what messages call the source.
  init(
    _ source: any RecordSource, at location: DataLocation, named address: String, request: TableRequest,
    like base: TableReading?, asWritten: Bool, wholeLimit: Int, chunkBytes: Int, shouldStop: () -> Bool
  ) throws {
    spool = try TemporaryFile()
    byteColumns = source.byteColumns
    for (index, name) in source.columns.enumerated() where byteColumns.contains(name) {
      byteSpools[index] = try ByteSpool(name)
    }
    var columns = source.columns.map { _ in CellCensus() }
    var row: [Cell] = []
    let file = try OpenFile(spool.path, O_WRONLY | O_CREAT | O_TRUNC, .create)
    var writer = CSVWriter { (bytes: [UInt8]) throws(any Error) in try file.writeAll(bytes, SystemCalls()) }
    try writer.row(source.columns)
    while try source.next(&row) {
      for (index, cell) in row.enumerated() {
        columns[index].count(cell)
        if case .bytes(let bytes) = cell, let spool = byteSpools[index] {
          writer.field(try spool.append(bytes).text)
        } else {
          writer.field(cell.written)
        }
      }
      try writer.endRow()
      if shouldStop() { throw CancellationError() }
    }
    try writer.flush()
    for spool in byteSpools.values { try spool.finish() }
    ownRemarks = source.remarks
    sha256 = location.kind == .file ? try DataSet.digest(location.path).sha256 : nil
    var request = request
    (request.delimiter, request.decimal, request.encoding) = (",", .point, .utf8)
    for (name, column) in zip(source.columns, columns) where request.kinds[name] == nil {
      let kind = byteColumns.contains(name) ? .text : column.kind
      request.kinds[name] = kind.map { AskedKind($0) }
    }
    csv = try CSVReader(
      spool.path, named: address, request: request, like: base, asWritten: asWritten, wholeLimit: wholeLimit,
      chunkBytes: chunkBytes)
  }

  var findings: [ColumnFinding] { csv.findings }
  var remarks: [String] { ownRemarks }
  var reading: TableReading? { csv.reading }
  func next() throws -> Table? { try csv.next() }

  /// Of a database or a folder the digest is that of its rows.
  func finish() throws -> RowSummary {
    var summary = try csv.finish()
    if let sha256 { summary.sha256 = sha256 }
    return summary
  }
}

/// What sorts of cells a column has.
private struct CellCensus {
  private var texts: Set<String> = []
  private var (textCount, otherCount) = (0, 0)
  private var looksLikeNumbers = false
  private static let most = 1000

  mutating func count(_ cell: Cell) {
    switch cell {
    case .missing: break
    case .text(let text):
      textCount += 1
      if otherCount > 0 { return }
      if !looksLikeNumbers, text.utf8.first.map({ $0 < 0x41 }) ?? false { looksLikeNumbers = true }
      if texts.count <= Self.most { texts.insert(text) }
    case .flag, .number, .integer, .date, .bytes: otherCount += 1
    }
  }

  /// The kind that is asked for: a column of nothing but texts some of which may look like numbers holds words all the same.
  var kind: ColumnKind? {
    guard otherCount == 0, textCount > 0, looksLikeNumbers else { return nil }
    if texts.allSatisfy({ $0.isISODate }) { return nil }
    return texts.count <= Self.most && 2 * texts.count <= textCount ? .category : .text
  }
}

extension String {
  /// `2024-01-31`, and what may follow it.
  fileprivate var isISODate: Bool {
    let bytes = utf8.prefix(10)
    return bytes.count == 10
      && bytes.enumerated().allSatisfy { $0 == 4 || $0 == 7 ? $1 == 0x2D : (0x30...0x39).contains($1) }
  }
}

extension Cell {
  /// As a field of a CSV file.
  fileprivate var written: String {
    switch self {
    case .missing: ""
    case .flag(let value): value ? "true" : "false"
    case .number(let value): shortest(value)
    case .integer(let value): String(value)
    case .date(let seconds): isoDate(seconds)
    case .text(let text): text
    case .bytes: preconditionFailure("bytes are written elsewhere")
    }
  }
}
