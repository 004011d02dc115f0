import Formats
import Settings
import Telemetry

/// The target network is never updated (`train/target_updates` stays 0 while `train/n_updates` grows).
package struct TargetStale: DebuggerRule {
  package static let name = "TargetStale"
  package static let summary = "the target network is never updated"
  package static let scope = RuleScope.valueLearners
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.trainNUpdates), .metric(.trainTargetUpdates)]
  package static let evidence: [NamePattern] = [.metric(.trainTargetUpdates)]
  package static let hyperparameters: [Hyperparameter<TargetStale>] = [
    .integer("updates", \.updates, .atLeast(1), "updates of the network within which one of the target is due")
  ]

  package var updates = 2_500
  private var pair = SeriesPair(.trainTargetUpdates, .trainNUpdates)
  /// When the target was updated last.
  private var last = (targets: 0.0, updates: 0.0)
  private var stale = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard let (targets, updates) = pair.inspect(point.metric, point.value, step: point.step) else { return nil }
    if targets != last.targets { last = (targets, updates) }
    // SAC's target follows the very first update, whatever its interval.
    let holds = targets <= 1 && updates - last.updates >= Double(self.updates) * (1 + targets)
    return stale.verdict(holds, patience: 1) { [last] in
      Self.finding(
        point, .error,
        evidence:
          "the target network has not been updated in \(rounded(updates - last.updates)) updates of the network",
        meaning: "Values are learnt towards those of a network that knows nothing.",
        advice: [.lower("target_update_interval"), "check what it counts: transitions or updates"])
    }
  }
}
