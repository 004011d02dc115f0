import Formats
import Settings
import Telemetry

/// The variance of a watched tensor is outside of custom bounds (`TENSOR/std`, recorded with `--watch`).
package struct TensorVariance: DebuggerRule {
  package static let name = "TensorVariance"
  package static let summary = "a watched tensor's variance is outside of the user's bounds"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.asked
  package static let amazon: AmazonRule? = AmazonRule("the user's thresholds")
  package static let watches: [NamePattern] = ["*/std"]
  package static let hyperparameters: [Hyperparameter<TensorVariance>] = [
    .optionalNumber("least", \.least, .nonNegative, "the variance at least"),
    .optionalNumber("greatest", \.greatest, .nonNegative, "the variance at most"),
  ]

  package var least: Double?
  package var greatest: Double?
  private var outside = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let variance = point.value * point.value
    let isOutside = least.map { variance < $0 } ?? false || greatest.map { variance > $0 } ?? false
    return outside.verdict(isOutside, patience: 1, at: point) {
      Self.finding(
        point, evidence: "the variance of \(point.subject) is \(rounded(variance))",
        meaning: "It has left the bounds that you specified.", advice: "Act on why these bounds were set.")
    }
  }
}
