import DataQuality
import Datasets

/// A CSV file: at once where it is small, else a chunk at a time with the columns that its beginning has.
final class CSVReader: RowReader {
  private let address: String
  private let start: TableReport
  /// nil where `start` has all rows.
  private var chunks: Chunks?
  private var isRead = false

  /// A value that cannot be copied, in a place of its own.
  private final class Chunks {
    var chunks: TableChunks
    var (odd, present): ([String: Int], [String: Int]) = ([:], [:])
    init(_ chunks: consuming TableChunks) { self.chunks = chunks }
  }

  /// `address`: what messages call the file at `path`. `base`: the columns of earlier rows, which these are read like.
  init(
    _ path: String, named address: String, request: TableRequest, like base: TableReading?, asWritten: Bool,
    wholeLimit: Int, chunkBytes: Int
  ) throws {
    self.address = address
    let source = try DataProblem.naming(address) { () throws(DatasetError) in try ByteSource(path) }
    let isWhole = (source.byteCount ?? 0) <= wholeLimit
    let sample = isWhole ? nil : chunkBytes
    start = try DataProblem.naming(address) { () throws(DatasetError) in
      var request = request
      if let base { request = try request.asking(base, source) }
      return asWritten
        ? try TableReport(asWritten: source, request: request, sample: sample)
        : try TableReport(source, request: request, keepsIDs: true, sample: sample)
    }
    if isWhole { return }
    let reading = start.reading.takingOddValues
    chunks = try DataProblem.naming(address) { () throws(DatasetError) in
      Chunks(try TableChunks(csv: path, reading: reading, keepsIDs: true, skipsBadRows: request.skipsBadRows))
    }
  }

  var findings: [ColumnFinding] { start.findings }
  var remarks: [String] {
    start.remarks + ((chunks?.chunks.skipped ?? start.skipped).remark.map { [$0] } ?? [])
  }
  var reading: TableReading? { start.reading }

  func next() throws -> Table? {
    guard let chunks else {
      defer { isRead = true }
      return isRead ? nil : start.table
    }
    let count = max(1, start.table.rowCount)
    guard let chunk = try DataProblem.naming(address, { () throws(DatasetError) in try chunks.chunks.next(count) })
    else {
      return nil
    }
    for finding in chunk.findings {
      chunks.odd[finding.name, default: 0] += finding.oddCount
      chunks.present[finding.name, default: 0] += chunk.table.rowCount - finding.missing + finding.oddCount
    }
    return chunk.table
  }

  func finish() throws -> RowSummary {
    guard let chunks else { return RowSummary(sha256: start.sha256) }
    for (name, count) in chunks.odd.sorted(by: { $0.key < $1.key }) where 10 * count > chunks.present[name]! {
      throw DataProblem(
        "the column '\(name)' of '\(address)' begins with values of the kind \(kinds[name]!.rawValue), but \(count) of "
          + "\(chunks.present[name]!) are none: say what it holds with --kind '\(name)=category'")
    }
    return RowSummary(sha256: chunks.chunks.sha256, oddValues: chunks.odd.filter { $0.value > 0 })
  }
}

extension TableRequest {
  /// The kinds of earlier rows, for the columns that the source has and nothing else is said of.
  fileprivate func asking(_ reading: TableReading, _ source: ByteSource) throws(DatasetError) -> TableRequest {
    var plain = TableRequest(hasHeader: hasHeader)
    plain.skipsBadRows = skipsBadRows
    let names = try TableReport(source, request: plain, sample: 1).table.names
    var request = self
    for name in names where request.kinds[name] == nil {
      guard let column = reading.columns[name], column.kind != .missing else { continue }
      request.kinds[name] = AskedKind(column.kind, dates: column.dates)
    }
    return request
  }
}

extension TableReading {
  /// Values that are not of their column's kind count as missing.
  fileprivate var takingOddValues: TableReading {
    var reading = self
    for name in reading.columns.keys { reading.columns[name]?.takesOddValues = true }
    return reading
  }
}
