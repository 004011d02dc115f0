/// Reads the rows of a CSV file in order, so many at a time, as tables of those columns that are asked for.
package struct TableChunks: ~Copyable {
  /// The file's columns.
  package let names: [String]
  /// What was found unusual about the way the file is written, in a few words each.
  package let remarks: [String]
  private let readings: [String: ColumnReading]
  private let context: ColumnContext
  /// The places of the columns that are read.
  private let wanted: [Int]
  private var records: CSVRecords
  private let stream: ByteStream
  /// The first row of a file without a header has been read with its names.
  private var hasRow: Bool

  /// Some rows, one after another in the file.
  package struct Chunk: Sendable {
    /// The columns that were asked for and are there, in the file's order.
    package let table: Table
    /// Every field of each row as its text; empty unless they are kept.
    package let texts: [[String]]
    /// Of the columns that were asked for: which values counted as missing.
    package let findings: [ColumnFinding]

    package init(table: Table, texts: [[String]], findings: [ColumnFinding]) {
      (self.table, self.texts, self.findings) = (table, texts, findings)
    }
  }

  /// Reads the header. Columns are read as the kind that `kinds` gives them; those without one are passed over.
  ///
  /// Throws `unreadable`, `empty` and `badHeader`.
  package init(
    csv path: String, format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind]
  ) throws(DatasetError) {
    let missing = format.rules == .first ? MissingValues.ofFirstRules : MissingValues()
    let readings = kinds.mapValues { ColumnReading(kind: $0) }
    try self.init(csv: path, reading: TableReading(format: format, missing: missing, columns: readings))
  }

  /// Reads the header of a file whose columns are those of `reading`; others are passed over.
  ///
  /// How the file is written is found out where `request` is given and does not say it; but where the columns that are
  /// needed are there as `reading` has it, that stands.
  /// With `keepsIDs` names of rows have their values, with `skipsBadRows` rows that cannot be read are passed over.
  package init(
    csv path: String, reading: TableReading, request: TableRequest? = nil, keepsIDs: Bool = false,
    skipsBadRows: Bool = false
  ) throws(DatasetError) {
    let stream = try ByteSource.file(path: path).open(reading.format.encoding, digesting: keepsIDs)
    var reading = reading
    var remarks: [String] = []
    if let request {
      let bytes = try stream.peek(CSVDialect.sampleSize)
      let dialect = bytes.withUnsafeBufferPointer {
        CSVDialect(
          of: $0, isWhole: bytes.count < CSVDialect.sampleSize, hasHeader: reading.format.hasHeader,
          delimiter: request.delimiter, decimal: request.decimal, encoding: request.encoding)
      }
      if dialect.format != reading.format {
        let change = dialect.chosen(over: reading, bytes)
        (reading.format, remarks) = (change.format, change.remarks)
        stream.encoding = reading.format.encoding
      }
    }
    var records = CSVRecords(stream, format: reading.format, skipsBadRows: skipsBadRows)
    let names = try Self.firstNames(&records, reading.format)
    self.names = names
    self.remarks = remarks
    readings = reading.columns
    context = ColumnContext(format: reading.format, missing: reading.missing, keepsIDs: keepsIDs)
    self.stream = stream
    wanted = names.indices.filter { reading.columns[names[$0]] != nil }
    hasRow = !reading.format.hasHeader
    self.records = records
  }

  /// Rows that were passed over so far, where that was asked for.
  package var skipped: SkippedRows { records.skipped ?? SkippedRows() }

  /// The SHA-256 of the bytes so far, of all at the end; where names of rows are kept.
  package var sha256: String { stream.digest?.hexadecimal() ?? "" }

  private static func firstNames(
    _ records: inout CSVRecords, _ format: CSVFormat
  ) throws(DatasetError) -> [String] {
    while try records.next() {
      if !records.isBlank { return try records.names(format) }
    }
    throw .empty
  }

  /// The next rows, at most `count` of them; nil at the end.
  ///
  /// Throws `badRow` with the line for a row with another number of fields than the first line, a quote never closed,
  /// bytes that are not UTF-8, and values that are not of their column's kind.
  package mutating func next(_ count: Int, keepingTexts: Bool = false) throws(DatasetError) -> Chunk? {
    var builders = wanted.map {
      ColumnBuilder(name: names[$0], task: .recorded(readings[names[$0]]!), context: context)
    }
    var lines: [Int] = []
    var texts: [[String]] = []
    while lines.count < count {
      if hasRow {
        hasRow = false
      } else if try !records.nextRows(count - lines.count, columns: names.count) {
        break
      }
      let failure = records.append(to: &builders, from: wanted, of: names.count)
      if keepingTexts {
        for row in 0..<(failure?.row ?? records.count) { texts.append(try self.texts(of: row)) }
      }
      if let failure { throw failure.error }
      lines.append(contentsOf: records.lines)
    }
    if lines.isEmpty { return nil }
    var columns: [Column] = []
    var findings: [ColumnFinding] = []
    for builder in builders {
      guard case .found(let column, let finding, _) = try builder.finish(lines: lines) else {
        preconditionFailure("a column of a known kind is read once")
      }
      columns.append(column)
      findings.append(finding)
    }
    return Chunk(
      table: Table(names: builders.map(\.name), columns: columns, lines: lines), texts: texts, findings: findings)
  }

  /// Every field of a current record.
  private func texts(of row: Int) throws(DatasetError) -> [String] {
    var texts: [String] = []
    for (place, name) in names.enumerated() {
      guard let text = String(validating: records.bytes(row * names.count + place), as: UTF8.self) else {
        throw .badRow(
          line: records.lines[row],
          problem: "the column \(quoted(name)) is not valid UTF-8; --encoding windows-1252 reads any bytes")
      }
      texts.append(text)
    }
    return texts
  }
}
