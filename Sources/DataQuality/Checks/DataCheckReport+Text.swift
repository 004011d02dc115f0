import Datasets
import Formats

extension DataCheckReport {
  /// For a terminal of so many columns; nil for as wide as it is.
  package func text(width: Int? = nil) -> String {
    var parts: [String] = []
    if issues.isEmpty {
      parts.append("No issues in \(rowsText(rows)) and \(grouped(columns)) columns.")
    } else {
      var table = TextTable(["check", "column", "rows", "issue", "repair"], dispensable: ["repair"])
      for issue in issues {
        let repairs = issue.repairs.map { type(of: $0.repair).name }
        table.add([
          issue.check, issue.column ?? "–", grouped(issue.rowCount), issue.sentence,
          repairs.isEmpty ? "–" : repairs.joined(separator: ", "),
        ])
      }
      parts.append(table.fitted(to: width).text)
      parts.append("\(grouped(issues.count)) issue\(issues.count == 1 ? "" : "s") in \(rowsText(rows)).")
    }
    parts += skipped.map { "Skipped \($0.check): \($0.reason)." }
    return parts.joined(separator: "\n\n")
  }

  /// As `--json` writes it.
  package func json() throws -> String { try JSONForm.page.text(self) }
}
