import Datasets
import Explanations
import Fitting
import Models
import Telemetry

/// What each column adds to the predictions of rows that the answer has never seen: the mean size of its Shapley values,
/// estimated by sampling (Castro et al. 2009), whatever models the answer consists of.
enum ContributionSizes {
  /// Rows that are explained, and rows that stand for what is not known of them.
  private static let (rows, background) = (20, 20)
  /// Predictions of a row by a model, in all.
  private static let mostPredictions = 600_000

  /// The largest first; none where that takes more predictions than it is worth, or there is no time left until `deadline`.
  static func all(
    _ predictor: Predictor, seen: Table, explained: Table, seed: UInt64, deadline: Double
  ) throws -> [AutopilotReport.Contribution] {
    let predictions = rows * background * 2 * max(1, predictor.inputs.count - 1) * predictor.memberCount
    guard predictions <= mostPredictions, MonotonicClock.seconds < deadline, seen.rowCount > 0, explained.rowCount > 0
    else { return [] }
    let together = try predictor.together(
      seen: seen.spread(over: background), explained: explained.spread(over: rows), origin: "")
    let target = together.preprocessing.target
    let model = ExplainedModel(
      together.model, columns: SourceColumn.all(of: together.preprocessing), classes: target?.classes,
      target: target?.column ?? "")
    let parts = model.contributions(
      of: together.rows.features, background: together.rows.training!, method: .sampled, seed: seed)
    let sizes = parts.meanSizes
    return parts.ranking.map { AutopilotReport.Contribution(column: parts.columns[$0], size: sizes[$0]) }
  }
}

extension Table {
  /// Up to so many rows, at equal distances.
  fileprivate func spread(over most: Int) -> Table {
    rowCount <= most ? self : rows((0..<most).map { $0 * rowCount / most })
  }
}
