import Formats
import Settings
import Telemetry

/// The gradient's norm (`train/grad_norm`) has become too small to learn from.
///
/// Either it is below 1e-7 at 3 points in a row (Amazon's threshold; the patience is ours: one batch may be flat), or it is
/// below 5 % of its early level, the median of its first 10 points, at 20 points in a row. What has been learnt leaves
/// small gradients too, the more so as the value loss makes the early ones large, so it says nothing while the mean
/// return keeps half the way from its first to its best value; without any return only the first part applies.
package struct VanishingGradient: DebuggerRule {
  package static let name = "VanishingGradient"
  package static let summary = "the gradient has become too small to learn from"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.standstill
  package static let amazon: AmazonRule? = AmazonRule(
    "mean magnitude of a gradient below 1e-7",
    ["least": .number(1e-7), "patience": .integer(1), "share": .number(0)])
  package static let watches: [NamePattern] = [.metric(.rolloutEpRewMean), .metric(.trainGradNorm)]
  package static let evidence: [NamePattern] = [.metric(.trainGradNorm)]
  package static let hyperparameters: [Hyperparameter<VanishingGradient>] = [
    .number("least", \.least, .nonNegative, "a norm below this is none"),
    .integer("patience", \.patience, .atLeast(1), "points in a row below it"),
    .number("share", \.share, .unit, "the share of the early level that is left"),
    .integer("share_patience", \.sharePatience, .atLeast(1), "points in a row below that share"),
  ]

  package var least = 1e-7
  package var patience = 3
  package var share = 0.05
  package var sharePatience = 20
  private var zero = Streak()
  private var small = Streak()
  private var early: [Double] = []
  private var earlyLevel = 0.0
  private var progress = ReturnProgress()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 0 {
      progress.record(point.value, step: point.step)
      return nil
    }
    let value = point.value
    guard value.isFinite else { return nil }
    let level = progress.level(before: point.step)
    let hasLearnt = level?.holds(0.5) ?? false
    let none = zero.verdict(value < least && !hasLearnt, patience: patience, subject: "zero") {
      [least, patience] in
      Self.vanished(
        point, .error, "zero",
        "train/grad_norm is \(shortest(value)), below \(rounded(least))\(patience.pointsInARow)")
    }
    if let none { return none }
    if early.count < 10 {
      early.append(value)
      if early.count == 10 { earlyLevel = median(early) }
      return nil
    }
    guard zero.length == 0, let level else { return nil }
    return small.verdict(value < share * earlyLevel && !hasLearnt, patience: sharePatience) {
      [share, sharePatience] in
      Self.vanished(
        point, .warning, "",
        "train/grad_norm is \(rounded(value)), below \(rounded(100 * share)) % of its early \(rounded(earlyLevel))"
          + "\(sharePatience.pointsInARow); rollout/ep_rew_mean is \(rounded(level.current)), at first "
          + "\(rounded(level.first)), at best \(rounded(level.best))")
    }
  }

  private static func vanished(
    _ point: WatchedPoint, _ severity: Finding.Severity, _ subject: String, _ evidence: String
  ) -> Finding {
    Self.finding(
      point, severity, subject: subject, evidence: evidence,
      meaning: "The parameters hardly move any more although the agent has learnt little.",
      advice: [
        "check that rewards differ between actions", .switchOn("normalize"), .lower("learning_rate"),
        .raise("ent_coef"),
      ])
  }
}
