import Formats
import Settings
import Telemetry

/// The value function's error grows and grows while the return does not (`train/value_loss`, `train/critic_loss`).
///
/// 50 times its early level, the median of its first 10 points, at 10 points in a row. Errors grow with returns in sound
/// runs, so it says nothing while the return keeps half the way from its first to its best value.
package struct LossRises: DebuggerRule {
  package static let name = "LossRises"
  package static let summary = "the value function's error keeps growing while the return does not"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.beginning
  package static let watches: [NamePattern] = [
    .metric(.rolloutEpRewMean), .metric(.trainValueLoss), .metric(.trainCriticLoss),
  ]
  package static let evidence: [NamePattern] = [.metric(.trainValueLoss), .metric(.trainCriticLoss)]
  package static let hyperparameters: [Hyperparameter<LossRises>] = [
    .number("factor", \.factor, .positive, "times the early level"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var factor = 50.0
  package var patience = 10
  private var early = RollingWindow(capacity: 10)
  private var level = 0.0
  private var progress = ReturnProgress()
  private var rising = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 {
      progress.record(point.value, step: point.step)
      return nil
    }
    guard point.value.isFinite else { return nil }
    guard early.isFull else {
      early.append(point.value)
      if early.isFull { level = early.median }
      return nil
    }
    let hasLearnt = progress.level(before: point.step)?.holds(0.5) ?? false
    return rising.verdict(point.value > factor * level && !hasLearnt, patience: patience) { [patience, level] in
      Self.finding(
        point, .error,
        evidence: "\(point.metric) is \(rounded(point.value)), \(rounded(point.value / level)) times its early level"
          + patience.pointsInARow,
        meaning: "The values move away from what they are trained towards.",
        advice: ["check the signs of the losses and of the update", .lower("learning_rate")])
    }
  }
}
