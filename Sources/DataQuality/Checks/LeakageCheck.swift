import Datasets

/// Needs a target. The measure is that of `FeatureScore`.
package enum LeakageCheck: DataCheck {
  package static let name = "target-leakage"
  package static let summary = "features that predict the target alone"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    guard let target = data.options.target else { return .issues([]) }
    // Numbers and dates as such, however they are written; identifiers tell nothing.
    var replaced: [String: Column] = [:]
    for column in data.columns {
      switch column.meaning {
      case .numbers where column.name == target && column.usedLevels > 0 && column.usedLevels <= 10:
        replaced[column.name] = column.words.map { .categories($0) }
      case .numbers: replaced[column.name] = .numbers(column.values)
      case .dates: replaced[column.name] = .dates(column.values)
      case .categories: replaced[column.name] = column.words.map { .categories($0) }
      case .texts, .nothing: break
      }
    }
    let names = data.columns.filter { $0.name != target && IdentifierCheck.isIdentifier($0) }.map(\.name)
    let table = data.table.replacing(replaced).dropping(names)
    return .issues(
      TargetLeakage.scores(table, target: target).filter { $0.score >= FeatureScore.limit }.map { feature in
        DataIssue(
          self, column: feature.feature, rows: [], of: data.table.rowCount,
          "it predicts \(quoted(target)) alone (score \(fixed(feature.score)) of 1 on rows not learnt from): is it known before "
            + "the target is?", evidence: ["score \(fixed(feature.score))"],
          repairs: [DropColumns(columns: [feature.feature])])
      })
  }
}
