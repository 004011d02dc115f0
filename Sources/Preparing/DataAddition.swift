import DataVersions
import Datasets
import Files
import Formats
import Foundation

/// Adds rows to a data set as a new version of it: reads them, finds out what the columns hold, and stores both.
///
///     let addition = DataAddition(to: "orders", from: "orders.csv")
///     let report = try addition.run(in: DataRepository(store: "runs"))
///     print(report.version.reference, report.isNew)
///
/// A CSV file that is larger than `wholeLimit` is read in two parts: its beginning decides what the columns hold, then all rows
/// are stored a chunk at a time, so that a file larger than memory works.
package struct DataAddition {
  package var name: String
  package var address: String
  /// What is said of the data; the rest is found out.
  package var request: TableRequest
  /// Rows of the latest version come before the new ones.
  package var appends: Bool
  package var note: String
  package var program: String
  /// Bytes of a CSV file that are read at once.
  package var wholeLimit = 256 << 20
  /// Bytes of the beginning of a larger one, and of a chunk.
  package var chunkBytes = 64 << 20

  package init(
    to name: String, from address: String, request: TableRequest = TableRequest(), appends: Bool = false,
    note: String = "", program: String = ""
  ) {
    (self.name, self.address, self.request, self.appends) = (name, address, request, appends)
    (self.note, self.program) = (note, program)
  }

  /// What was added.
  package struct Report {
    package var version: DataVersion
    /// False where the latest version came from the same bytes and the same request.
    package var isNew: Bool
    /// What was found in each column, from the beginning of a large file.
    package var findings: [ColumnFinding]
    /// How the source is written, in a few words each.
    package var remarks: [String]
    /// Values of another kind than their column, which count as missing: beside those of the findings.
    package var oddValues: [String: Int] = [:]
  }

  /// Reads and stores. `onRows` is told how many rows are stored so far; nothing is added where `shouldStop` says so.
  ///
  /// Throws `DataFileProblem` for a source that cannot be read, `DataRepositoryError` for a data set that cannot be written.
  package func run(
    in repository: DataRepository, onRows: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Report? {
    var base: DataVersion?
    if appends { base = try repository.dataSet(name).latest() }
    let writer = try DataSetWriter(name, appendingTo: base, in: repository)
    return try addCSV(address, to: writer, base, onRows: onRows, shouldStop: shouldStop)
  }

  private func addCSV(
    _ path: String, to writer: DataSetWriter, _ base: DataVersion?, onRows: (Int) -> Void, shouldStop: () -> Bool
  ) throws -> Report? {
    let source = try naming { () throws(DatasetError) in try ByteSource(path) }
    guard case .file(let file) = source, let size = source.byteCount, size > wholeLimit else {
      let report = try naming { () throws(DatasetError) in
        try read(source, like: base)
      }
      if shouldStop() { return nil }
      try writer.append(report.table, kinds: report.kinds, remarks: report.sentences)
      onRows(report.table.rowCount)
      return try commit(writer, base, report, sha256: report.sha256)
    }
    let start = try naming { () throws(DatasetError) in try read(source, like: base, sample: chunkBytes) }
    let rowsAtOnce = max(1, start.table.rowCount)
    var chunks = try naming { () throws(DatasetError) in
      try TableChunks(csv: file, reading: start.reading.takingOddValues, keepsIDs: true)
    }
    var odd: [String: Int] = [:]
    var (rows, present) = (0, [String: Int]())
    while let chunk = try naming({ () throws(DatasetError) in try chunks.next(rowsAtOnce) }) {
      if shouldStop() { return nil }
      try writer.append(chunk.table, kinds: start.kinds, remarks: start.sentences)
      rows += chunk.table.rowCount
      for finding in chunk.findings {
        odd[finding.name, default: 0] += finding.oddCount
        present[finding.name, default: 0] += chunk.table.rowCount - finding.missing + finding.oddCount
      }
      onRows(rows)
    }
    for (name, count) in odd.sorted(by: { $0.key < $1.key }) where 10 * count > present[name]! {
      let kind = start.kinds[name] ?? start.findings.first { $0.name == name }!.kind
      throw DataProblem(
        "the column '\(name)' of '\(address)' begins with values of the kind \(kind.rawValue), but \(count) of "
          + "\(present[name]!) are none: say what it holds with --kind '\(name)=category'")
    }
    return try commit(writer, base, start, sha256: chunks.sha256, odd: odd.filter { $0.value > 0 })
  }

  /// As the version before was read where rows are appended to it.
  private func read(
    _ source: ByteSource, like base: DataVersion?, sample: Int? = nil
  ) throws(DatasetError) -> TableReport {
    guard let base else {
      return try TableReport(source, request: request, keepsIDs: true, sample: sample)
    }
    var asked = request
    for column in base.columns where asked.kinds[column.name] == nil && column.kind != .missing {
      asked.kinds[column.name] = AskedKind(column.kind, dates: base.reading?.columns[column.name]?.dates)
    }
    let names = try TableReport(source, request: TableRequest(hasHeader: request.hasHeader), sample: 1).table.names
    asked.kinds = asked.kinds.filter { names.contains($0.key) }
    return try TableReport(source, request: asked, keepsIDs: true, sample: sample)
  }

  private func commit(
    _ writer: DataSetWriter, _ base: DataVersion?, _ report: TableReport, sha256: String, odd: [String: Int] = [:]
  ) throws -> Report {
    var origin = DataVersionOrigin(
      sources: [.init(address: address, sha256: sha256, remarks: report.remarks)], reading: report.reading, note: note,
      program: program)
    if let base {
      origin.parents = [.init(base)]
      origin.sources = base.sources + origin.sources
      origin.steps =
        base.steps + [
          .init(
            name: "append",
            text: "\(report.table.rowCount) \(report.table.rowCount == 1 ? "row" : "rows") of \(address)")
        ]
      origin.reading = base.reading ?? report.reading
    } else {
      origin.key = key(sha256)
    }
    let (version, isNew) = try writer.commit(origin)
    return Report(
      version: version, isNew: isNew, findings: report.findings, remarks: report.remarks, oddValues: odd)
  }

  /// The bytes and what was said of them decide the rows.
  private func key(_ sha256: String) -> String {
    struct Key: Encodable {
      var sha256: String
      var header: Bool
      var delimiter, decimal, encoding: String?
      var kinds: [String: String]
      var missing, notMissing: [String]
    }
    let key = Key(
      sha256: sha256, header: request.hasHeader, delimiter: request.delimiter.map(String.init),
      decimal: request.decimal?.rawValue, encoding: request.encoding?.rawValue,
      kinds: request.kinds.mapValues(\.description), missing: request.missing, notMissing: request.notMissing)
    return SHA256.hexadecimal(Array((try? JSONForm.exact.encode(key)) ?? Data()))
  }

  private func naming<Result: ~Copyable>(_ work: () throws(DatasetError) -> Result) throws -> Result {
    do throws(DatasetError) { return try work() } catch { throw DataProblem(address, error) }
  }
}

extension TableReport {
  /// Of names of rows, whose values are of another kind.
  fileprivate var kinds: [String: ColumnKind] {
    Dictionary(findings.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
  }

  /// What is odd about each column, a sentence each.
  fileprivate var sentences: [String: [String]] {
    Dictionary(findings.map { ($0.name, $0.warnings) }, uniquingKeysWith: { first, _ in first })
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
