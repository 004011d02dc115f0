/// Files that a source could not decode: each is a row with the reason.
package enum UnreadableFileCheck: DataCheck {
  package static let name = "unreadable-files"
  package static let summary = "files of a folder that cannot be decoded, with the reason"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    guard let problems = data.fileProblems, let words = problems.words else { return .issues([]) }
    let rows = words.codes.indices.filter { words.codes[$0] >= 0 }
    guard !rows.isEmpty else { return .issues([]) }
    let paths = data.column("path")?.words
    let evidence = rows.prefix(20).map { (row: Int) -> String in
      let reason = words[row] ?? ""
      return paths?[row].map { "\($0): \(reason)" } ?? reason
    }
    return .issues([
      DataIssue(
        self, column: problems.name, rows: rows,
        "\(rowsText(rows.count, "is", "are")) of a file that cannot be decoded: \(evidence[0])", evidence: evidence,
        repairs: rows.count > 10_000 ? [] : [DropRows(rows: rows)])
    ])
  }
}

extension CheckedTable {
  /// The column in which a source of files says why one cannot be decoded; nil for other tables.
  var fileProblems: CheckedColumn? {
    ["path", "format", "sha256"].allSatisfy(table.names.contains) ? column("problem") : nil
  }
}
