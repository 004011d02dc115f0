package enum DuplicateCheck: DataCheck {
  package static let name = "duplicates"
  package static let summary = "rows that equal an earlier one in every column"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    guard data.table.columns.contains(where: \.hasValues) else { return .issues([]) }
    let rows = data.duplicates.repeated
    if rows.isEmpty { return .issues([]) }
    return .issues([
      DataIssue(
        self, column: nil, rows: rows, "\(rowsText(rows.count, "equals", "equal")) an earlier one",
        evidence: rows.prefix(20).map { "row \($0) equals row \(data.duplicates.first[$0])" }, repairs: [Deduplicate()])
    ])
  }
}
