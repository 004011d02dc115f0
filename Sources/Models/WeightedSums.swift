import BLASBridge
import Learning

/// A fitted model whose outputs follow from weighted sums of scaled features: what each feature adds is its weight times how far
/// it is from the mean.
package protocol ModelOfWeights: FittedModel {
  /// `[features, sums]`: one sum a number or class; a single one for two classes, the log odds of the second.
  var weights: Matrix<Float> { get }
  /// `[sums]`
  var intercepts: [Float] { get }
  /// Whether the sums are predictions themselves, and not logits.
  var sumsArePredictions: Bool { get }
}

extension LinearModel: ModelOfWeights { package var sumsArePredictions: Bool { true } }
extension LogisticModel: ModelOfWeights { package var sumsArePredictions: Bool { false } }

extension LinearScoresModel: ModelOfWeights {
  package var weights: Matrix<Float> { scores.matrix }
  package var intercepts: [Float] { scores.intercepts.map { Float($0) } }
  package var sumsArePredictions: Bool { true }
}

extension StochasticDescentModel: ModelOfWeights {
  package var weights: Matrix<Float> { scores.matrix }
  package var intercepts: [Float] { scores.intercepts.map { Float($0) } }
  package var sumsArePredictions: Bool { !isClassification }
}
