/// A table that was read, with how it was read and what was found.
package struct TableReport: Sendable {
  package let table: Table
  /// To read this table, or others like it, the same way again.
  package let reading: TableReading
  /// Of each column, in order.
  package let findings: [ColumnFinding]
  /// What was found unusual about the way the file is written, in a few words each.
  package let remarks: [String]
  /// Rows that were passed over, where that was asked for.
  package let skipped: SkippedRows

  /// SHA-256 of the bytes that were read, in lower-case hexadecimal.
  package let sha256: String

  /// Finds out how a table is written and what its columns hold.
  ///
  ///     let report = try TableReport(csvBytes: bytes, request: TableRequest(kinds: ["zip": AskedKind(.category)]))
  ///     for column in report.findings { print(column.name, column.kind, column.warnings) }
  ///
  /// `target` is a column that may hold classes: how its numbers are written is kept, and it is not taken for an id. With
  /// `keepsIDs` names of rows have their values, and are ids by their findings. `sample`: the bytes of the rows that are read,
  /// about; nil for all.
  /// Throws as `Table` does, and `missingColumn` for a kind that is asked of a column that is not there.
  package init(
    _ source: ByteSource, request: TableRequest = TableRequest(), target: String? = nil, keepsIDs: Bool = false,
    sample: Int? = nil
  ) throws(DatasetError) {
    if let kind = try ForeignFile(source) { throw .unsuitable("It is \(kind.description), no CSV file") }
    let dialect = try CSVDialect(of: source, request)
    let missing = MissingValues(asked: request.missing, refused: request.notMissing)
    let context = ColumnContext(
      format: dialect.format, missing: missing, decimalIsSettled: request.decimal != nil, target: target,
      keepsIDs: keepsIDs)
    try self.init(
      source, context, remarks: dialect.remarks, sample: sample, skipsBadRows: request.skipsBadRows
    ) { name in
      request.kinds[name].map { .asked($0) } ?? .find
    }
    for name in request.kinds.keys.sorted() where !table.names.contains(name) {
      throw .missingColumn(name, present: table.names)
    }
  }

  /// Reads a table as one was read before; columns that are not in `reading` are found out. `remarks`: what is known of the way
  /// the file is written.
  package init(
    _ source: ByteSource, reading: TableReading, target: String? = nil, sample: Int? = nil, remarks: [String] = [],
    skipsBadRows: Bool = false
  ) throws(DatasetError) {
    let isFirst = reading.format.rules == .first
    let context = ColumnContext(format: reading.format, missing: reading.missing, target: isFirst ? nil : target)
    try self.init(source, context, remarks: remarks, sample: sample, skipsBadRows: skipsBadRows) { name in
      reading.columns[name].map { .recorded($0) } ?? .find
    }
  }

  /// Reads other rows with the columns of `reading`, but finds out how the file is written, where `request` does not say.
  package init(_ source: ByteSource, columnsOf reading: TableReading, request: TableRequest, target: String?)
    throws(DatasetError)
  {
    let format = try CSVDialect(of: source, request).format
    let reading = TableReading(format: format, missing: reading.missing, columns: reading.columns)
    try self.init(source, reading: reading, target: target)
  }

  /// Of bytes in memory.
  package init(csvBytes bytes: [UInt8], request: TableRequest = TableRequest(), target: String? = nil)
    throws(DatasetError)
  {
    try self.init(.memory(bytes), request: request, target: target)
  }

  /// The same, as they were read before.
  package init(csvBytes bytes: [UInt8], reading: TableReading, target: String? = nil) throws(DatasetError) {
    try self.init(.memory(bytes), reading: reading, target: target)
  }

  private init(
    _ source: ByteSource, _ context: ColumnContext, remarks: [String], sample: Int? = nil,
    skipsBadRows: Bool = false, task: @escaping (String) -> ColumnBuilder.Task
  ) throws(DatasetError) {
    let reader = TableReader(
      context: context, digests: sample == nil, sample: sample, skipsBadRows: skipsBadRows, task: task)
    var (table, findings, sha256, skipped) = try reader.read(source)
    var columns = table.columns
    for (index, name) in table.names.enumerated() where name != context.target {
      guard context.format.rules == .current, case .find = task(name) else { continue }
      columns[index] = findings[index].judge(columns[index], lines: table.lines, keepsIDs: context.keepsIDs)
    }
    table = Table(names: table.names, columns: columns, lines: table.lines, spellings: table.spellings)
    self.table = table
    self.findings = findings
    self.remarks = remarks
    self.sha256 = sha256
    self.skipped = skipped
    let readings = Dictionary(uniqueKeysWithValues: findings.map { ($0.name, $0.reading) })
    reading = TableReading(format: context.format, missing: context.missing, columns: readings)
  }
}

extension CSVDialect {
  /// Of a whole source, but for what `request` says.
  fileprivate init(of source: ByteSource, _ request: TableRequest) throws(DatasetError) {
    let start = try source.start(Self.sampleSize + 1)
    let isWhole = start.count <= Self.sampleSize
    var guess: TextEncoding?
    if request.encoding == nil, !isWhole { guess = try TextEncoding.guess(source, start: start) }
    self = start.withUnsafeBufferPointer {
      CSVDialect(
        of: $0, isWhole: isWhole, hasHeader: request.hasHeader, delimiter: request.delimiter,
        decimal: request.decimal, encoding: request.encoding, guess: guess)
    }
    if let compression = source.compression { remarks.insert("compressed with \(compression.rawValue)", at: 0) }
  }
}

extension TableReading {
  /// Of a fit that recorded no kinds.
  package init(ofFirstRules format: CSVFormat) {
    self.init(format: format, missing: .ofFirstRules, columns: [:])
  }
}

/// A file that is no text, by its first bytes.
private enum ForeignFile: String {
  case zip = "a ZIP archive or a spreadsheet"
  case parquet = "a Parquet file"
  case utf32 = "UTF-32"

  /// nil for others.
  init?(_ source: ByteSource) throws(DatasetError) {
    var bytes = try source.start(4)
    if bytes.elementsEqual("PAR1".utf8) { bytes = try source.start(CSVDialect.sampleSize) }
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      self = .zip
    } else if bytes.starts(with: Array("PAR1".utf8)) && bytes.contains(0) {
      self = .parquet
    } else if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      self = .utf32
    } else {
      return nil
    }
  }

  var description: String { rawValue }
}
