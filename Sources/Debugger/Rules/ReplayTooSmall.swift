import Formats
import Settings
import Telemetry

/// The replay buffer remembers too little (`replay/capacity`).
///
/// A buffer of the last few episodes holds nearly the same transitions many times over, so that updates forget what the
/// others were like (Zhang and Sutton 2017, "A Deeper Look at Experience Replay").
package struct ReplayTooSmall: DebuggerRule {
  package static let name = "ReplayTooSmall"
  package static let summary = "the replay buffer is too small"
  package static let scope = RuleScope.valueLearners
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.replayCapacity)]
  package static let hyperparameters: [Hyperparameter<ReplayTooSmall>] = [
    .integer("least", \.least, .atLeast(1), "transitions")
  ]

  package var least = 1_000
  private var small = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    small.verdict(point.value < Double(least), patience: 1) {
      Self.finding(
        point, evidence: "the replay buffer holds \(rounded(point.value)) transitions at most",
        meaning: "It holds the last few episodes only, so that updates forget what others were like.",
        advice: [.atLeast("buffer_size", 10_000)])
    }
  }
}
