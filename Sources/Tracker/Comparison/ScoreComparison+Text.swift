import Foundation

extension ScoreComparison {
  /// For people: the aggregates, who is better how surely, and what to bear in mind.
  public var text: String { page { $0.text } }

  /// `text` with its tables in GitHub's Markdown.
  public var markdown: String { page { $0.markdown } }

  func page(_ rendered: (TextTable) -> String) -> String {
    [rendered(aggregateTable), improvementTable.map(rendered), notesText].compactMap(\.self).joined(separator: "\n\n")
  }

  private var aggregateTable: TextTable {
    var table = TextTable(["algorithm", "runs", "IQM [95 %]", "median [95 %]", "mean [95 %]", "optimality gap [95 %]"])
    for one in aggregate {
      table.add([
        one.algorithm, String(one.runs), interval(one.iqm, one.iqmLow, one.iqmHigh),
        interval(one.median, one.medianLow, one.medianHigh), interval(one.mean, one.meanLow, one.meanHigh),
        interval(one.optimalityGap, one.optimalityGapLow, one.optimalityGapHigh),
      ])
    }
    return table
  }

  /// Of each pair the one that is more probably above; `probabilityOfImprovement` has both.
  private var improvementTable: TextTable? {
    if probabilityOfImprovement.isEmpty { return nil }
    var table = TextTable(["algorithm", "over", "probability of improvement [95 %]"])
    var told: Set<[String]> = []
    for one in probabilityOfImprovement where told.insert([one.x, one.y].sorted()).inserted {
      table.add([one.x, one.y, interval(one.p, one.low, one.high)])
    }
    return table
  }

  private var notesText: String {
    let count = environments.count
    let first =
      "Normalised scores over \(count) environment\(count == 1 ? "" : "s"); IQM is the mean of the middle half of all "
      + "runs; intervals: \(resamples) stratified bootstrap resamples, seed \(seed)."
    return ([first] + notes).joined(separator: "\n")
  }

  private func interval(_ value: Double, _ low: Double, _ high: Double) -> String {
    let words = [value, low, high].map { String(format: "%.3f", $0) }
    return "\(words[0]) [\(words[1]), \(words[2])]"
  }

  /// The aggregates as CSV, numbers in full: a header line, then a row an algorithm.
  public var csv: String {
    var text = ""
    var writer = CSVWriter { (bytes) throws(Never) in text += String(decoding: bytes, as: UTF8.self) }
    writer.row([
      "algorithm", "runs", "iqm", "iqm_low", "iqm_high", "median", "median_low", "median_high", "mean", "mean_low",
      "mean_high", "optimality_gap", "optimality_gap_low", "optimality_gap_high",
    ])
    for one in aggregate {
      writer.field(one.algorithm)
      writer.field(one.runs)
      for value in [
        one.iqm, one.iqmLow, one.iqmHigh, one.median, one.medianLow, one.medianHigh, one.mean, one.meanLow,
        one.meanHigh, one.optimalityGap, one.optimalityGapLow, one.optimalityGapHigh,
      ] {
        writer.field(value)
      }
      writer.endRow()
    }
    writer.flush()
    return text
  }
}
