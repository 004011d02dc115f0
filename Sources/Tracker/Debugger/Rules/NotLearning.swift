import Telemetry

/// Most of the budget is used up, and the return is hardly better than at first (`rollout/ep_rew_mean`, `setup/budget`).
///
/// After 80 % of the budget the best return so far is above that of the beginning, the median of the first tenth, by less
/// than 0.2 of its magnitude; sound runs gain 0.26 and more.
public struct NotLearning: DebuggerRule {
  public static let name = "NotLearning"
  public static let summary = "most of the budget is used up, and the return is hardly better than at first"
  public static let scope = RuleScope.agents
  public static let watches: [SeriesPattern] = ["rollout/ep_rew_mean", "setup/budget"]
  public static let hyperparameters: [Hyperparameter<NotLearning>] = [
    .number("gain", \.gain, .nonNegative, "how far above the first return, as a share of its magnitude"),
    .number("share", \.share, .unit, "the share of the budget after which it is judged"),
  ]

  public var gain = 0.2
  public var share = 0.8
  private var budget: Double?
  private var beginning: [Double] = []
  private var best = -Double.infinity
  private var stuck = Streak()

  public init() {}

  public mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if point.pattern == 1 {
      budget = point.value
      return nil
    }
    guard point.value.isFinite else { return nil }
    best = max(best, point.value)
    guard let budget else { return nil }
    if beginning.isEmpty || Double(point.step) <= 0.1 * budget { beginning.append(point.value) }
    guard Double(point.step) >= share * budget else { return nil }
    let first = median(beginning)
    return stuck.verdict(best <= first + gain * abs(first), patience: 1) { [best, share] in
      Self.finding(
        point,
        evidence:
          "after \(rounded(100 * share)) % of the budget the best rollout/ep_rew_mean is \(rounded(best)), and that of the "
          + "beginning was \(rounded(first))",
        meaning: "The agent has learnt next to nothing.",
        advice: "Try learning_rate ten times higher and lower, more exploration, and the agent's 'zoo' preset.")
    }
  }
}
