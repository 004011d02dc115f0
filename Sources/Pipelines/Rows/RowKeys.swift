import Datasets

/// Rows by the values of some columns: rows of equal values have equal numbers, which are given in the order of first rows.
struct RowKeys {
  /// The number of each row; -1 where a value is missing and such rows are to have none.
  private(set) var numbers: [Int]
  /// A row of each number.
  private(set) var firstRows: [Int] = []

  var count: Int { firstRows.count }

  /// Of columns of equal length. Missing values are equal to each other, or `skipsMissing`.
  init(_ columns: [Column], rows: Int, skipsMissing: Bool = false) {
    numbers = [Int](repeating: 0, count: rows)
    for column in columns {
      let codes = Self.codes(column)
      var known: [Pair: Int] = [:]
      for row in 0..<rows {
        if skipsMissing, numbers[row] < 0 || codes[row] < 0 {
          numbers[row] = -1
          continue
        }
        let pair = Pair(number: numbers[row], code: codes[row])
        let next = known.count
        numbers[row] = known[pair] ?? next
        if numbers[row] == next { known[pair] = next }
      }
    }
    // No column makes all rows equal.
    var seen = -1
    for row in 0..<rows where numbers[row] > seen {
      firstRows.append(row)
      seen = numbers[row]
    }
  }

  private struct Pair: Hashable {
    var number: Int
    var code: Int
  }

  /// Equal values have equal codes; missing ones -1.
  private static func codes(_ column: Column) -> [Int] {
    switch column {
    case .numbers(let values), .dates(let values):
      var known: [UInt64: Int] = [:]
      return values.map { value in
        if value.isNaN { return -1 }
        let bits = (value == 0 ? 0 : value).bitPattern
        let code = known[bits] ?? known.count
        if code == known.count { known[bits] = code }
        return code
      }
    case .categories(let words), .texts(let words):
      var levels = MergedLevels()
      let table = words.levels.map { Int(levels.code(of: $0)) }
      return words.codes.map { $0 < 0 ? -1 : table[Int($0)] }
    case .missing(let count): return [Int](repeating: -1, count: count)
    case .leftOut(_, let count): return [Int](repeating: 0, count: count)
    }
  }
}

extension Table {
  /// The columns that patterns name, in the patterns' order.
  func columns(named patterns: [String]) throws(PipelineError) -> [(name: String, column: Column)] {
    let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    var chosen: [(name: String, column: Column)] = []
    var seen: Set<String> = []
    for pattern in patterns {
      for name in try ColumnChoice.matches(pattern, names) where seen.insert(name).inserted {
        let column = columns[places[name]!]
        if case .leftOut = column {
          throw PipelineError("the column '\(name)' was left out when the table was read", status: .badUsage)
        }
        chosen.append((name, column))
      }
    }
    return chosen
  }
}

extension Column {
  /// The order of rows by their values, ascending: numbers by size, words by their Unicode scalars; NaN for missing.
  var ranks: [Double] {
    switch self {
    case .numbers(let values), .dates(let values): return values
    case .categories(let words), .texts(let words):
      let sorted = Set(words.levels).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let places = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
      let table = words.levels.map { Double(places[$0]!) }
      return words.codes.map { $0 < 0 ? .nan : table[Int($0)] }
    case .missing(let count), .leftOut(_, let count): return [Double](repeating: .nan, count: count)
    }
  }

  /// Rows by the values of columns, the first being the first to decide; missing values last, equal rows in their order.
  static func order(_ columns: [Column], rows: Int, isDescending: Bool = false) -> [Int] {
    let ranks = columns.map(\.ranks)
    return (0..<rows).sorted { a, b in
      for ranks in ranks {
        let (x, y) = (ranks[a], ranks[b])
        if x.isNaN != y.isNaN { return y.isNaN }
        if x < y { return !isDescending }
        if x > y { return isDescending }
      }
      return a < b
    }
  }
}
