import Telemetry

/// A check of a run's metrics: a pure state machine, so that a live run and its replayed log get the same findings.
///
/// A rule gets the points of the series that it `watches`, step by step. It says when its condition begins to hold, and
/// while it goes on, and may speak again after the condition has gone away. What it says may not depend on the order of
/// different metrics within one step. Its parameters are documented and checked as an agent's hyperparameters are.
public protocol DebuggerRule: Configurable {
  /// The name its findings carry.
  static var name: String { get }
  /// One line: when it speaks.
  static var summary: String { get }
  /// What it can be said of.
  static var scope: RuleScope { get }
  /// The default of the rule of this name in Amazon SageMaker Debugger (its documentation of 2023); nil where it has none.
  static var amazon: String? { get }
  static var watches: [SeriesPattern] { get }
  /// The series that this very rule is asked for: those that all of its kind watch, unless its parameters choose.
  var watched: [SeriesPattern] { get }

  /// Takes the next point; steps never fall.
  mutating func inspect(_ point: WatchedPoint) -> Verdict?
}

extension DebuggerRule {
  public static var amazon: String? { nil }
  public var watched: [SeriesPattern] { Self.watches }

  /// A finding that begins at `point`; of the point's subject unless another is given.
  public static func finding(
    _ point: WatchedPoint, _ severity: Finding.Severity = .warning, subject: String? = nil, evidence: String,
    meaning: String, advice: String
  ) -> Finding {
    Finding(
      rule: Self.name, severity: severity, subject: subject ?? point.subject, step: point.step, evidence: evidence,
      meaning: meaning, advice: advice)
  }
}

/// What a rule can be said of: which trainings record what it watches.
public enum RuleScope: String, Sendable, CaseIterable {
  case anyRun = "any run"
  case networks = "fits of networks and agents with networks"
  case fits = "supervised fits"
  case classifiers = "fits of classifiers"
  case agents = "agents"
  case policyGradients = "agents with a policy gradient (ppo, a2c, reinforce)"
  case ppo = "ppo"
  case valueLearners = "agents with a replay buffer (dqn, sac, td3, ddpg)"
}

/// A point of a series that a rule watches.
public struct WatchedPoint: Sendable {
  let series: WatchedSeries
  public let value: Double
  public let step: Int

  public var metric: Metric { series.metric }
  /// The series' number in its run, from 0.
  var number: Int { series.number }
  /// The place in `watched` of the pattern that the metric's name matches.
  public var pattern: Int { series.pattern }
  /// What the pattern's star stands for: a layer, a class; empty without one.
  public var subject: String { series.subject }
}

/// A series as a rule watches it; an object, so that a point of it is passed on without copying its names.
final class WatchedSeries: Sendable {
  let metric: Metric
  let number: Int
  let pattern: Int
  let subject: String

  init(_ metric: Metric, number: Int, pattern: Int, subject: String) {
    (self.metric, self.number, self.pattern, self.subject) = (metric, number, pattern, subject)
  }
}

/// What a rule says of a point.
public enum Verdict: Sendable, Hashable {
  case begins(Finding)
  /// The condition of the last finding on this subject holds at this point too.
  case goesOn(subject: String)
}

/// Counts how many times in a row a condition has held.
public struct Streak: Sendable {
  public private(set) var length = 0

  public init() {}

  /// The finding begins once the condition has held `patience` times in a row, and goes on while it holds.
  public mutating func verdict(
    _ holds: Bool, patience: Int, subject: String = "", _ finding: () -> Finding
  ) -> Verdict? {
    length = holds ? length + 1 : 0
    if length == patience { return .begins(finding()) }
    return length > patience ? .goesOn(subject: subject) : nil
  }
}

/// What a rule keeps of each of the series that it watches, of layers or classes perhaps.
public struct PerSeries<Value: Sendable>: Sendable {
  private let initial: Value
  /// By the series' number.
  private var values: [Value] = []

  public init(_ initial: Value) { self.initial = initial }

  public subscript(point: WatchedPoint) -> Value {
    get { point.number < values.count ? values[point.number] : initial }
    set {
      while values.count <= point.number { values.append(initial) }
      values[point.number] = newValue
    }
  }
}

/// A streak for every series.
public struct Streaks: Sendable {
  private var streaks = PerSeries(Streak())

  public init() {}

  /// As a `Streak`'s, of the series of `point`; the finding's subject is the point's unless another is given.
  public mutating func verdict(
    _ holds: Bool, patience: Int, at point: WatchedPoint, subject: String? = nil, _ finding: () -> Finding
  ) -> Verdict? {
    streaks[point].verdict(holds, patience: patience, subject: subject ?? point.subject, finding)
  }
}

extension Int {
  /// ` at 3 points in a row`, or nothing for a patience of one.
  var pointsInARow: String { self == 1 ? "" : " at \(self) points in a row" }
}
