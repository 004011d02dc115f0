import Formats
import Settings
import Telemetry

/// The replay buffer remembers too little (`replay/capacity`).
///
/// A buffer of the last few episodes holds nearly the same transitions many times over, so that updates forget what the
/// others were like (Zhang and Sutton 2017, "A Deeper Look at Experience Replay").
public struct ReplayTooSmall: DebuggerRule {
  public static let name = "ReplayTooSmall"
  public static let summary = "the replay buffer remembers too little"
  public static let scope = RuleScope.valueLearners
  public static let stage = RuleStage.input
  public static let watches: [NamePattern] = [.metric(.replayCapacity)]
  public static let hyperparameters: [Hyperparameter<ReplayTooSmall>] = [
    .integer("least", \.least, .atLeast(1), "transitions")
  ]

  public var least = 1_000
  private var small = Streak()

  public init() {}

  public mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    small.verdict(point.value < Double(least), patience: 1) {
      Self.finding(
        point, evidence: "the replay buffer holds \(rounded(point.value)) transitions at most",
        meaning: "It holds the last few episodes only, so that updates forget what others were like.",
        advice: [.atLeast("buffer_size", 10_000)])
    }
  }
}
