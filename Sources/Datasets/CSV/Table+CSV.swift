extension Table {
  /// Reads a CSV file, a part of it at a time.
  ///
  /// The kinds of the columns are found out, but for those given in `kinds`: a column of decimal numbers holds numbers,
  /// one of ISO 8601 dates holds dates. Words make a category where there are at most 1000 different ones and each
  /// appears twice or more on average, texts else. The first malformed row ends the reading. Data with a header and
  /// nothing else are a table without rows.
  ///
  /// Throws `unreadable`, `empty`, `badHeader`, and `badRow` with the line for a row with another number of fields than
  /// the first line, a quote never closed, bytes that are not UTF-8, and values that are not of a given kind.
  public init(csv path: String, format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind] = [:])
    throws(DatasetError)
  {
    try self.init(.file(path: path), format: format, kinds: kinds)
  }

  /// Reads CSV that is in memory, as a file is read.
  public init(csvBytes bytes: [UInt8], format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind] = [:])
    throws(DatasetError)
  {
    try self.init(.memory(bytes), format: format, kinds: kinds)
  }

  init(_ source: ByteSource, format: CSVFormat, kinds: [String: ColumnKind], chunk: Int = 1 << 18)
    throws(DatasetError)
  {
    var (builders, lines) = try Self.read(source, format: format, chunk: chunk) { name in
      ColumnBuilder(name: name, kind: kinds[name])
    }
    if builders.contains(where: \.hasToBeReadAgain) {
      let found = Dictionary(uniqueKeysWithValues: builders.map { ($0.name, $0) })
      (builders, lines) = try Self.read(source, format: format, chunk: chunk) { name in
        let known = found[name]
        return ColumnBuilder(name: name, kind: kinds[name], sort: known?.hasToBeReadAgain == true ? .words : nil)
      }
    }
    let count = lines.count
    self.init(names: builders.map(\.name), columns: builders.map { $0.column(count: count) }, lines: lines)
  }

  /// One pass over the data.
  private static func read(
    _ source: ByteSource, format: CSVFormat, chunk: Int, builder: (String) -> ColumnBuilder
  ) throws(DatasetError) -> ([ColumnBuilder], lines: [Int]) {
    var records = try CSVRecords(source, format: format, chunk: chunk)
    var names: [String]?
    var builders: [ColumnBuilder] = []
    var lines: [Int] = []
    while try records.next() {
      if records.isBlank && builders.count != 1 { continue }
      if names == nil {
        let first = try records.names(format)
        names = first
        builders = first.map(builder)
        if format.hasHeader { continue }
      }
      try records.requireFields(builders.count)
      lines.append(records.line)
      try append(records, to: &builders)
    }
    guard names != nil else { throw .empty }
    return (builders, lines)
  }

  @inline(__always)
  private static func append(
    _ records: borrowing CSVRecords, to builders: inout [ColumnBuilder]
  ) throws(DatasetError) {
    let (line, fields) = (records.line, records.fields)
    for index in 0..<fields.count {
      let field = fields[index]
      let bytes = UnsafeBufferPointer(start: records.buffer + field.start, count: field.end - field.start)
      try builders[index].append(bytes, line: line)
    }
  }
}

extension CSVRecords {
  /// Whether the current record is a line with nothing on it.
  var isBlank: Bool { fields.count == 1 && fields[0].start == fields[0].end }

  /// The bytes of a field, valid until the next record is read.
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: buffer + fields[index].start, count: fields[index].end - fields[index].start)
  }

  /// Throws `badRow` where the current record has another number of fields.
  func requireFields(_ count: Int) throws(DatasetError) {
    guard fields.count == count else {
      throw .badRow(
        line: line, problem: "the row has \(plural(fields.count, "field")) where there are \(count) columns")
    }
  }

  /// The columns' names from the first record: the header's, of which an empty one is replaced by `columnN`, or
  /// `column1`, `column2` and so on where there is no header.
  func names(_ format: CSVFormat) throws(DatasetError) -> [String] {
    if !format.hasHeader { return fields.indices.map { "column\($0 + 1)" } }
    var names: [String] = []
    var numbers: [Double] = []
    for index in fields.indices {
      guard let name = String(validating: bytes(index), as: UTF8.self) else {
        throw .badHeader("the name of column \(index + 1) is not valid UTF-8")
      }
      if let number = ValueParsing.number(bytes(index)) { numbers.append(number) }
      names.append(name.isEmpty ? "column\(index + 1)" : name)
    }
    let counts = numbers == (0..<names.count).map(Double.init) || numbers == (1...names.count).map(Double.init)
    if numbers.count == names.count && !counts {
      throw .badHeader("there are only numbers, so this is no header; say that the data have none")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw .badHeader("two columns have the name '\(name)'")
    }
    return names
  }
}

/// "1 field", "2 fields"
private func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
