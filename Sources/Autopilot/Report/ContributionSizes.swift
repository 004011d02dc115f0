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
    // Words are no columns that could be known or not.
    guard !zip(seen.names, seen.columns).contains(where: { predictor.inputs.contains($0) && $1.kind == .text }) else {
      return []
    }
    let together = try predictor.together(
      seen: seen, explained: explained.rows(spread(explained.rowCount, rows)), origin: "")
    let known = together.rows.training!
    let target = together.preprocessing.target
    let model = ExplainedModel(
      predictor.explained(together.model), columns: SourceColumn.all(of: together.preprocessing),
      classes: target?.classes, target: predictor.explainedTarget)
    let parts = model.contributions(
      of: together.rows.features, background: known.chosen(spread(known.rows, background)), method: .sampled, seed: seed
    )
    let sizes = parts.meanSizes
    return parts.ranking.map { AutopilotReport.Contribution(column: parts.columns[$0], size: sizes[$0]) }
  }

  /// Up to `most` of so many places, at equal distances.
  private static func spread(_ count: Int, _ most: Int) -> [Int] {
    count <= most ? Array(0..<count) : (0..<most).map { $0 * count / most }
  }
}
