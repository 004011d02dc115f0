import Telemetry
import Tracker

/// The debugger of a run that is being written, and what it has found that nobody has acted on yet.
final class FindingWatch: PointObserver {
  private let settings: DebuggerSettings
  private let parameters: [String: HyperparameterValue]
  private var debugger: Debugger
  /// A finding that goes on is told again; it counts once.
  private var known: Set<Finding.Identity> = []
  /// All of the run as it is shown.
  private(set) var found: [Finding] = []
  private var fresh: [Finding] = []

  /// `parameters` are the run's hyperparameters. Throws where the settings are not of the rules there are.
  init(_ settings: DebuggerSettings, parameters: [String: HyperparameterValue]) throws(HyperparameterError) {
    self.settings = settings
    self.parameters = parameters
    debugger = try Debugger(settings, parameters: parameters)
  }

  func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
    let findings = debugger.inspect(metric, value, step: step)
    for finding in findings where isNew(finding) { fresh.append(finding) }
    return findings
  }

  func finish() -> [Finding] { debugger.finish() }

  /// Goes on from where the rules were at the end of `record`; nothing in it is acted on again.
  func takeUp(_ record: RunRecord) throws(HyperparameterError) {
    debugger = try Debugger(settings, parameters: parameters)
    (known, found, fresh) = ([], [], [])
    for finding in debugger.replay(record) { _ = isNew(finding) }
  }

  /// What was found since the last call.
  func takeFresh() -> [Finding] {
    defer { fresh = [] }
    return fresh
  }

  private func isNew(_ finding: Finding) -> Bool {
    guard known.insert(finding.identity).inserted else { return false }
    // Replayed ones tell already how long they went on.
    var told = finding
    told.lastStep = told.step
    found.append(told)
    return true
  }
}
