import BLASBridge
import Datasets
import Foundation
import Learning
import Settings
import Telemetry

/// Linear models by stochastic gradient descent, a row at a time, of dense or sparse rows: support vector machines, logistic
/// regression, least squares. Names, defaults and updates are those of scikit-learn's SGDClassifier and SGDRegressor; a
/// number to predict is in units of its standard deviation.
package struct StochasticDescent: Configurable {
  package enum Loss: String, CaseIterable, Codable, Sendable {
    case auto, hinge, huber
    case squaredHinge = "squared_hinge"
    case logLoss = "log_loss"
    case modifiedHuber = "modified_huber"
    case squaredError = "squared_error"
    case epsilonInsensitive = "epsilon_insensitive"
  }
  package enum Penalty: String, CaseIterable, Codable, Sendable { case l2, l1, elasticnet, none }
  package enum Rate: String, CaseIterable, Codable, Sendable { case auto, optimal, invscaling, constant, adaptive }

  package var loss = Loss.auto
  package var penalty = Penalty.l2
  package var alpha = 1e-4
  package var l1Ratio = 0.15
  package var fitsIntercept = true
  package var epochs = 1000
  package var tolerance = 1e-3
  package var epsilon = 0.1
  package var rate = Rate.auto
  package var firstRate = 0.01
  package var power: Double?
  package var stopsEarly = false
  package var patience = 5
  package var classWeight = ClassWeight.none
  package var averagesFrom = 0
  package init() {}

  package static let hyperparameters: [Hyperparameter<StochasticDescent>] = [
    .choice("loss", \.loss, "auto: hinge for classes, squared_error for numbers"),
    .choice("penalty", \.penalty, "of large weights"),
    .number("alpha", \.alpha, .nonNegative, "weight of the penalty; optimal rates fall with it"),
    .number("l1_ratio", \.l1Ratio, .unit, "the L1 penalty's share of elasticnet"),
    .flag("fit_intercept", \.fitsIntercept, "scores have a constant term"),
    .integer("max_iter", \.epochs, .atLeast(1), "passes over the training rows, at most"),
    .number("tol", \.tolerance, .nonNegative, "what counts as an improvement of the loss"),
    .number("epsilon", \.epsilon, .nonNegative, "errors that huber and epsilon_insensitive tolerate"),
    .choice("learning_rate", \.rate, "auto: optimal for classes, invscaling for numbers"),
    .number("eta0", \.firstRate, .positive, "the first step size, but for optimal"),
    .optionalNumber(
      "power_t", \.power, .nonNegative, "how fast invscaling falls; null: 0.5 for classes, 0.25 for numbers"),
    .flag("early_stopping", \.stopsEarly, "stop by validation rows, if there are any, with the best epoch's weights"),
    .integer("n_iter_no_change", \.patience, .atLeast(1), "epochs without improvement after which it stops"),
    .choice("class_weight", \.classWeight, "balanced: rows of rare classes count more, so that classes count alike"),
    .integer("average", \.averagesFrom, .atLeast(0), "average the weights from this row on; 0: take the last ones"),
  ]
}

extension StochasticDescent: FittableModel {
  package static let name = "sgd"
  package static let summary = "linear models by stochastic gradient descent, of sparse features too: both tasks"
  package static let tasks: [PredictionTask] = [.classification, .regression]
  package static let form = FeatureForm.sparse
  package static let takesWeights = true
  package var budget: Int { epochs }

  /// Weights with their averages, what the L1 penalty took, and the best ones so far.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    var memory = MemoryEstimate()
    let weights = Double(features + 1) * Double(outputs > 2 ? outputs : 1)
    memory.add("weights", bytes: 8 * weights * 6, lower: "features or classes")
    memory.add("the order of rows", bytes: 16 * Double(rows), lower: "rows")
    return memory
  }

  package func makeLearner(
    _ training: TrainingData, validation: TrainingData?, seed: UInt64
  ) throws -> any FitLearner {
    if training.target.classCount > 0 {
      switch loss {
      case .squaredError, .huber, .epsilonInsensitive:
        throw HyperparameterError(
          "loss=\(loss.rawValue) is for numbers, and the target is a class: take hinge or log_loss")
      default: break
      }
    } else {
      switch loss {
      case .hinge, .squaredHinge, .logLoss, .modifiedHuber:
        throw HyperparameterError(
          "loss=\(loss.rawValue) is for classes, and the target is a number: take squared_error")
      default: break
      }
    }
    if (rate == .optimal || rate == .auto && training.target.classCount > 0) && alpha == 0 {
      throw HyperparameterError("learning_rate=optimal needs an alpha above 0: take learning_rate=constant")
    }
    return StochasticDescentFit(self, training, validation: validation, seed: seed)
  }

  package func fitted(from checkpoint: Checkpoint, features: Int, outputs: Int) throws -> any FittedModel {
    try StochasticDescentModel(from: checkpoint, self, classes: outputs)
  }

  /// Of `loss=auto` that of the task.
  func settledLoss(isClassification: Bool) -> Loss {
    loss == .auto ? isClassification ? .hinge : .squaredError : loss
  }
}

/// The loss of a score p for y, which is 1 or −1, or a number; and its slope.
struct ScoreLoss {
  let kind: StochasticDescent.Loss
  let epsilon: Double

  @inline(__always)
  func value(_ p: Double, _ y: Double) -> Double {
    let z = p * y
    switch kind {
    case .hinge, .auto: return max(0, 1 - z)
    case .squaredHinge: return z < 1 ? (1 - z) * (1 - z) : 0
    case .logLoss: return z > 0 ? log1p(exp(-z)) : log1p(exp(z)) - z
    case .modifiedHuber: return z >= 1 ? 0 : z >= -1 ? (1 - z) * (1 - z) : -4 * z
    case .squaredError: return (p - y) * (p - y) / 2
    case .huber:
      let error = abs(p - y)
      return error <= epsilon ? error * error / 2 : epsilon * error - epsilon * epsilon / 2
    case .epsilonInsensitive: return max(0, abs(p - y) - epsilon)
    }
  }

  @inline(__always)
  func slope(_ p: Double, _ y: Double) -> Double {
    let z = p * y
    switch kind {
    case .hinge, .auto: return z <= 1 ? -y : 0
    case .squaredHinge: return z < 1 ? -2 * y * (1 - z) : 0
    case .logLoss: return -y / (exp(z) + 1)
    case .modifiedHuber: return z >= 1 ? 0 : z >= -1 ? -2 * y * (1 - z) : -4 * y
    case .squaredError: return p - y
    case .huber: return abs(p - y) <= epsilon ? p - y : p > y ? epsilon : -epsilon
    case .epsilonInsensitive: return p - y > epsilon ? 1 : y - p > epsilon ? -1 : 0
    }
  }
}
