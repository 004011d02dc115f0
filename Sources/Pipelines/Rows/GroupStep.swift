import Datasets
import Settings

/// pandas' `groupby(…, dropna=False).agg(…)`.
struct GroupStep: RowStep {
  static let name = "group"
  static let summary = "one row for each group, with statistics of its rows"
  static let hyperparameters: [Hyperparameter<GroupStep>] = []
  static let texts: [TextParameter<GroupStep>] = [
    .list("by", \.by, "columns whose values make a group; missing ones are a value too"),
    .list(
      "aggregates", \.aggregates,
      "as 'mean_price = mean(price)': "
        + Aggregate.allCases.map(\.rawValue).joined(separator: ", ")),
  ]

  enum Aggregate: String, CaseIterable, Sendable {
    case count, sum, mean, median, std, min, max, first, last
    case distinct = "n_unique"
  }

  var by: [String] = []
  var aggregates: [String] = []

  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table {
    let grouping = try table.columns(named: by)
    let keys = RowKeys(grouping.map(\.column), rows: table.rowCount)
    // Groups by their values.
    let order = Column.order(grouping.map { $0.column.rows(keys.firstRows) }, rows: keys.count)
    var members = [[Int]](repeating: [], count: keys.count)
    for (row, number) in keys.numbers.enumerated() { members[number].append(row) }
    let groups = order.map { members[$0] }
    let first = order.map { keys.firstRows[$0] }
    var names = grouping.map(\.name)
    var columns = grouping.map { $0.column.rows(first) }
    for aggregate in aggregates {
      let (name, function, source) = try Self.parsed(aggregate)
      if names.contains(name) {
        throw PipelineError("there would be two columns '\(name)': rename one", status: .badUsage)
      }
      names.append(name)
      if let source {
        let column = try table.columns(named: [source])[0].column
        columns.append(try Self.value(function, column, source, groups))
      } else {
        columns.append(.numbers(groups.map { Double($0.count) }))
      }
    }
    return Table(names: names, columns: columns, lines: first.map { table.lines[$0] })
  }

  func check() throws(PipelineError) {
    if by.isEmpty || aggregates.isEmpty {
      throw PipelineError(
        "it takes columns and aggregates, as {by: [shop], aggregates: [n = count()]}", status: .badUsage)
    }
    for aggregate in aggregates { _ = try Self.parsed(aggregate) }
  }

  /// `name = function(column)`; the column may stand in backquotes, and `count` needs none.
  private static func parsed(
    _ text: String
  ) throws(PipelineError) -> (name: String, function: Aggregate, column: String?) {
    let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmed }
    let call = parts.last ?? ""
    guard parts.count == 2, !parts[0].isEmpty, call.hasSuffix(")"), let open = call.firstIndex(of: "(") else {
      throw PipelineError("'\(text)' is no aggregate: write it as 'mean_price = mean(price)'", status: .badUsage)
    }
    let function = call[..<open].trimmed
    guard let aggregate = Aggregate(rawValue: function) else {
      throw PipelineError(
        HyperparameterError(unknownName: function, kind: "aggregate", among: Aggregate.allCases.map(\.rawValue)))
    }
    var column = call[call.index(after: open)...].dropLast().trimmed
    if column.count >= 2, column.hasPrefix("`"), column.hasSuffix("`") {
      column = String(column.dropFirst().dropLast())
    }
    if column.isEmpty, aggregate != .count {
      throw PipelineError("'\(text)' names no column: write \(function)(COLUMN)", status: .badUsage)
    }
    return (parts[0], aggregate, column.isEmpty ? nil : column)
  }

  /// A value for each group, of its values that are not missing.
  private static func value(
    _ function: Aggregate, _ column: Column, _ name: String, _ groups: [[Int]]
  ) throws(PipelineError) -> Column {
    let ranks = column.ranks
    let present = groups.map { rows in rows.filter { !ranks[$0].isNaN } }
    switch function {
    case .count: return .numbers(present.map { Double($0.count) })
    case .distinct: return .numbers(present.map { rows in Double(Set(rows.map { ranks[$0] }).count) })
    case .first: return column.taken(present.map(\.first))
    case .last: return column.taken(present.map(\.last))
    case .min: return column.taken(present.map { rows in rows.min { (ranks[$0], $0) < (ranks[$1], $1) } })
    case .max: return column.taken(present.map { rows in rows.max { (ranks[$0], -$0) < (ranks[$1], -$1) } })
    case .sum, .mean, .median, .std: break
    }
    switch column {
    case .numbers, .missing: break
    default:
      throw PipelineError(
        "there is no \(function.rawValue) of the column '\(name)', which is of kind \(column.kind.rawValue)",
        status: .badUsage)
    }
    return .numbers(
      present.map { rows in
        let values = rows.map { ranks[$0] }
        let statistics = PresentValues(values)
        switch function {
        case .sum: return statistics.sum
        case .median: return values.isEmpty ? .nan : values.sortedPresent().median
        case .std:
          let n = Double(values.count)
          return n < 2 ? .nan : (statistics.variance(values) * n / (n - 1)).squareRoot()
        default: return statistics.mean
        }
      })
  }
}

extension StringProtocol {
  /// Without the spaces around it.
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
