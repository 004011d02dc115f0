import Settings
import Telemetry

/// A layer's weights, or their gradient, are all zero (`weights/LAYER/norm`, `gradients/LAYER/norm`).
///
/// Weights: one point is enough, since it comes after an update. A gradient: several points in a row, because one batch
/// may be fitted exactly.
package struct AllZero: DebuggerRule {
  package static let name = "AllZero"
  package static let summary = "all weights of a layer are 0, or all of their gradient"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.updates
  package static let amazon: AmazonRule? = AmazonRule("100 % of a tensor is 0, at once", ["patience": .integer(1)])
  package static let watches: [NamePattern] = ["weights/*/norm", "gradients/*/norm"]
  package static let hyperparameters: [Hyperparameter<AllZero>] = [
    .integer("patience", \.patience, .atLeast(1), "points in a row at which a gradient is 0")
  ]

  package var patience = 3
  private var zeroWeights = Streaks()
  private var zeroGradients = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 {
      return zeroWeights.verdict(point.value == 0, patience: 1, at: point) {
        Self.finding(
          point, .error, evidence: "all weights of \(point.subject) are 0",
          meaning: "The layer passes nothing on, and its units are all alike and would stay so.",
          advice: "Start from random weights: orthogonal, Kaiming's for ReLU, or Xavier's for tanh.")
      }
    }
    return zeroGradients.verdict(point.value == 0, patience: patience, at: point, subject: point.metric.name) {
      [patience] in
      Self.finding(
        point, .error, subject: point.metric.name,
        evidence: "the gradient by the weights of \(point.subject) was 0\(patience.pointsInARow)",
        meaning: "Nothing of the loss reaches this layer, so it does not learn.",
        advice: ["look at the layers after it for dead units or weights of zero", .lower("learning_rate")])
    }
  }
}
