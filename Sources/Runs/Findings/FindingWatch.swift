import Debugger
import Settings
import Telemetry
import Tracker

/// The debugger of a run that is being written, and what it has found that nobody has acted on yet.
package final class FindingWatch: PointObserver {
  private let settings: DebuggerSettings
  private let parameters: [String: HyperparameterValue]
  private var debugger: RuleEngine
  /// An ongoing finding is reported again but counted once.
  private var known: Set<Finding.Identity> = []
  /// All of the run as it is shown, but for what is about time.
  package private(set) var found: [Finding] = []
  private var fresh: [Finding] = []

  /// `parameters` are the run's hyperparameters. Throws where the settings are not of the rules there are.
  package init(_ settings: DebuggerSettings, parameters: [String: HyperparameterValue]) throws(HyperparameterError) {
    self.settings = settings
    self.parameters = parameters
    debugger = try RuleEngine(settings, parameters: parameters)
  }

  package func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
    let findings = debugger.inspect(metric, value, step: step)
    for finding in findings where known.insert(finding.identity).inserted {
      fresh.append(finding)
      if !metric.isOfTime { found.append(finding) }
    }
    return findings
  }

  package func finish() -> [Finding] { debugger.finish() }

  /// Goes on from where the rules were at the end of `record`; nothing in it is acted on again.
  ///
  /// The rules are as if they had seen it live: what goes on is told when it ends, not now.
  package func takeUp(_ record: RunRecord) throws(HyperparameterError) {
    debugger = try RuleEngine(settings, parameters: parameters)
    (known, found) = ([], [])
    RuleEngine.forEachPoint(of: record) { _ = inspect($0, $1, step: $2) }
    fresh = []
  }

  /// What was found since the last call.
  package func takeFresh() -> [Finding] {
    defer { fresh = [] }
    return fresh
  }
}
