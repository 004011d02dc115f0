import BLASBridge
import CKernels
import Settings
import Telemetry

/// Logistic regression of two classes, softmax regression of more, with an L2 penalty, by L-BFGS.
///
/// Minimises the mean cross-entropy + |W|² / (2 · C · n), where n is the sum of the rows' weights; intercepts are not penalised. Two classes have one column of
/// weights, that of class 1. Names, defaults and objective are scikit-learn's.
package struct LogisticRegression: Configurable {
  package var c = 1.0
  package var fitsIntercept = true
  package var maximumIterations = 100
  package var tolerance = 1e-4
  package init() {}

  package static let hyperparameters: [Hyperparameter<LogisticRegression>] = [
    .number("C", \.c, .positive, "the smaller, the stronger the penalty on large weights"),
    .flag("fit_intercept", \.fitsIntercept, "each class has a constant term"),
    .integer("max_iter", \.maximumIterations, .atLeast(0), "the most iterations of L-BFGS"),
    .number("tol", \.tolerance, .nonNegative, "done where no derivative of the mean loss is larger"),
  ]

  /// What came out of a fit.
  package struct Result {
    package let model: LogisticModel
    /// The penalised mean loss.
    package let loss: Double
    package let iterations: Int
    /// Products of all rows with weights and back.
    package let evaluations: Int
    /// Whether the tolerance was reached, rather than the iterations' end or the limit of single precision.
    package let hasConverged: Bool
  }

  /// Fits rows `[n, d]` to class indices `[n]`, starting at zeros.
  ///
  /// Traps where the numbers of rows differ, there are none, a class is not in `0 ..< classes`, or there are fewer than two
  /// classes.
  package func fit(_ x: Matrix<Float>, _ labels: [Int], classes: Int, weights: [Float]? = nil) -> Result {
    fit(x, labels, classes: classes, weights: weights) { _, _ in }
  }

  /// As above; `iterated` is called with every iteration's number and loss, and ends the fit by throwing.
  package func fit(
    _ x: Matrix<Float>, _ labels: [Int], classes: Int, weights: [Float]? = nil,
    iterated: (_ iteration: Int, _ loss: Double) throws -> Void
  ) rethrows -> Result {
    let objective = LogisticObjective(
      x, labels, classes: classes, rowWeights: weights, penalty: 1 / (c * x.count(weights)),
      fitsIntercept: fitsIntercept)
    let parameters = FloatBuffer(count: objective.parameterCount)
    let optimizer = LBFGS(maximumIterations: maximumIterations, gradientTolerance: tolerance)
    let outcome = try optimizer.minimize(parameters, iterated: iterated, evaluate: objective.evaluate)
    return Result(
      model: objective.model(parameters), loss: outcome.loss, iterations: outcome.iterations,
      evaluations: outcome.evaluations, hasConverged: outcome.ending == .converged)
  }
}

/// Probabilities of classes from X · weights + intercepts, by the logistic function or softmax.
package struct LogisticModel {
  /// `[d, classes]`, or `[d, 1]` for two.
  package let weights: Matrix<Float>
  package let intercepts: [Float]

  package var classes: Int { weights.columns == 1 ? 2 : weights.columns }

  /// Probabilities `[n, classes]` for rows `[n, d]`. Traps where the rows have another width.
  package func probabilities(_ x: Matrix<Float>) -> Matrix<Float> {
    let logits = LinearModel(weights: weights, intercepts: intercepts).predict(x)
    if weights.columns > 1 {
      rl_softmax(logits.base, logits.base, logits.rows, logits.columns)
      return logits
    }
    let result = Matrix<Float>(rows: x.rows, columns: 2)
    rl_sigmoid(logits.base, logits.base, logits.rows)
    for row in 0..<x.rows {
      result[row, 0] = 1 - logits[row, 0]
      result[row, 1] = logits[row, 0]
    }
    return result
  }

  /// The most likely class of each row, the first of equals.
  package func predict(_ x: Matrix<Float>) -> [Int] {
    let p = probabilities(x)
    return (0..<p.rows).map { row in (0..<p.columns).reduce(0) { p[row, $1] > p[row, $0] ? $1 : $0 } }
  }

  package func save(into checkpoint: inout Checkpoint) {
    LinearModel(weights: weights, intercepts: intercepts).save(into: &checkpoint)
  }

  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  package init(from checkpoint: Checkpoint) throws {
    let linear = try LinearModel(from: checkpoint)
    weights = linear.weights
    intercepts = linear.intercepts
  }

  init(weights: Matrix<Float>, intercepts: [Float]) {
    self.weights = weights
    self.intercepts = intercepts
  }
}
