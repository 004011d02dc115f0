import Datasets
import Formats

extension TableProfile {
  /// For a terminal of so many columns; nil for as wide as it is.
  package func text(width: Int? = nil) -> String {
    var parts = [heading, columnTable.fitted(to: width).text(noting: "a wider terminal shows them")]
    if columns.contains(where: { !$0.top.isEmpty }) { parts.append(topTable.fitted(to: width).text) }
    if !strongest.isEmpty { parts.append("Strongest correlations\n" + correlationTable.fitted(to: width).text) }
    if let target { parts.append(targetText(target, width)) }
    if !notes.isEmpty { parts.append(notes.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  var heading: String {
    var text = rowsText(rows)
    if let sample { text = "\(grouped(rows)) of \(rowsText(sample.rows)) drawn at random (seed \(sample.seed))" }
    text += ", \(grouped(columns.count)) column\(columns.count == 1 ? "" : "s")"
    if let duplicateRows { text += ", \(grouped(duplicateRows)) duplicate row\(duplicateRows == 1 ? "" : "s")" }
    return text
  }

  /// What there is to say in a line of each column.
  var columnTable: TextTable {
    var table = TextTable(
      ["column", "kind", "missing", "distinct", "min", "5 %", "median", "95 %", "max", "mean", "std", "length"],
      dispensable: ["length", "5 %", "95 %", "std"])
    for column in columns {
      var cells = [column.name, column.kind.rawValue, column.missingText, grouped(column.distinct)]
      if let numbers = column.numbers {
        let values = [numbers.least, numbers.quantile(0.05)!, numbers.quantile(0.5)!, numbers.quantile(0.95)!]
        cells += (values + [numbers.most, numbers.mean]).map(column.spelled) + [column.deviationText]
      } else {
        cells += [String](repeating: "–", count: 7)
      }
      cells.append(column.lengths.map { "\($0.least)–\($0.most)" } ?? "–")
      table.add(cells)
    }
    return table
  }

  private var topTable: TextTable {
    var table = TextTable(["column", "most frequent values"])
    for column in columns where !column.top.isEmpty && column.top[0].count > 1 {
      table.add([
        column.name, column.top.prefix(4).map { "\($0.count) × \(quoted($0.value, 24))" }.joined(separator: ", "),
      ])
    }
    return table
  }

  /// The ten pairs that go together most, from 0.3 on; of two columns of numbers once.
  var strongest: [Correlation] {
    var best: [[String]: Correlation] = [:]
    for one in correlations where abs(one.value) >= 0.3 {
      let pair = [one.first, one.second]
      if abs(best[pair]?.value ?? 0) < abs(one.value) { best[pair] = one }
    }
    return Array(
      best.values.sorted { (abs($1.value), $0.first, $0.second) < (abs($0.value), $1.first, $1.second) }.prefix(10))
  }

  private var correlationTable: TextTable {
    var table = TextTable(["column", "with", "measure", "value"])
    for one in strongest { table.add([one.first, one.second, one.measure.title, fixed(one.value)]) }
    return table
  }

  private func targetText(_ target: Target, _ width: Int?) -> String {
    var parts: [String] = []
    if let most = target.classes.first, let least = target.classes.last, target.classes.count > 1 {
      let shares = target.classes.prefix(5).map { "\(quoted($0.value, 24)) \($0.count)" }.joined(separator: ", ")
      parts.append(
        "Target \(quoted(target.name)): \(target.classes.count) classes, \(shares); "
          + "the largest is \(rounded(Double(most.count) / Double(max(1, least.count)))) × the smallest.")
    }
    if !target.features.isEmpty {
      var table = TextTable(["feature", "predicts the target alone", "verdict"])
      for feature in target.features.prefix(5) {
        table.add([feature.feature, fixed(feature.score), feature.score >= FeatureScore.limit ? "leaks?" : ""])
      }
      parts.append(table.fitted(to: width).text)
      let measure = target.classes.isEmpty ? "R²" : "the share of errors avoided (Goodman and Kruskal's λ)"
      parts.append("Scores are \(measure) on rows that were not learnt from.")
    }
    return parts.joined(separator: "\n")
  }
}

extension ColumnProfile {
  /// A value of the column as people write it.
  func spelled(_ value: Double) -> String { kind == .date ? SpelledValue.isoDate(value) : rounded(value) }

  fileprivate var deviationText: String {
    guard let deviation = numbers?.deviation, !deviation.isNaN else { return "–" }
    return kind == .date ? "\(rounded(deviation / 86_400)) days" : rounded(deviation)
  }

  var missingText: String {
    guard missing > 0 else { return "0" }
    return "\(grouped(missing)) (\(rounded(100 * Double(missing) / Double(missing + present))) %)"
  }
}

extension Correlation.Measure {
  var title: String {
    switch self {
    case .pearson: "Pearson"
    case .spearman: "Spearman"
    case .cramersV: "Cramér's V"
    case .correlationRatio: "correlation ratio"
    }
  }
}

extension TableProfile {
  /// As `--json` writes it: indented, keys in snake case, numbers that JSON has no form for as texts.
  package func json() throws -> String { try JSONForm.page.text(self) }
}
