import Formats
import Settings
import Telemetry

/// An iteration took far longer than those before it (`time/time_elapsed`).
///
/// More than 3 standard deviations over the mean of the last 100, and 3 times that mean. Shared machines have such
/// moments, so this is for those who ask.
package struct StepOutlier: DebuggerRule {
  package static let name = "StepOutlier"
  package static let summary = "an iteration took far longer than those before it"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.asked
  package static let amazon: AmazonRule? = AmazonRule("3 standard deviations", ["deviations": .number(3)])
  package static let watches: [NamePattern] = [.metric(.timeTimeElapsed)]
  package static let hyperparameters: [Hyperparameter<StepOutlier>] = [
    .number("deviations", \.deviations, .positive, "standard deviations over the mean"),
    .number("factor", \.factor, .positive, "times the mean"),
  ]

  package var deviations = 3.0
  package var factor = 3.0
  private var last: Double?
  private var window = RollingWindow(capacity: 100)
  private var slow = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    defer { last = point.value }
    guard let last, point.value >= last else { return nil }
    let seconds = point.value - last
    defer { window.append(seconds) }
    guard window.count >= 20 else { return nil }
    let mean = window.mean
    let bound = max(mean + deviations * window.deviation, factor * mean)
    return slow.verdict(seconds > bound, patience: 1) {
      Self.finding(
        point, evidence: "an iteration took \(rounded(seconds)) s; those before it \(rounded(mean)) s on average",
        meaning: "Something else wanted the processor or the disk, or the environment was slow.",
        advice: "Look at 'rlrun profile' for what took the time.")
    }
  }
}
