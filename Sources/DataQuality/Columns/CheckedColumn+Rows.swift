import Datasets

extension CheckedColumn {
  /// Rows with one of these levels, ascending.
  func rows(of levels: some Sequence<Int>) -> [Int] {
    guard let words else { return [] }
    var isWanted = [Bool](repeating: false, count: words.levelCount)
    for level in levels { isWanted[level] = true }
    return words.codes.indices.filter { words.codes[$0] >= 0 && isWanted[Int(words.codes[$0])] }
  }

  /// Rows without a value, whether empty or spelled out.
  package var missingRows: [Int] {
    let spelledOut = rows(of: marks) + sentinels.flatMap { rows(withRaw: $0) }
    return spelledOut.isEmpty ? emptyRows : Set(emptyRows + spelledOut).sorted()
  }

  /// Rows without any value, not even a spelled-out missing one.
  var emptyRows: [Int] {
    if let words { return words.codes.indices.filter { words.codes[$0] < 0 } }
    switch column {
    case .numbers(let values), .dates(let values): return values.indices.filter { values[$0].isNaN }
    case .missing(let count): return Array(0..<count)
    default: return []
    }
  }

  /// Rows of a number or date that is no value.
  func rows(withRaw number: Double) -> [Int] {
    if let words {
      let levels = spelled.indices.filter {
        spelled[$0].number == number || spelled[$0].date?.dayFirst == number || spelled[$0].date?.monthFirst == number
      }
      return levels.isEmpty || words.codes.isEmpty ? [] : rows(of: levels)
    }
    switch column {
    case .numbers(let values), .dates(let values): return values.indices.filter { values[$0] == number }
    default: return []
    }
  }
}
