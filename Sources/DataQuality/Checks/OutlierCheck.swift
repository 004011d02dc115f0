import Datasets
import Formats

package enum OutlierCheck: DataCheck {
  package static let name = "outliers"
  package static let summary = "numbers and dates far from all others of their column"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.compactMap { column in
        guard column.isMeasured else { return nil }
        let rule = OutlierRule(column.values)
        if rule.places.isEmpty { return nil }
        let present = column.values.filter { !$0.isNaN }.sorted()
        func quantile(_ share: Double) -> String { column.spelledOut(Formats.quantile(present, share)) }
        let scale = rule.isLogarithmic ? ", on a logarithmic scale," : ""
        return DataIssue(
          self, column: column.name, rows: rule.places,
          "\(rowsText(rule.places.count, "is", "are"))\(scale) far outside of the others, of which half lie from \(quantile(0.25)) to "
            + quantile(0.75),
          evidence: rule.places.prefix(20).map { column.spelledOut(column.values[$0]) },
          repairs: rule.places.count > 10_000 ? [] : [SetMissing(column: column.name, rows: rule.places)])
      })
  }
}

extension CheckedColumn {
  /// Whether its values are quantities.
  var isMeasured: Bool { (meaning == .numbers || meaning == .dates) && !IdentifierCheck.isIdentifier(self) }

  func spelledOut(_ value: Double) -> String {
    meaning == .dates ? SpelledValue.isoDate(value) : rounded(value) + (unit.map { " \($0)" } ?? "")
  }
}
