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
      let isBlank = records.fields.count == 1 && records.fields[0].start == records.fields[0].end
      if isBlank && builders.count != 1 { continue }
      if names == nil {
        let first = try format.hasHeader ? header(in: records) : records.fields.indices.map { "column\($0 + 1)" }
        names = first
        builders = first.map(builder)
        if format.hasHeader { continue }
      }
      guard records.fields.count == builders.count else {
        throw .badRow(
          line: records.line,
          problem: "the row has \(plural(records.fields.count, "field")) where there are \(builders.count) columns")
      }
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

  /// The columns' names; an empty one is replaced by `columnN`.
  private static func header(in records: borrowing CSVRecords) throws(DatasetError) -> [String] {
    var names: [String] = []
    var numbers: [Double] = []
    for (index, field) in records.fields.enumerated() {
      let bytes = UnsafeBufferPointer(start: records.buffer + field.start, count: field.end - field.start)
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw .badHeader("the name of column \(index + 1) is not valid UTF-8")
      }
      if let number = ValueParsing.number(bytes) { numbers.append(number) }
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
