import Formats
import Settings
import Telemetry

/// A training waits more than it works (`time/waiting` beside the phases it is part of: `time/environment` and so on).
///
/// More than half of the time of the last 20 reports. A shared machine has that too, so this is for those who ask.
package struct Bottleneck: DebuggerRule {
  package static let name = "Bottleneck"
  package static let summary = "a training waits for a disk or a processor more than it works"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.asked
  package static let amazon: AmazonRule? = AmazonRule("CPUBottleneck, IOBottleneck: more than 50 % of the time waiting")
  package static let watches: [NamePattern] = [
    .metric(.timeWaiting), "time/environment", "time/policy", "time/update", "time/logging", "time/evaluation",
    "time/checkpoint", .metric(.timeOther),
  ]
  package static let hyperparameters: [Hyperparameter<Bottleneck>] = [
    .number("share", \.share, .unit, "the share of the time"),
    .integer("reports", \.reports, .atLeast(1), "the last reports that are looked at together"),
  ]

  package var share = 0.5
  package var reports = 20
  private var phases = SeriesGroup()
  private var waits: [Double] = []
  private var times: [Double] = []
  /// Of the report that is not complete yet.
  private var waiting = 0.0
  private var slow = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    var verdict: Verdict?
    if let report = phases.record(point) {
      waits.append(waiting)
      times.append(report.reduce(-waiting) { $0 + $1.value })
      waiting = 0
      if waits.count > reports {
        waits.removeFirst()
        times.removeFirst()
      }
      verdict = judge(point)
    }
    if point.pattern == 0 { waiting = point.value }
    return verdict
  }

  private mutating func judge(_ point: WatchedPoint) -> Verdict? {
    let (waited, all) = (waits.reduce(0, +), times.reduce(0, +))
    return slow.verdict(waits.count == reports && waited > share * all, patience: 1) {
      Self.finding(
        point, subject: "",
        evidence: "\(rounded(100 * waited / all)) % of the time of the last \(reports) reports was spent waiting",
        meaning: "The training's thread did not run: it waited for the disk, or others had its processor.",
        advice: "Train fewer seeds side by side, save checkpoints less often, and see 'rlrun profile'.")
    }
  }
}
