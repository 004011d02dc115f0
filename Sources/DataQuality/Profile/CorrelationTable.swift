import Datasets

/// The correlations of all pairs of a table's columns that have one.
enum CorrelationTable {
  /// Categories of more levels than this have none.
  static let mostLevels = 100
  private typealias NumberColumn = (name: String, values: [Double], isThere: [Bool], order: [Int])

  /// Of the first `most` columns of numbers and the first `most` of categories; `leftOut` are the other ones.
  static func all(_ table: Table, most: Int) -> (correlations: [Correlation], leftOut: Int) {
    var numbers: [NumberColumn] = []
    var categories: [(name: String, words: Words)] = []
    var leftOut = 0
    for (name, column) in zip(table.names, table.columns) {
      switch column {
      case .numbers(let values), .dates(let values):
        guard numbers.count < most else {
          leftOut += 1
          continue
        }
        let isThere = values.map(\.isFinite)
        let order = values.indices.filter { isThere[$0] }.sorted { values[$0] < values[$1] }
        numbers.append((name, values, isThere, order))
      case .categories(let words) where words.levelCount <= mostLevels:
        guard categories.count < most else {
          leftOut += 1
          continue
        }
        categories.append((name, words))
      default: break
      }
    }
    var found: [Correlation] = []
    for second in numbers.indices {
      for first in 0..<second { found += ofNumbers(numbers[first], numbers[second]) }
    }
    for second in categories.indices {
      for first in 0..<second {
        let (a, b) = (categories[first], categories[second])
        let rows = a.words.codes.indices.filter { a.words.codes[$0] >= 0 && b.words.codes[$0] >= 0 }
        let value = Association.cramersV(rows.map { a.words.codes[$0] }, rows.map { b.words.codes[$0] })
        found.append(Correlation(first: a.name, second: b.name, measure: .cramersV, value: value, rows: rows.count))
      }
    }
    for category in categories {
      for number in numbers {
        let rows = number.values.indices.filter { number.isThere[$0] && category.words.codes[$0] >= 0 }
        let value = Association.correlationRatio(
          rows.map { category.words.codes[$0] }, rows.map { number.values[$0] })
        found.append(
          Correlation(
            first: category.name, second: number.name, measure: .correlationRatio, value: value, rows: rows.count))
      }
    }
    return (found, leftOut)
  }

  private static func ofNumbers(_ a: NumberColumn, _ b: NumberColumn) -> [Correlation] {
    let rows = a.values.indices.filter { a.isThere[$0] && b.isThere[$0] }
    let (x, y) = (rows.map { a.values[$0] }, rows.map { b.values[$0] })
    let (rankX, rankY) = (
      Association.ranks(a.values, order: a.order.filter { b.isThere[$0] }),
      Association.ranks(b.values, order: b.order.filter { a.isThere[$0] })
    )
    let spearman = Association.pearson(rows.map { rankX[$0] }, rows.map { rankY[$0] })
    return [
      Correlation(
        first: a.name, second: b.name, measure: .pearson, value: Association.pearson(x, y), rows: rows.count),
      Correlation(first: a.name, second: b.name, measure: .spearman, value: spearman, rows: rows.count),
    ]
  }
}
