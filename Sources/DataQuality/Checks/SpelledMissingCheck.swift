import Datasets
import Formats

package enum SpelledMissingCheck: DataCheck {
  package static let name = "spelled-missing"
  package static let summary = "values that stand for a missing one: 'N/A', '-', -999"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.flatMap { column -> [DataIssue] in
        let words = column.marks.map { level -> DataIssue in
          let mark = column.words!.level(level)
          let rows = column.rows(of: [level])
          return DataIssue(
            self, column: column.name, rows: rows,
            "\(quoted(mark)) in \(rowsText(rows.count)) stands for a missing value",
            evidence: [mark], repairs: [SetMissing(column: column.name, values: [mark])])
        }
        let numbers = column.sentinels.map { number -> DataIssue in
          let rows = column.rows(withRaw: number)
          let text = column.meaning == .dates ? SpelledValue.isoDate(number) : shortest(number)
          let levels = Set(rows.compactMap { column.words?[$0] }).sorted()
          return DataIssue(
            self, column: column.name, rows: rows,
            "\(text) in \(rowsText(rows.count)) lies far outside of the other values and stands for a missing one",
            evidence: [text],
            repairs: [SetMissing(column: column.name, values: levels.isEmpty ? [text] : levels)])
        }
        return words + numbers
      })
  }
}
