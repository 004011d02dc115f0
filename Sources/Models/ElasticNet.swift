import BLASBridge
import Datasets
import Learning
import Settings
import Telemetry

/// Linear regression with an L1 and an L2 penalty (Zou & Hastie 2005): minimises |y − X · w − b|² / 2n
/// + alpha · l1_ratio · |w|₁ + alpha · (1 − l1_ratio) / 2 · |w|². Names, defaults and the stopping rule are scikit-learn's.
package struct ElasticNet: Configurable {
  package enum Selection: String, CaseIterable, Codable, Sendable { case cyclic, random }

  package var alpha = 1.0
  package var l1Ratio = 0.5
  package var fitsIntercept = true
  package var maximumIterations = 1000
  package var tolerance = 1e-4
  package var selection = Selection.cyclic
  package var isPositive = false
  package init() {}

  package static let hyperparameters: [Hyperparameter<ElasticNet>] = [
    .number("alpha", \.alpha, .nonNegative, "weight of the penalties; the intercept is not penalised"),
    .number("l1_ratio", \.l1Ratio, .unit, "the L1 penalty's share: 1 is the lasso, 0 ridge regression"),
    .flag("fit_intercept", \.fitsIntercept, "predictions have a constant term"),
    .integer("max_iter", \.maximumIterations, .atLeast(1, limit: 1_000_000_000), "the most passes over the features"),
    .number("tol", \.tolerance, .nonNegative, "done where the duality gap is less than this share of |y|²"),
    .choice("selection", \.selection, "cyclic: features in their order; random: one drawn at a time"),
    .flag("positive", \.isPositive, "weights are not below 0"),
  ]
}

extension ElasticNet: FittableModel {
  package static let name = "elastic_net"
  package static let summary = "linear regression with L1 and L2 penalties by coordinate descent, the lasso included"
  package static let tasks: [PredictionTask] = [.regression]
  package static let form = FeatureForm.sparse
  package static let takesWeights = true
  package var budget: Int { maximumIterations }

  /// A few numbers for each feature and row, beside the rows column by column, which take what the rows take.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    memory.add("weights and residuals", bytes: 48 * (Double(features) + Double(rows)), lower: "features or rows")
    return memory
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) -> any FitLearner {
    DirectFit(recording: .trainObjective, restoring: LinearScoresModel.init(from:)) { iterated in
      let descent = CoordinateDescent(
        self, DesignRows(training.features).byColumns, training.numbers.elements.map(Double.init),
        weights: training.weights, seed: seed)
      return LinearScoresModel(try descent.run(iterated))
    }
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try LinearScoresModel(from: checkpoint)
  }
}

/// A linear regression of dense or sparse rows.
struct LinearScoresModel: FittedModel {
  let scores: LinearScores

  init(_ scores: LinearScores) { self.scores = scores }
  init(from checkpoint: Checkpoint) throws { scores = try LinearScores(from: checkpoint) }

  var features: Int { scores.features }
  func outputs(of rows: Features) -> Matrix<Float> {
    Matrix(rows: rows.rows, columns: scores.outputs, scores.scores(of: rows).map { Float($0) })
  }
  func save(into checkpoint: inout Checkpoint) { scores.save(into: &checkpoint) }
}
