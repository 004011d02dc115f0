import Formats
import Settings
import Telemetry

/// Many units of a ReLU layer never fire (`activations/LAYER/dead_fraction`, the share that is 0 on a whole batch).
///
/// More than half of the layer at 3 points in a row; an error where it is all of it, since then nothing passes in either
/// direction. Sound agents have up to 0.75 in layers after the first (DQN in CartPole), so that those may have 0.8.
package struct DeadRelu: DebuggerRule {
  package static let name = "DeadRelu"
  package static let summary = "many units of a ReLU layer are 0 for every input"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.updates
  package static let amazon: AmazonRule? = AmazonRule(
    "more than 50 % of a layer",
    ["patience": .integer(1), "later_limit": .number(0.5)])
  package static let watches: [NamePattern] = ["activations/*/dead_fraction"]
  package static let hyperparameters: [Hyperparameter<DeadRelu>] = [
    .number("limit", \.limit, .unit, "the share of a layer's units"),
    .number("later_limit", \.laterLimit, .unit, "the same, of an agent's layers after the first"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var limit = 0.5
  package var laterLimit = 0.8
  package var patience = 3
  private var dead = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let isUsual = point.subject.hasPrefix("layers.") || point.subject.hasSuffix(".0")
    let bound = isUsual ? limit : laterLimit
    return dead.verdict(point.value > bound, patience: patience, at: point) { [patience] in
      let isAll = point.value == 1
      return Self.finding(
        point, isAll ? .error : .warning,
        evidence: "\(rounded(100 * point.value)) % of the units of \(point.subject) were 0 on a whole batch"
          + patience.pointsInARow,
        meaning: isAll
          ? "Nothing passes through this layer, and no gradient comes back, so what is before it cannot learn."
          : "These units give nothing and get no gradient, so the network is smaller than it looks.",
        advice: ["start again with another activation: gelu, silu and tanh do not die", .lower("learning_rate")])
    }
  }
}
