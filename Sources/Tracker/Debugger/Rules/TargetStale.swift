import Telemetry

/// The target network is never updated (`train/target_updates` stays 0 while `train/n_updates` grows).
public struct TargetStale: DebuggerRule {
  public static let name = "TargetStale"
  public static let summary = "the target network is never updated"
  public static let scope = RuleScope.valueLearners
  public static let watches: [SeriesPattern] = ["train/n_updates", "train/target_updates"]
  public static let hyperparameters: [Hyperparameter<TargetStale>] = [
    .integer("updates", \.updates, .atLeast(1), "updates of the network within which one of the target is due")
  ]

  public var updates = 2_500
  private var pair = SeriesPair("train/target_updates", "train/n_updates")
  private var stale = Streak()

  public init() {}

  public mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard let (targets, updates) = pair.inspect(point.metric, point.value, step: point.step) else { return nil }
    return stale.verdict(targets == 0 && updates >= Double(self.updates), patience: 1) {
      Self.finding(
        point, .error,
        evidence: "the target network has not been updated in \(rounded(updates)) updates of the network",
        meaning: "Values are learnt towards those of a network that knows nothing.",
        advice: "Lower target_update_interval; check that it counts what you think, transitions or updates.")
    }
  }
}
