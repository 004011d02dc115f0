import Settings
import Telemetry

/// A check of a run's metrics: a pure state machine, so that a live run and its replayed log get the same findings. Conform to it
/// for a rule that a condition, `train/grad_norm > 50 for 10 points`, cannot express.
///
/// ```swift
/// import Settings
/// import Telemetry
///
/// struct Overheating: DebuggerRule {
///   static let name = "Overheating"
///   static let summary = "the room is too hot"
///   static let scope = RuleScope.anyRun
///   static let stage = RuleStage.asked
///   static let watches: [NamePattern] = ["room/*/temperature"]
///   static let hyperparameters: [Hyperparameter<Overheating>] = []
///   private var hot = Streaks()
///
///   mutating func inspect(_ point: WatchedPoint) -> Verdict? {
///     hot.verdict(point.value > 30, patience: 3, at: point) {
///       Finding(
///         rule: Self.name, severity: .warning, subject: point.subject, step: point.step, evidence: "\(point.value) °C",
///         meaning: "The heater does not switch off.", advice: "Look at its controller.")
///     }
///   }
/// }
/// ```
///
/// A rule gets the points of the series that it `watches`, step by step. It returns a verdict when its condition begins to
/// hold, and while it holds, and may fire again after the condition has gone away. Its findings may not depend on the order of
/// different metrics within one step. Its parameters are documented and checked as an agent's hyperparameters are.
public protocol DebuggerRule: Configurable {
  /// The name its findings carry.
  static var name: String { get }
  /// One line: when it fires.
  static var summary: String { get }
  /// What it can be said of.
  static var scope: RuleScope { get }
  /// Where its findings stand between cause and effect. Every rule says it: there is no default, so that none is forgotten.
  static var stage: RuleStage { get }
  /// Whether it watches runs by default: all rules do but those of the stage `asked`, unless a rule says otherwise.
  static var isDefault: Bool { get }
  /// Its counterpart in Amazon SageMaker Debugger, which makes it one of the set `sagemaker`; nil without one.
  static var amazon: AmazonRule? { get }
  static var watches: [NamePattern] { get }
  /// The series that this very rule is asked for: those that all of its kind watch, unless its parameters choose.
  var watched: [NamePattern] { get }
  /// The series that show what it finds, the most telling first: all that it watches but those recorded once, unless a rule
  /// says otherwise.
  static var evidence: [NamePattern] { get }

  /// Takes the next point; steps never fall.
  mutating func inspect(_ point: WatchedPoint) -> Verdict?
}

extension DebuggerRule {
  public static var amazon: AmazonRule? { nil }
  public static var isDefault: Bool { stage != .asked }
  public var watched: [NamePattern] { Self.watches }
  public static var evidence: [NamePattern] {
    watches.filter { pattern in !["setup/", "data/"].contains { pattern.description.hasPrefix($0) } }
  }
  /// As `evidence`; a rule whose series are chosen shows those.
  package var shown: [NamePattern] { watched == Self.watches ? Self.evidence : watched }

  /// A finding that begins at `point`; of the point's subject unless another is given.
  package static func finding(
    _ point: WatchedPoint, _ severity: Finding.Severity = .warning, subject: String? = nil, evidence: String,
    meaning: String, advice: Advice
  ) -> Finding {
    Finding(
      rule: Self.name, severity: severity, subject: subject ?? point.subject, step: point.step, evidence: evidence,
      meaning: meaning, advice: advice.sentence(for: point.parameters))
  }
}

/// Where a rule's findings stand in the chain from causes to effects: those of an earlier stage explain those of a later. A rule
/// of your own states its stage; `asked` where its findings explain nothing else.
///
/// ```swift
/// print(RuleStage.input < RuleStage.outcome)  // true
/// ```
public enum RuleStage: Int, Sendable, CaseIterable, Comparable {
  /// What comes in: data, observations, rewards, the experience that is learnt from.
  case input
  /// How the networks begin, and values that run away from what they are to predict.
  case beginning
  /// What updates do to the policy and the networks.
  case updates
  /// Numbers that are out of bounds.
  case numbers
  /// A policy or a network that no longer moves.
  case standstill
  /// What comes out.
  case outcome
  /// What many sound runs have too, and a user's own conditions and rules: they explain nothing.
  case asked

