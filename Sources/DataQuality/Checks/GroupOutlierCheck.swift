import Datasets
import Formats

/// Looks within the groups that were asked for, and within those of columns that explain most of the numbers' ranks.
package enum GroupOutlierCheck: DataCheck {
  package static let name = "group-outliers"
  package static let summary = "numbers far from those of their group: a pencil at the price of a desk"

  private static let mostGroups = 50
  private static let leastRows = 20
  /// Of the variance of the ranks, for groups that nobody asked for.
  private static let explained = 0.6

  package static func look(at data: CheckedTable) -> CheckOutcome {
    let numbers = data.columns.filter { $0.isMeasured }.prefix(50)
    let groups = data.columns.filter {
      data.options.groups.contains($0.name) || ($0.meaning == .categories && $0.usedLevels <= mostGroups)
    }.prefix(50)
    var issues: [DataIssue] = []
    for column in numbers {
      let elsewhere = Set(OutlierRule(column.values).places)
      let sample = stride(from: 0, to: column.count, by: max(1, column.count / 20_000)).filter {
        !column.values[$0].isNaN
      }
      for group in groups where group.name != column.name && group.name != data.options.target {
        guard let words = group.words else { continue }
        let isAsked = data.options.groups.contains(group.name)
        guard isAsked || share(column, words, sample) >= explained else { continue }
        if let issue = issue(column, by: group.name, words, elsewhere) { issues.append(issue) }
      }
    }
    return .issues(issues)
  }

  /// The squared correlation ratio of the ranks.
  private static func share(_ column: CheckedColumn, _ words: Words, _ sample: [Int]) -> Double {
    let rows = sample.filter { words.codes[$0] >= 0 }
    guard rows.count >= leastRows else { return 0 }
    let values = rows.map { column.values[$0] }
    let ranks = Association.ranks(values, order: values.indices.sorted { values[$0] < values[$1] })
    let ratio = Association.correlationRatio(rows.map { words.codes[$0] }, ranks)
    return ratio.isNaN ? 0 : ratio * ratio
  }

  private static func issue(
    _ column: CheckedColumn, by group: String, _ words: Words, _ elsewhere: Set<Int>
  ) -> DataIssue? {
    var rows: [Int32: [Int]] = [:]
    for row in words.codes.indices where words.codes[row] >= 0 && !column.values[row].isNaN && !elsewhere.contains(row)
    {
      rows[words.codes[row], default: []].append(row)
    }
    var (found, evidence): ([Int], [String]) = ([], [])
    for (code, members) in rows.sorted(by: { $0.key < $1.key }) where members.count >= leastRows {
      let values = members.map { column.values[$0] }
      let places = OutlierRule(values).places
      if places.isEmpty { continue }
      found += places.map { members[$0] }
      let (sorted, name) = (values.sorted(), quoted(words.level(Int(code))))
      evidence += places.map {
        "\(column.spelledOut(values[$0])) where \(group) is \(name), of which half lie from "
          + "\(column.spelledOut(quantile(sorted, 0.25))) to \(column.spelledOut(quantile(sorted, 0.75)))"
      }
    }
    if found.isEmpty { return nil }
    found.sort()
    return DataIssue(
      self, column: column.name, rows: found,
      "\(rowsText(found.count, "is", "are")) far from the others with the same \(group)", evidence: evidence,
      repairs: found.count > 10_000 ? [] : [SetMissing(column: column.name, rows: found)])
  }
}

extension CheckedColumn {
  var usedLevels: Int { counts.count { $0 > 0 } }
}
