import Formats
import Settings
import Telemetry

/// Nothing was recorded for long (`time/time_elapsed`, seconds since the start or the last resumption).
package struct StalledTraining: DebuggerRule {
  package static let name = "StalledTraining"
  package static let summary = "the training stalled for a long time"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.outcome
  package static let amazon: AmazonRule? = AmazonRule("no step for 1,800 seconds", ["seconds": .number(1_800)])
  package static let watches: [NamePattern] = [.metric(.timeTimeElapsed)]
  package static let hyperparameters: [Hyperparameter<StalledTraining>] = [
    .number("seconds", \.seconds, .positive, "between two iterations")
  ]

  package var seconds = 1_800.0
  private var last: Double?
  private var stalled = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    defer { last = point.value }
    // After a resumption the clock starts anew.
    guard let last, point.value >= last else { return nil }
    return stalled.verdict(point.value - last > seconds, patience: 1) {
      Self.finding(
        point, evidence: "\(rounded(point.value - last)) seconds went by between two iterations",
        meaning: "The machine was suspended or overloaded, or the environment hung.",
        advice: "Look at 'rlrun profile' for what took the time.")
    }
  }
}
