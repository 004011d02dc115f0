import Formats
import Settings
import Telemetry

/// Most of the samples are clipped (`train/clip_fraction`).
///
/// 0.1 to 0.2 is usual, and the field calls 0.4 critical. A clip range that has been annealed to nearly nothing
/// (`train/clip_range` below `least_range`) clips everything, and is meant to.
package struct ClipFraction: DebuggerRule {
  package static let name = "ClipFraction"
  package static let summary = "updates are so large that most samples are clipped"
  package static let scope = RuleScope.ppo
  package static let stage = RuleStage.updates
  package static let watches: [NamePattern] = [.metric(.trainClipRange), .metric(.trainClipFraction)]
  package static let evidence: [NamePattern] = [.metric(.trainClipFraction)]
  package static let hyperparameters: [Hyperparameter<ClipFraction>] = [
    .number("limit", \.limit, .unit, "the share of samples outside the clip range"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
    .number("least_range", \.leastRange, .nonNegative, "clip ranges below this are not judged"),
  ]

  package var limit = 0.5
  package var patience = 3
  package var leastRange = 0.05
  private var pair = SeriesPair(.trainClipFraction, .trainClipRange)
  private var clipped = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard let (fraction, range) = pair.inspect(point.metric, point.value, step: point.step) else { return nil }
    return clipped.verdict(fraction > limit && range >= leastRange, patience: patience) { [patience] in
      Self.finding(
        point, evidence: "train/clip_fraction is \(rounded(fraction))\(patience.pointsInARow)",
        meaning: "Each iteration moves the policy much further than its samples support.",
        advice: [.lower("learning_rate"), .lower("n_epochs"), .atMost("target_kl", 0.02)])
    }
  }
}