  public static func < (a: RuleStage, b: RuleStage) -> Bool { a.rawValue < b.rawValue }
}

/// The rule of the same purpose in Amazon SageMaker Debugger (its documentation of 2023). A rule with one is part of the set
/// `sagemaker`.
///
/// ```swift
/// let overfit = AmazonRule("a gap of 0.1 between validation and training loss", ["patience": .integer(1)])
/// print(overfit.threshold)  // a gap of 0.1 between validation and training loss
/// ```
public struct AmazonRule: Sendable, Hashable {
  /// Its default threshold, in words.
  public var threshold: String
  /// The parameters with which ours judges by that threshold; the others keep our defaults.
  public var parameters: [String: HyperparameterValue]

  public init(_ threshold: String, _ parameters: [String: HyperparameterValue] = [:]) {
    (self.threshold, self.parameters) = (threshold, parameters)
  }
}

/// The runs that a rule applies to: those that record what it watches.
///
/// ```swift
/// func rules(for scope: RuleScope) -> [String] { RuleCatalogue.all.filter { $0.scope == scope }.map { $0.name } }
/// ```
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

/// A point of a series that a rule watches, with the run's hyperparameters: what `DebuggerRule.inspect` gets.
///
/// ```swift
/// func isAboveTarget(_ point: WatchedPoint) -> Bool {
///   guard case .number(let target)? = point.parameters["target_kl"] else { return false }
///   return point.metric == "train/approx_kl" && point.value > 2 * target
/// }
/// ```
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
  /// The run's hyperparameters as it started; empty where they are not known.
  public var parameters: [String: HyperparameterValue] { series.parameters }
}

/// A series as a rule watches it; an object, so that a point of it is passed on without copying its names.
final class WatchedSeries: Sendable {
  let metric: Metric
  let number: Int
  let pattern: Int
  let subject: String
  let parameters: [String: HyperparameterValue]

  init(
    _ metric: Metric, number: Int, pattern: Int, subject: String, parameters: [String: HyperparameterValue]
  ) {
    (self.metric, self.number, self.pattern, self.subject) = (metric, number, pattern, subject)
    self.parameters = parameters
  }
}

/// What a rule says of a point: a finding begins, or the last one on a subject goes on. ``Streak`` and ``Streaks`` make them.
///
/// ```swift
/// func subject(of verdict: Verdict) -> String {
///   switch verdict {
///   case .begins(let finding): finding.subject
///   case .goesOn(let subject): subject
///   }
/// }
/// ```
public enum Verdict: Sendable, Hashable {
  case begins(Finding)
  /// The condition of the last finding on this subject holds at this point too.
  case goesOn(subject: String)
}

/// Counts how many times in a row a condition has held. Use it in a rule that watches one series, so that a single odd point is
/// no finding.
///
/// ```swift
/// import Telemetry
///
/// var low = Streak()
/// let finding = Finding(rule: "Low", severity: .warning, step: 3, evidence: "-1", meaning: "It is low.", advice: "Wait.")
/// print([1.0, -1, -1].map { low.verdict($0 < 0, patience: 2) { finding } != nil })  // [false, false, true]
/// ```
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

/// The state that a rule keeps for each of the series it watches: of layers or classes perhaps.
///
/// ```swift
/// struct Minima {
///   private var lowest = PerSeries(Double.infinity)
///   mutating func take(_ point: WatchedPoint) { lowest[point] = min(lowest[point], point.value) }
/// }
/// ```
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

/// A ``Streak`` for every series. Use it in a rule whose pattern matches several, such as `weights/*/norm`.
///
/// ```swift
/// import Telemetry
///
/// struct Growth {
///   private var large = Streaks()
///   mutating func inspect(_ point: WatchedPoint) -> Verdict? {
///     large.verdict(point.value > 1_000, patience: 5, at: point) {
///       Finding(
///         rule: "Growth", severity: .warning, subject: point.subject, step: point.step, evidence: "\(point.value)",
///         meaning: "The weights grow.", advice: "Lower the learning rate.")
///     }
///   }
/// }
/// ```
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
