/// What the values of a column are. Ask for a kind in a ``TableRequest`` where the one that was found is not what you mean.
///
/// ```swift
/// let request = TableRequest(kinds: ["zip": AskedKind(.category), "name": AskedKind(.ignored)])
/// ```
public enum ColumnKind: String, Codable, Sendable, CaseIterable {
  case number, category, text, date
  /// Names of rows: they are no feature.
  case id
  /// Not read, because that was asked for.
  case ignored = "ignore"
  /// Not a single value is there.
  case missing

  var inWords: String {
    switch self {
    case .number: "numbers"
    case .category: "categories"
    case .text: "texts"
    case .date: "dates"
    case .id: "names of rows"
    case .ignored: "what is ignored"
    case .missing: "no value at all"
    }
  }
}

/// The values of one column, one per row. Make them for a ``Table`` that does not come from a file, and match on them to read
/// one that does.
///
/// ```swift
/// let ages = Column.numbers([31, .nan, 27])
/// if case .numbers(let values) = ages { print(values[2]) }  // 27.0
/// print(ages.kind, ages.missingCount, ages.rowsWithValue)  // number 1 [0, 2]
/// ```
public enum Column: Hashable, Sendable {
  /// NaN where a value is missing.
  case numbers([Double])
  /// Seconds since 1970-01-01 00:00 UTC, NaN where a value is missing.
  case dates([Double])
  /// Words that repeat.
  case categories(Words)
  /// Words that hardly repeat: names, comments, keys.
  case texts(Words)
  /// So many rows without a value.
  case missing(count: Int)
  /// So many rows of names, or of what is ignored.
  case leftOut(ColumnKind, count: Int)

  public var kind: ColumnKind {
    switch self {
    case .numbers: .number
    case .dates: .date
    case .categories: .category
    case .texts: .text
    case .missing: .missing
    case .leftOut(let kind, _): kind
    }
  }

  public var count: Int {
    switch self {
    case .numbers(let values), .dates(let values): values.count
    case .categories(let words), .texts(let words): words.codes.count
    case .missing(let count), .leftOut(_, let count): count
    }
  }

  /// The number of rows without a value.
  public var missingCount: Int {
    switch self {
    case .numbers(let values), .dates(let values): values.count { $0.isNaN }
    case .categories(let words), .texts(let words): words.codes.count { $0 < 0 }
    case .missing(let count): count
    case .leftOut: 0
    }
  }

  /// The rows that have a value, in order.
  public var rowsWithValue: [Int] {
    switch self {
    case .numbers(let values), .dates(let values): values.indices.filter { !values[$0].isNaN }
    case .categories(let words), .texts(let words): words.codes.indices.filter { words.codes[$0] >= 0 }
    case .missing: []
    case .leftOut(_, let count): Array(0..<count)
    }
  }

  /// The column of these rows, in their order. Traps where there is no such row.
  package func rows(_ indices: [Int]) -> Column {
    switch self {
    case .numbers(let values): .numbers(indices.map { values[$0] })
    case .dates(let values): .dates(indices.map { values[$0] })
    case .categories(let words): .categories(words.rows(indices))
    case .texts(let words): .texts(words.rows(indices))
    case .missing: .missing(count: indices.count)
    case .leftOut(let kind, _): .leftOut(kind, count: indices.count)
    }
  }
}

/// Strings of which each is kept once: the values of a column of categories or texts. Row i has `levels[codes[i]]`, or no value
/// where its code is -1.
///
/// ```swift
/// let species = Words(levels: ["setosa", "virginica"], codes: [0, 1, -1, 0])
/// print(species[1] ?? "missing", species[2] ?? "missing")  // virginica missing
/// ```
public struct Words: Hashable, Sendable {
  let list: WordList
  public let codes: [Int32]

  /// The different strings, in the order of their first row.
  public var levels: [String] { list.all }

  /// Traps where a code is below -1 or beyond the levels.
  public init(levels: [String], codes: [Int32]) {
    precondition(codes.allSatisfy { $0 >= -1 && Int($0) < levels.count }, "a code has no level")
    self.init(WordList(levels), codes)
  }

  init(_ list: WordList, _ codes: [Int32]) {
    self.list = list
    self.codes = codes
  }

  /// nil where the row has no value.
  public subscript(row: Int) -> String? { codes[row] < 0 ? nil : list[Int(codes[row])] }

  package func rows(_ indices: [Int]) -> Words { Words(list, indices.map { codes[$0] }) }

  /// The first row whose word is no number.
  package var firstThatIsNoNumber: Int? {
    let isNumber = list.indices.map { list.withBytes(of: $0) { ValueParsing.number($0) != nil } }
    return codes.firstIndex { $0 >= 0 && !isNumber[Int($0)] }
  }
}
