/// Reads the rows of a CSV file in order, so many at a time, as tables of those columns that are asked for.
public struct TableChunks: ~Copyable {
  /// The file's columns.
  public let names: [String]
  private let kinds: [String: ColumnKind]
  /// The places of the columns in `kinds`.
  private let wanted: [Int]
  private var records: CSVRecords
  /// The first row of a file without a header has been read with its names.
  private var hasRow: Bool

  /// Some rows, one after another in the file.
  public struct Chunk: Sendable {
    /// The columns that were asked for and are there, in the file's order.
    public let table: Table
    /// Every field of each row as its text; empty unless they are kept.
    public let texts: [[String]]
  }

  /// Reads the header. Columns are read as the kind that `kinds` gives them; those without one are passed over.
  ///
  /// Throws `unreadable`, `empty` and `badHeader`.
  public init(
    csv path: String, format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind]
  ) throws(DatasetError) {
    var records = try CSVRecords(.file(path: path), format: format)
    let names = try Self.firstNames(&records, format)
    self.names = names
    self.kinds = kinds
    wanted = names.indices.filter { kinds[names[$0]] != nil }
    hasRow = !format.hasHeader
    self.records = records
  }

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
  public mutating func next(_ count: Int, keepingTexts: Bool = false) throws(DatasetError) -> Chunk? {
    var builders = wanted.map { ColumnBuilder(name: names[$0], kind: kinds[names[$0]]) }
    var lines: [Int] = []
    var texts: [[String]] = []
    while lines.count < count {
      if hasRow { hasRow = false } else if try !records.next() { break }
      if records.isBlank && names.count != 1 { continue }
      try records.requireFields(names.count)
      for (index, place) in wanted.enumerated() {
        try builders[index].append(records.bytes(place), line: records.line)
      }
      if keepingTexts {
        var row: [String] = []
        for (place, name) in names.enumerated() {
          guard let text = String(validating: records.bytes(place), as: UTF8.self) else {
            throw .badRow(line: records.line, problem: "the column '\(name)' is not valid UTF-8")
          }
          row.append(text)
        }
        texts.append(row)
      }
      lines.append(records.line)
    }
    if lines.isEmpty { return nil }
    let rows = lines.count
    return Chunk(
      table: Table(names: builders.map(\.name), columns: builders.map { $0.column(count: rows) }, lines: lines),
      texts: texts)
  }
}
