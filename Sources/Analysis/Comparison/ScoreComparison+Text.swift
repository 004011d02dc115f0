import Formats
import Foundation

/// `0.5 [0.4, 0.6]`, or `0.5 [–]` where no interval can be given.
func withInterval(_ value: Double, _ low: Double?, _ high: Double?, _ words: (Double) -> String) -> String {
  guard let low, let high else { return "\(words(value)) [–]" }
  return "\(words(value)) [\(words(low)), \(words(high))]"
}

extension ScoreComparison {
  /// For people: the aggregates, who is better how surely, and what to bear in mind.
  package var text: String { text(width: nil) }

  /// `text` in so many columns.
  package func text(width: Int?) -> String {
    page {
      $0.fitted(to: width).text(noting: Comparison.remedy)
    } prose: {
      $0.wrappedLines(to: width)
    }
  }

  /// `text` with its tables in GitHub's Markdown.
  package var markdown: String {
    page {
      $0.markdown
    } prose: {
      $0
    }
  }

  func page(_ rendered: (TextTable) -> String, prose: (String) -> String) -> String {
    [rendered(aggregateTable), improvementTable.map(rendered), prose(notesText)].compactMap(\.self)
      .joined(separator: "\n\n")
  }

  private var aggregateTable: TextTable {
    var table = TextTable(
      ["algorithm", "runs", "IQM [95 %]", "median [95 %]", "mean [95 %]", "optimality gap [95 %]"],
      dispensable: ["median [95 %]", "mean [95 %]", "runs"])
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

  private func interval(_ value: Double, _ low: Double?, _ high: Double?) -> String {
    withInterval(value, low, high) { String(format: "%.3f", $0) }
  }

  /// The aggregates as CSV, numbers in full: a header line, then a row an algorithm.
  package var csv: String {
    CSVWriter.text { writer in
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
    }
  }
}
