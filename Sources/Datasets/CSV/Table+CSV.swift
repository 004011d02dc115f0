extension Table {
  /// Reads a CSV file, a part of it at a time.
  ///
  /// The kinds of the columns are found out, but for those given in `kinds`: a column of numbers holds numbers, also where
  /// at most one value of ten is something else, which then counts as missing; one of dates holds dates. Words make a
  /// category where there are at most 1000 different ones and each appears twice or more on average, texts else. The first
  /// malformed row ends the reading. Data with a header and nothing else are a table without rows.
  ///
  ///     let table = try Table(csv: "iris.csv", kinds: ["species": .category])
  ///     print(table.rowCount, table.kinds)
  ///
  /// Throws `unreadable`, `empty`, `badHeader`, and `badRow` with the line for a row with another number of fields than
  /// the first line, a quote never closed, bytes that are not UTF-8, and values that are not of a given kind.
  package init(csv path: String, format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind] = [:])
    throws(DatasetError)
  {
    try self.init(.file(path: path), format: format, kinds: kinds)
  }

  /// Reads CSV that is in memory, as a file is read.
  package init(csvBytes bytes: [UInt8], format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind] = [:])
    throws(DatasetError)
  {
    try self.init(.memory(bytes), format: format, kinds: kinds)
  }

  init(_ source: ByteSource, format: CSVFormat, kinds: [String: ColumnKind], chunk: Int = 1 << 18)
    throws(DatasetError)
  {
    let missing = format.rules == .first ? MissingValues.ofFirstRules : MissingValues()
    var reader = TableReader(context: ColumnContext(format: format, missing: missing), chunk: chunk)
    reader.task = { kinds[$0].map { .recorded(ColumnReading(kind: $0)) } ?? .find }
    self = try reader.read(source).table
  }
}

/// Reads a table and finds out what its columns hold.
struct TableReader {
  var context: ColumnContext
  var chunk = 1 << 18
  /// The SHA-256 of what is read is wanted.
  var digests = false
  /// The bytes of the rows that are read, about; nil for all.
  var sample: Int?
  /// Rows that cannot be read are passed over.
  var skipsBadRows = false
  /// What is known of the columns, by their names.
  var task: (String) -> ColumnBuilder.Task = { _ in .find }

  /// `sha256`: empty where it is not wanted. Throws `unsuitable` where it is, and the data change meanwhile.
  func read(
    _ source: ByteSource
  ) throws(DatasetError) -> (table: Table, findings: [ColumnFinding], sha256: String, skipped: SkippedRows) {
    let (names, builders, lines, sha256, skipped) = try pass(source, of: nil)
    var columns: [Column?] = []
    var findings: [ColumnFinding?] = []
    var spellings: [String: Words] = [:]
    for builder in builders {
      defer { builder.list.forgetPlaces() }
      switch try builder.finish(lines: lines) {
      case .found(let column, let finding, let spelling):
        columns.append(column)
        findings.append(finding)
        spellings[builder.name] = spelling
      case .again:
        columns.append(nil)
        findings.append(nil)
      }
    }
    let open = names.indices.filter { columns[$0] == nil }
    if !open.isEmpty {
      let (_, again, lines, digest, _) = try pass(source, of: open)
      if digest != sha256 { throw .unsuitable("It has changed since it was read") }
      for (place, builder) in zip(open, again) {
        guard case .found(let column, let finding, let spelling) = try builder.finish(lines: lines) else {
          preconditionFailure("a column that is read as words is decided")
        }
        (columns[place], findings[place]) = (column, finding)
        spellings[builder.name] = spelling
      }
    }
    let table = Table(names: names, columns: columns.map { $0! }, lines: lines, spellings: spellings)
    return (table, findings.map { $0! }, sha256, skipped)
  }

