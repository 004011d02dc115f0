package enum NumberFormatCheck: DataCheck {
  package static let name = "number-formats"
  package static let summary = "numbers written in another way than most of their column, and texts among them"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.filter { $0.meaning == .numbers }.flatMap { column in
        column.formIssues(self, ParseNumbers(column: column.name)) {
          if case .unit(let unit) = $0 { UnitScale.factor(unit) != nil } else { false }
        }
      })
  }
}
