import Formats
import Settings
import Telemetry

/// A tanh or sigmoid layer sits at its limits (`activations/LAYER/saturated_fraction`, the share of outputs at which the
/// slope is below 1 % of its greatest: |tanh| above 0.995, a sigmoid within 0.0025 of 0 or 1).
///
/// More than half of the outputs at 3 points in a row. Amazon's inputs beyond ±9.5 are where a float's tanh has no slope
/// left at all; learning has stopped long before that. Agents' values and actions saturate their networks' last layers when
/// all goes well (0.5 to 1.0 in sound runs), so that of an agent's layers only the first is judged, and those that were
/// saturated from the start.
package struct SaturatedActivation: DebuggerRule {
  package static let name = "SaturatedActivation"
  package static let summary = "the outputs of a tanh or sigmoid layer sit at their limits"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.updates
  package static let amazon: AmazonRule? = AmazonRule(
    "more than 50 % of a layer, inputs beyond ±9.5 (tanh) or −23 and 17 (sigmoid)",
    ["patience": .integer(1)])
  package static let watches: [NamePattern] = ["activations/*/saturated_fraction"]
  package static let hyperparameters: [Hyperparameter<SaturatedActivation>] = [
    .number("limit", \.limit, .unit, "the share of a layer's outputs"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var limit = 0.5
  package var patience = 3
  private var saturated = Streaks()
  private var startedSoundly = PerSeries(Bool?.none)

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let layer = point.subject
    let startedSoundly = startedSoundly[point] ?? (point.value <= limit)
    self.startedSoundly[point] = startedSoundly
    let isJudged = layer.hasPrefix("layers.") || layer.hasSuffix(".0") || !startedSoundly
    return saturated.verdict(point.value > limit && isJudged, patience: patience, at: point) { [patience] in
      Self.finding(
        point,
        evidence: "\(rounded(100 * point.value)) % of the outputs of \(point.subject) were at the activation's limits"
          + patience.pointsInARow,
        meaning: "There the activation is flat, so hardly any gradient passes through this layer.",
        advice: ["scale the inputs to unit variance", "start with smaller initial weights", .lower("learning_rate")]
      )
    }
  }
}
