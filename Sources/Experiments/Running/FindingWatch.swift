import Telemetry
import Tracker

/// The debugger of a run that is being written, and what it has found that nobody has acted on yet.
final class FindingWatch: PointObserver {
  private struct Identity: Hashable {
    var rule: String
    var step: Int
  }

  private var debugger = Debugger()
  /// A finding that goes on is told again; it counts once.
  private var known: Set<Identity> = []
  /// All of the run as it is shown.
  private(set) var found: [Finding] = []
  private var fresh: [Finding] = []

  func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
    let findings = debugger.inspect(metric, value, step: step)
    for finding in findings where isNew(finding) { fresh.append(finding) }
    return findings
  }

  /// Goes on from where the rules were at the end of `record`; nothing in it is acted on again.
  func takeUp(_ record: RunRecord) {
    debugger = Debugger()
    (known, found, fresh) = ([], [], [])
    for finding in debugger.replay(record) { _ = isNew(finding) }
  }

  /// What was found since the last call.
  func takeFresh() -> [Finding] {
    defer { fresh = [] }
    return fresh
  }

  private func isNew(_ finding: Finding) -> Bool {
    guard known.insert(Identity(rule: finding.rule, step: finding.step)).inserted else { return false }
    found.append(finding)
    return true
  }
}
