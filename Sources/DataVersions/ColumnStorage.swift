import Datasets
import Parquet

/// How a column of a kind lies in a Parquet file: numbers as INT64 where all are whole and else as DOUBLE, dates as timestamps in
/// microseconds, words as strings; a missing value is null.
enum ColumnStorage: Hashable {
  case whole, double, timestamp, string
  /// Values of bytes, of which a table has the places.
  case bytes

  var type: ColumnType {
    switch self {
    case .whole: .int64
    case .double: .double
    case .timestamp: .timestamp(.microseconds, isUTC: false)
    case .string: .string
    case .bytes: .bytes
    }
  }

  /// The one for these values; nil where no value tells.
  init?(_ column: Column) {
    switch column {
    case .numbers(let values): self = values.allSatisfy(Self.isWhole) ? .whole : .double
    case .dates: self = .timestamp
    case .categories, .texts: self = .string
    case .missing, .leftOut: return nil
    }
  }

  /// NaN is, too, and stands for a missing value.
  private static func isWhole(_ value: Double) -> Bool {
    value.isNaN || abs(value) <= 0x1p53 && value == value.rounded() && !(value == 0 && value.sign == .minus)
  }

  /// Whether values like these can lie so; nil where they could after others were widened.
  func takes(_ column: Column) -> Bool? {
    switch (self, column) {
    case (_, .missing): true
    case (.double, .numbers), (.timestamp, .dates), (.string, .categories), (.string, .texts),
      (.bytes, .categories), (.bytes, .texts):
      true
    case (.whole, .numbers(let values)): values.allSatisfy(Self.isWhole) ? true : nil
    default: false
    }
  }

  /// Some rows of a column. Throws the reason where a value has no place; traps where the column is of another sort.
  func data(_ column: Column, _ rows: Range<Int>) throws(StorageProblem) -> ColumnData {
    switch (self, column) {
    case (_, .missing), (_, .leftOut): return empty(rows.count)
    case (.double, .numbers(let values)):
      let part = values[rows]
      let validity = Self.validity(part)
      return ColumnData(.doubles(validity == nil ? Array(part) : part.map { $0.isNaN ? 0 : $0 }), validity: validity)
    case (.whole, .numbers(let values)):
      return ColumnData(.int64s(values[rows].map { $0.isNaN ? 0 : Int64($0) }), validity: Self.validity(values[rows]))
    case (.timestamp, .dates(let values)):
      var microseconds = [Int64](repeating: 0, count: rows.count)
      for (index, seconds) in values[rows].enumerated() where !seconds.isNaN {
        guard let exact = Int64(exactly: (seconds * 1e6).rounded()) else {
          throw StorageProblem("a date is too far from 1970")
        }
        microseconds[index] = exact
      }
      return ColumnData(.int64s(microseconds), validity: Self.validity(values[rows]))
    case (.string, .categories(let words)), (.string, .texts(let words)):
      return words.levelCount <= 4 * rows.count ? Self.indexed(words, rows) : Self.own(words, rows)
    default: preconditionFailure("a column of \(column.kind) is not stored as \(self)")
    }
  }

  /// The levels once, and which of them each row has.
  private static func indexed(_ words: Words, _ rows: Range<Int>) -> ColumnData {
    let (bytes, offsets) = words.utf8Levels
    let codes = words.codes[rows]
    let isWhole = codes.allSatisfy { $0 >= 0 }
    let indices = codes.map { UInt32(max(0, $0)) }
    return ColumnData(
      .indexed(IndexedStrings(ByteStrings(bytes: bytes, offsets: offsets), indices: indices)),
      validity: isWhole ? nil : codes.map { $0 >= 0 })
  }

  private static func own(_ words: Words, _ rows: Range<Int>) -> ColumnData {
    let (bytes, offsets, validity) = words.utf8(rows)
    return ColumnData(.strings(ByteStrings(bytes: bytes, offsets: offsets)), validity: validity)
  }

