import Datasets

package enum UndecodableTextCheck: DataCheck {
  package static let name = "undecodable-text"
  package static let summary = "text read in a wrong encoding, replacement and control characters"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.flatMap { column -> [DataIssue] in
        guard let words = column.words else { return [] }
        var (mojibake, replaced, controls): ([Int], [Int], [Int]) = ([], [], [])
        for level in column.counts.indices where column.counts[level] > 0 {
          let text = words.level(level)
          guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { continue }
          if text.unicodeScalars.contains("\u{FFFD}") {
            replaced.append(level)
          } else if Mojibake.decoded(text) != nil {
            mojibake.append(level)
          } else if text.unicodeScalars.contains(where: Mojibake.isControl) {
            controls.append(level)
          }
        }
        func issue(_ levels: [Int], _ sentence: (Int) -> String, _ repairs: [any Repair]) -> [DataIssue] {
          if levels.isEmpty { return [] }
          let rows = column.rows(of: levels)
          return [
            DataIssue(
              self, column: column.name, rows: rows, sentence(rows.count),
              evidence: levels.map { quoted(words.level($0)) },
              repairs: repairs)
          ]
        }
        let example = mojibake.first.map { words.level($0) } ?? ""
        return issue(
          mojibake,
          {
            "text in \(rowsText($0)) is UTF-8 that was read as Windows-1252: \(quoted(example)) was "
              + quoted(Mojibake.decoded(example) ?? example)
          }, [Redecode(column: column.name)])
          + issue(replaced, { "characters in \(rowsText($0)) were lost in decoding (U+FFFD)" }, [])
          + issue(controls, { "control characters in \(rowsText($0))" }, [Redecode(column: column.name)])
      })
  }
}
