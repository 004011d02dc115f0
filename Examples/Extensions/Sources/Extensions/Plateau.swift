import Debugger
import Settings
import Telemetry

/// A debugger rule of one's own: the best return has not risen for many episodes.
struct Plateau: DebuggerRule {
  static let name = "Plateau"
  static let summary = "the best return stays where it is"
  static let scope = RuleScope.agents
  static let stage = RuleStage.asked
  static let watches: [NamePattern] = ["train/best_return"]
  static let hyperparameters: [Hyperparameter<Plateau>] = [
    .integer("episodes", \.episodes, .atLeast(1), "without a better one")
  ]

  var episodes = 20
  private var best = -Double.infinity
  private var still = Streak()

  mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let isBetter = point.value > best
    best = max(best, point.value)
    return still.verdict(!isBetter, patience: episodes) {
      Finding(
        rule: Self.name, severity: .warning, step: point.step,
        evidence: "train/best_return has been \(best) for \(episodes) episodes",
        meaning: "No random change of the weights is an improvement any more.", advice: "Stop, or change the noise.")
    }
  }
}
