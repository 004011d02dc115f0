import BLASBridge
import Formats
import Models
import Validation

/// How well a model does on rows that it may never have seen: each score with what it may be by chance.
package struct ModelEvaluation: Encodable, Sendable {
  package struct Score: Encodable, Sendable {
    package var name: String
    package var value: Estimate
  }

  /// Rows with a value of the target.
  package let rows: Int
  package let scores: [Score]
  /// The share of the rows whose interval, or set of classes, holds the truth; nil where none was asked for.
  @NullWritten package private(set) var coverage: Estimate?
  /// The mean width of the intervals, or the mean number of classes in a set.
  @NullWritten package private(set) var width: Double?
  /// Of classes sets are predicted, of numbers intervals.
  package let isOfClasses: Bool

  /// Of the rows of a file, or of a version of a data set of the store in the folder `store`.
  ///
  /// `coverage` asks for intervals that hold the truth of such a share. Throws `DataFileError` for a column that is not there or holds
  /// something else, `DataRepositoryError` for a version, `ConfigurationError` for a coverage that the model cannot give.
  package init(of predictor: Predictor, on address: String, storeAt store: String, coverage: Double? = nil) throws {
    var predictor = predictor
    if let coverage { try predictor.predictIntervals(coverage: coverage) }
    let (judged, outputs) = try predictor.judged(on: address, storeAt: store)
    isOfClasses = judged.classes != nil
    let whole = judged.scores(predictor.model, outputs: outputs).all.filter { !$0.name.contains("/") }
    (rows, scores) = (
      judged.count, Self.estimates(of: whole, judged, outputs, isOfRows: predictor.scoresAreOfRows)
    )
    if coverage != nil {
      let (holds, widths) = predictor.intervals(outputs, truth: judged.target)
      self.coverage = RowEstimate().mean(of: holds.map { $0 ? 1 : 0 })
      width = widths.isEmpty ? nil : mean(widths)
    }
  }

  /// Rows are drawn again; without intervals where a score is not of single rows.
  private static func estimates(
    of scores: [FitScores.Score], _ rows: FitRows, _ outputs: Matrix<Float>, isOfRows: Bool
  ) -> [Score] {
    guard isOfRows else { return scores.map { Score(name: $0.name, value: Estimate($0.value)) } }
    let estimates = RowEstimate().scores(rows: rows.count) { places in
      let drawn = rows.target.scores(outputs, places, classes: rows.classes ?? [])
      return scores.map { drawn[$0.name] }
    }
    return zip(scores, estimates).map { Score(name: $0.name, value: $1 ?? Estimate($0.value)) }
  }
}
