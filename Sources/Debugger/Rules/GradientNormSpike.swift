import Formats
import Settings
import Telemetry

/// The gradient's norm has left the level of the training's beginning far behind (`train/grad_norm`).
///
/// The field warns at 3 and calls critical 8 standard deviations over a frozen baseline, of the first 20 points here. Sound
/// runs go up tenfold as returns grow, so that it also takes 100 times the baseline's mean, at 5 points in a row.
package struct GradientNormSpike: DebuggerRule {
  package static let name = "GradientNormSpike"
  package static let summary = "gradients have become far larger than at the beginning"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.numbers
  package static let watches: [NamePattern] = [.metric(.trainGradNorm)]
  package static let hyperparameters: [Hyperparameter<GradientNormSpike>] = [
    .number("deviations", \.deviations, .positive, "standard deviations over the mean of the first 20 points"),
    .number("factor", \.factor, .positive, "times that mean"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var deviations = 8.0
  package var factor = 100.0
  package var patience = 5
  private var baseline = RollingWindow(capacity: 20)
  private var large = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard point.value.isFinite else { return nil }
    guard baseline.isFull else {
      baseline.append(point.value)
      return nil
    }
    let mean = baseline.mean
    let bound = max(mean + deviations * baseline.deviation, factor * mean)
    return large.verdict(point.value > bound, patience: patience) { [patience] in
      Self.finding(
        point,
        evidence:
          "train/grad_norm is \(rounded(point.value)), \(rounded(point.value / mean)) times the mean of its first "
          + "20 points\(patience.pointsInARow)",
        meaning: "The targets of the network diverge, or rewards have become huge.",
        advice: ["scale the rewards", .lower("learning_rate"), .lower("max_grad_norm"), "check the sign of every loss"])
    }
  }
}