  private func empty(_ count: Int) -> ColumnData {
    let validity = [Bool](repeating: false, count: count)
    return switch self {
    case .whole, .timestamp: ColumnData(.int64s(Array(repeating: 0, count: count)), validity: validity)
    case .double: ColumnData(.doubles(Array(repeating: 0, count: count)), validity: validity)
    case .string, .bytes:
      ColumnData(
        .strings(ByteStrings(bytes: [], offsets: Array(repeating: 0, count: count + 1))), validity: validity)
    }
  }

  private static func validity(_ values: ArraySlice<Double>) -> [Bool]? {
    values.contains { $0.isNaN } ? values.map { !$0.isNaN } : nil
  }
}

/// Why a value cannot be stored.
struct StorageProblem: Error {
  let text: String
  init(_ text: String) { self.text = text }
}

/// A column that is read a part at a time.
enum GrowingColumn {
  case numbers([Double])
  case dates([Double])
  case words(WordsBuilder, isCategory: Bool)
  /// So many rows whose values are not read.
  case nothing(ColumnKind, count: Int)

  init(_ kind: ColumnKind, rows: Int) {
    var values: [Double] = []
    if kind == .number || kind == .date { values.reserveCapacity(rows) }
    switch kind {
    case .number: self = .numbers(values)
    case .date: self = .dates(values)
    case .category: self = .words(WordsBuilder(rows: rows), isCategory: true)
    case .text: self = .words(WordsBuilder(rows: rows), isCategory: false)
    case .id, .ignored, .missing: self = .nothing(kind, count: rows)
    }
  }

  var isRead: Bool { if case .nothing = self { false } else { true } }

  var column: Column {
    switch self {
    case .numbers(let values): .numbers(values)
    case .dates(let values): .dates(values)
    case .words(let builder, let isCategory):
      isCategory ? .categories(builder.finished()) : .texts(builder.finished())
    case .nothing(.missing, let count): .missing(count: count)
    case .nothing(let kind, let count): .leftOut(kind, count: count)
    }
  }

  /// Takes over where the values of some rows of a file are, which are bytes.
  mutating func append(placesIn path: String, column: String, from row: Int, _ count: Int, _ validity: [Bool]?) {
    guard case .words(var builder, let isCategory) = self else { return }
    self = .nothing(.missing, count: 0)
    for index in 0..<count {
      let place = ByteReference(path: path, column: column, row: row + index)
      builder.append(validity?[index] ?? true ? place.text : nil)
    }
    self = .words(builder, isCategory: isCategory)
  }

  /// Takes over values of a part. Throws where they are not of the kind.
  mutating func append(_ data: ColumnData, _ type: ColumnType) throws(StorageProblem) {
    switch self {
    case .numbers(var values):
      self = .nothing(.missing, count: 0)
      guard let added = data.numbers(type) else { throw StorageProblem("it holds no numbers") }
      if values.isEmpty { values = added } else { values += added }
      self = .numbers(values)
    case .dates(var values):
      self = .nothing(.missing, count: 0)
      guard let added = data.seconds(type) else { throw StorageProblem("it holds no dates") }
      if values.isEmpty { values = added } else { values += added }
      self = .dates(values)
    case .words(var builder, let isCategory):
      self = .nothing(.missing, count: 0)
      if case .booleans(let flags) = data.values {
        for (row, flag) in flags.enumerated() { builder.append(data.isNull(row) ? nil : flag ? "true" : "false") }
      } else if case .strings(let strings) = data.values {
        builder.append(strings.bytes, offsets: strings.offsets, validity: data.validity)
      } else if case .indexed(let indexed) = data.values {
        builder.append(
          indexed.strings.bytes, offsets: indexed.strings.offsets, indices: indexed.indices, validity: data.validity)
      } else if let numbers = data.numbers(type) {
        // Names of rows that are numbers, asked for as words.
        builder.append(numbers)
      } else {
        throw StorageProblem("it holds no words")
      }
      self = .words(builder, isCategory: isCategory)
    case .nothing: break
    }
  }
}
