import Formats
import Settings
import Telemetry

/// What the agent observes has moved away from what it observed at first (`inputs/mean_shift`, the greatest distance of a
/// column's mean from its mean over the first thousand rows, in the deviations of those).
///
/// An agent that learns goes where it had not been: sound runs shift by up to 25 deviations of the few first states. It
/// speaks of more, and of a jump: at 2 points in a row above 30, and twice the greatest shift of the points before.
package struct InputShift: DebuggerRule {
  package static let name = "InputShift"
  package static let summary = "the distribution of the observations has shifted"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.inputsMeanShift)]
  package static let hyperparameters: [Hyperparameter<InputShift>] = [
    .number("least", \.least, .positive, "standard deviations below which nothing is a shift"),
    .number("factor", \.factor, .positive, "times the greatest shift before"),
    .integer("patience", \.patience, .atLeast(1), "points in a row"),
  ]

  package var least = 30.0
  package var factor = 2.0
  package var patience = 2
  private var greatest: Double?
  private var shifted = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard point.value.isFinite else { return nil }
    let before = greatest
    let holds = before.map { point.value > max(least, factor * $0) } ?? false
    if !holds { greatest = max(before ?? 0, point.value) }
    return shifted.verdict(holds, patience: patience) { [patience] in
      Self.finding(
        point,
        evidence: "a column of the observations is \(rounded(point.value)) standard deviations from its first mean, "
          + "and was at most \(rounded(before ?? 0)) before\(patience.pointsInARow)",
        meaning: "The environment or a sensor has changed: what was learnt may no longer hold.",
        advice: "Compare the observations before and after; scale them, or train on after the change.")
    }
  }
}
