import Foundation
import Settings

/// A deviance of positive predictions, whose logarithm the score is.
protocol LogarithmicObjective: PointwiseObjective {
  var name: String { get }
  /// Whether a target of 0 is allowed.
  var takesZero: Bool { get }
}

extension LogarithmicObjective {
  func prediction(_ score: Double) -> Double { exp(score) }

  /// Of the mean; a mean of 0 is taken for next to nothing.
  func initialScores(_ rows: TargetRows) -> [Double] { [log(max(rows.mean, 1e-30))] }

  func check(_ rows: TargetRows) throws(HyperparameterError) {
    guard let wrong = rows.values.first(where: { takesZero ? !($0 >= 0) : !($0 > 0) }) else { return }
    throw HyperparameterError(
      "the objective '\(name)' takes targets \(takesZero ? "≥" : ">") 0, and one is \(wrong): use regression or huber")
  }
}

/// The deviance of Poisson's distribution, halved. Second derivatives are larger than they are, for smaller steps.
struct Poisson: LogarithmicObjective {
  var step: Double
  var name: String { "poisson" }
  var takesZero: Bool { true }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let mean = exp(score)
    let loss = target > 0 ? target * (log(target) - score) - (target - mean) : mean
    return (loss, mean - target, exp(score + step))
  }
}

/// The deviance of the gamma distribution, halved.
struct Gamma: LogarithmicObjective {
  var name: String { "gamma" }
  var takesZero: Bool { false }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let ratio = target * exp(-score)
    return (ratio - 1 - log(target) + score, 1 - ratio, ratio)
  }
}

/// The deviance of Tweedie's distribution with a variance of the mean to this power, from 1 to 2, halved.
struct Tweedie: LogarithmicObjective {
  var power: Double
  var name: String { "tweedie" }
  var takesZero: Bool { true }
  func derivatives(_ score: Double, _ target: Double) -> (loss: Double, gradient: Double, hessian: Double) {
    let (low, high) = (exp((1 - power) * score), exp((2 - power) * score))
    let constant = target > 0 ? pow(target, 2 - power) / ((1 - power) * (2 - power)) : 0
    return (
      constant - target * low / (1 - power) + high / (2 - power), high - target * low,
      (2 - power) * high - (1 - power) * target * low
    )
  }
}
