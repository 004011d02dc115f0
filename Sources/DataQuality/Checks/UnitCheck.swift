import Datasets

package enum UnitCheck: DataCheck {
  package static let name = "units"
  package static let summary = "values in another unit than most of their column: '5 kg' among '5000 g'"

  package static func look(at data: CheckedTable) -> CheckOutcome {
    .issues(
      data.columns.flatMap { column -> [DataIssue] in
        guard let usual = column.unit, UnitScale.factor(usual) != nil, let words = column.words else { return [] }
        var levels: [String: [Int]] = [:]
        for level in column.spelled.indices where column.counts[level] > 0 {
          if case .unit(let unit) = column.spelled[level].form, unit != usual {
            levels[unit, default: []].append(level)
          }
        }
        return levels.keys.sorted().filter { UnitScale.factor($0) != nil }.map { unit in
          let rows = column.rows(of: levels[unit]!)
          let isSame = UnitScale.converted(1, from: unit, to: usual) != nil
          return DataIssue(
            self, column: column.name, rows: rows,
            "\(rowsText(rows.count)) in \(quoted(unit)) among values in \(quoted(usual))"
              + (isSame ? "" : ", which measures something else"),
            evidence: levels[unit]!.map { quoted(words.level($0)) },
            repairs: isSame ? [ParseUnits(column: column.name, to: usual)] : [])
        }
      })
  }
}
