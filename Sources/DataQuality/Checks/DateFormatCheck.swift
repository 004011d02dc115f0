import Datasets

package enum DateFormatCheck: DataCheck {
  package static let name = "date-formats"
  package static let summary = "dates written in another way than most of their column"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(data.columns.filter { $0.meaning == .dates }.flatMap { $0.formIssues(self, ParseDates(column: $0.name)) })
  }
}

extension CheckedColumn {
  /// An issue for each way of writing but the usual one, and for what is neither number nor date. `isOther`: which forms are
  /// somebody else's business.
  func formIssues(
    _ check: any DataCheck.Type, _ repair: any Repair, where isOther: (SpelledText.Form) -> Bool = { _ in false }
  ) -> [DataIssue] {
    guard let words else { return [] }
    var levels: [SpelledText.Form: [Int]] = [:]
    for level in spelled.indices where counts[level] > 0 && !spelled[level].isMark {
      levels[spelled[level].form, default: []].append(level)
    }
    let rows = levels.mapValues { $0.reduce(0) { $0 + counts[$1] } }
    guard let usual = rows.filter({ $0.key != .other }).max(by: { ($0.value, $1.key.title) < ($1.value, $0.key.title) })
    else { return [] }
    let odd = levels.keys.filter { $0 != usual.key && !isOther($0) }.sorted { $0.title < $1.title }
    return odd.map { form in
      let rows = self.rows(of: levels[form]!)
      let examples = levels[form]!.map { words.level($0) }
      return DataIssue(
        check, column: name, rows: rows,
        "\(form.title) in \(rowsText(rows.count)), as \(quoted(examples[0])), among \(usual.key.title)",
        evidence: examples.map { quoted($0) }, repairs: [repair])
    }
  }
}
