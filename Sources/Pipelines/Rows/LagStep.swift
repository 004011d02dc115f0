import Datasets
import Settings

/// pandas' `groupby(…).shift(…)`.
struct LagStep: RowStep {
  static let name = "lags"
  static let summary = "values of earlier rows of the same group"
  static let hyperparameters: [Hyperparameter<LagStep>] = []
  static let texts: [TextParameter<LagStep>] = [
    .list("columns", \.columns, "columns to take values of; new ones are called COLUMN.lag1"),
    .list("lags", \.lags, "how many rows earlier; negative ones are later"),
    .list("by", \.by, "columns whose values make a group; one group where not given"),
    .list("order", \.order, "columns that order the rows of a group; the table's order where not given"),
  ]

  var columns: [String] = []
  var lags = ["1"]
  var by: [String] = []
  var order: [String] = []

  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let rows = table.rowCount
    let keys = RowKeys(try table.columns(named: by).map(\.column), rows: rows)
    let ordered = Column.order(try table.columns(named: order).map(\.column), rows: rows)
    var groups = [[Int]](repeating: [], count: keys.count)
    for row in ordered { groups[keys.numbers[row]].append(row) }
    let chosen = try table.columns(named: columns)
    try PipelineError.requireMemory(rows: rows, columns: chosen.count * lags.count, lower: "name fewer lags")
    var output = PipelineOutput(table)
    for lag in lags.map({ Int($0)! }) {
      // Where each row's value comes from.
      var sources = [Int?](repeating: nil, count: rows)
      for group in groups {
        for place in group.indices where group.indices.contains(place - lag) {
          sources[group[place]] = group[place - lag]
        }
      }
      try output.append(chosen.map { ($0.name + ".lag\(lag)", $0.column.taken(sources)) })
    }
    return output.table
  }

  func check() throws(PipelineError) {
    if columns.isEmpty { throw PipelineError("name the columns to take values of", status: .badUsage) }
    for lag in lags {
      guard let number = Int(lag), number != 0, number.magnitude <= 1_000_000 else {
        throw PipelineError("a lag is a whole number of rows other than 0, not '\(lag)'", status: .badUsage)
      }
    }
  }
}

extension Column {
  /// The values of these rows, missing where there is none.
  func taken(_ rows: [Int?]) -> Column {
    func numbers(_ values: [Double]) -> [Double] { rows.map { $0.map { values[$0] } ?? .nan } }
    func words(_ words: Words) -> Words {
      Words(levels: words.levels, codes: rows.map { $0.map { words.codes[$0] } ?? -1 })
    }
    switch self {
    case .numbers(let values): return .numbers(numbers(values))
    case .dates(let values): return .dates(numbers(values))
    case .categories(let values): return .categories(words(values))
    case .texts(let values): return .texts(words(values))
    case .missing: return .missing(count: rows.count)
    case .leftOut(let kind, _): return .leftOut(kind, count: rows.count)
    }
  }
}
