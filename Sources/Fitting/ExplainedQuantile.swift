import BLASBridge
import Formats
import Learning
import Models

/// One quantile of a model of several, as a model of numbers.
struct ExplainedQuantile: FittedModel {
  let model: any FittedModel
  let place: Int

  var features: Int { model.features }
  func outputs(of rows: Features) -> Matrix<Float> { model.outputs(of: rows).column(place).copy() }
  func save(into checkpoint: inout Checkpoint) { preconditionFailure("a model of quantiles is saved as a whole") }
}

extension Predictor {
  /// The quantile that stands for all where one number is explained, the one nearest to the median; nil for another target.
  package var explainedQuantile: Double? { preprocessing.target?.quantiles.map { $0[$0.middle] } }

  /// A model as it is explained.
  package func explained(_ model: any FittedModel) -> any FittedModel {
    guard let shares = preprocessing.target?.quantiles else { return model }
    return ExplainedQuantile(model: model, place: shares.middle)
  }

  /// What is explained, for people: the column, or `quantile 0.5 of y`.
  package var explainedTarget: String {
    let column = preprocessing.target?.column ?? ""
    return explainedQuantile.map { "quantile \(shortest($0)) of \(column)" } ?? column
  }
}

extension [Double] {
  /// The place of the share nearest to a half, the first of two. Traps without one.
  package var middle: Int { indices.min { (abs(self[$0] - 0.5), $0) < (abs(self[$1] - 0.5), $1) }! }
}
