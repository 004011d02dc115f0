import Formats
import Settings
import Telemetry

/// The policy has stopped exploring before the task was solved (`train/entropy_loss`, minus the mean entropy in nats).
///
/// The entropy is below 10 % of its first value, the field's warning level, at 5 points in a row, while the mean return
/// has not kept 90 % of the way from its first to its best value: a solved task may have a certain policy. Without any
/// return it says nothing. Nor does it once an entropy is zero at first or negative: a density's entropy has no floor,
/// so a tenth of it means nothing.
package struct EntropyCollapse: DebuggerRule {
  package static let name = "EntropyCollapse"
  package static let summary = "the policy has stopped exploring before the task was solved"
  package static let scope = RuleScope.policyGradients
  package static let stage = RuleStage.updates
  package static let watches: [NamePattern] = [.metric(.rolloutEpRewMean), .metric(.trainEntropyLoss)]
  package static let evidence: [NamePattern] = [.metric(.trainEntropyLoss)]
  package static let hyperparameters: [Hyperparameter<EntropyCollapse>] = [
    .number("share", \.share, .unit, "the share of the first entropy that is left"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var share = 0.1
  package var patience = 5
  private var first: Double?
  private var isDensity = false
  private var low = Streak()
  private var progress = ReturnProgress()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 {
      progress.record(point.value, step: point.step)
      return nil
    }
    guard point.value.isFinite else { return nil }
    let entropy = -point.value
    let first = first ?? entropy
    self.first = first
    // A hair below zero is rounding.
    if first <= 0 || entropy < -1e-4 { isDensity = true }
    guard !isDensity, let level = progress.level(before: point.step) else { return nil }
    return low.verdict(entropy < share * first && !level.holds(0.9), patience: patience) { [patience, share] in
      Self.finding(
        point,
        evidence: "the policy's entropy is \(rounded(entropy)) nats, below \(rounded(100 * share)) % of its first "
          + "\(rounded(first))\(patience.pointsInARow); rollout/ep_rew_mean is \(rounded(level.current)), at first "
          + "\(rounded(level.first)), at best \(rounded(level.best))",
        meaning:
          "The policy nearly always takes the same action in a state and no longer finds out whether others are better.",
        advice: [.atLeast("ent_coef", 0.01), .lower("learning_rate")])
    }
  }
}