  /// One pass over the data, all columns or those at some places, which are read as words.
  private func pass(
    _ source: ByteSource, of places: [Int]?
  ) throws(DatasetError) -> (
    names: [String], builders: [ColumnBuilder], lines: [Int], sha256: String, skipped: SkippedRows
  ) {
    let stream = try source.open(context.format.encoding, digesting: digests)
    var records = CSVRecords(stream, format: context.format, chunk: chunk, skipsBadRows: skipsBadRows)
    repeat {
      guard try records.next() else { throw .empty }
    } while records.isBlank
    let names = try records.names(context.format)
    var builders = (places.map { $0.map { names[$0] } } ?? names).map { name in
      ColumnBuilder(name: name, task: places == nil ? task(name) : again(task(name)), context: context)
    }
    let places = places ?? Array(names.indices)
    var lines: [Int] = []
    // Without a header the record that tells how many columns there are is the first row.
    var hasRows = !context.format.hasHeader
    var byteCount = 0
    while sample.map({ byteCount < $0 }) ?? true {
      if hasRows { hasRows = false } else if try !records.nextRows(columns: names.count) { break }
      if lines.isEmpty, records.count > 1, let size = sample ?? source.byteCount {
        expect(Int(1.02 * Double(size) * Double(records.count) / Double(records.byteCount)), &lines, &builders)
      }
      byteCount += records.byteCount
      lines.append(contentsOf: records.lines)
      if let failure = records.append(to: &builders, from: places, of: names.count) { throw failure.error }
    }
    return (names, builders, lines, stream.digest?.hexadecimal() ?? "", records.skipped ?? SkippedRows())
  }

  private func again(_ task: ColumnBuilder.Task) -> ColumnBuilder.Task {
    if case .asked(let asked) = task { .again(asked) } else { .again(nil) }
  }

  private func expect(_ rows: Int, _ lines: inout [Int], _ builders: inout [ColumnBuilder]) {
    lines.reserveCapacity(rows)
    for index in builders.indices { builders[index].expectedRows = rows }
  }
}

extension CSVRecords {
  /// Hands the current records' fields at some places to these builders. Returns the first record with a value that
  /// cannot be taken, of several the first column's, and why.
  func append(
    to builders: inout [ColumnBuilder], from places: [Int], of columns: Int
  ) -> (row: Int, error: DatasetError)? {
    var failure: (row: Int, error: DatasetError)?
    for (index, place) in places.enumerated() {
      failure = builders[index].append(column(place, of: columns), rows: failure?.row ?? count) ?? failure
    }
    return failure
  }

  /// Throws `badRow` where the current record has another number of fields.
  func requireFields(_ count: Int) throws(DatasetError) {
    guard fieldCount == count else { throw .badRow(line: line, problem: fieldsProblem(count)) }
  }

  func fieldsProblem(_ count: Int) -> String {
    "the row has \(plural(fieldCount, "field")) where there \(count == 1 ? "is 1 column" : "are \(count) columns")"
  }

  /// The columns' names from the first record: the header's, of which an empty one is replaced by `columnN`, or
  /// `column1`, `column2` and so on where there is no header.
  func names(_ format: CSVFormat) throws(DatasetError) -> [String] {
    let fields = 0..<fieldCount
    if !format.hasHeader { return fields.map { "column\($0 + 1)" } }
    var names: [String] = []
    var numbers: [Double] = []
    for index in fields {
      let bytes = format.rules == .first ? bytes(index) : ValueParsing.trimmed(bytes(index))
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw .badHeader(
          "the name of column \(index + 1) is not valid UTF-8; --encoding windows-1252 reads any bytes")
      }
      if let number = ValueParsing.number(bytes, decimal: format.decimal.byte) { numbers.append(number) }
      names.append(name.isEmpty ? "column\(index + 1)" : name)
    }
    let counts = numbers == (0..<names.count).map(Double.init) || numbers == (1...names.count).map(Double.init)
    if numbers.count == names.count && !counts {
      throw .badHeader("there are only numbers, so this is not a header; say that the data have none")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw .badHeader("two columns have the name \(quoted(name))")
    }
    return names
  }
}
