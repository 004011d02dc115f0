import Formats

package enum MissingCheck: DataCheck {
  package static let name = "missing"
  package static let summary = "rows without a value"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.compactMap { column in
        let rows = column.emptyRows
        // No problem is none.
        guard !rows.isEmpty, column.name != data.fileProblems?.name else { return nil }
        let share = rounded(100 * Double(rows.count) / Double(column.count))
        let isEmpty = rows.count == column.count
        let repairs: [any Repair] = isEmpty ? [DropColumns(columns: [column.name])] : column.imputation
        return DataIssue(
          self, column: column.name, rows: rows,
          isEmpty ? "no row has a value" : "no value in \(rowsText(rows.count)) (\(share) %)", repairs: repairs)
      })
  }
}

extension CheckedColumn {
  /// The median for numbers, the most frequent category; nothing for texts, dates and identifiers.
  fileprivate var imputation: [any Repair] {
    switch meaning {
    case .numbers where !IdentifierCheck.isIdentifier(self):
      let isScaled = unit.flatMap { UnitScale.factor($0) } != nil
      let parse: any Repair = isScaled ? ParseUnits(column: name, to: unit!) : ParseNumbers(column: name)
      return (words == nil ? [] : [parse]) + [Impute(column: name, by: .median)]
    case .categories: return [Impute(column: name, by: .mode)]
    default: return []
    }
  }
}
