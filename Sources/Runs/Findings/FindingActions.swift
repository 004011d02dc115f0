import Debugger
import Foundation
import Learning
import Settings
import Telemetry
import Tracker

/// What a run does when the debugger finds something, or when it has ended, as `--on WHAT=ACTION` says it.
///
/// ```swift
/// var actions = try FindingActions(["any=stop", "ExplodingTensor=rewind"])
/// actions.maximumRewinds = 2
/// ```
public struct FindingActions: Sendable, Hashable {
  /// What an action is for.
  package enum Subject: Sendable, Hashable {
    case any
    case severity(Finding.Severity)
    /// The rule of this name.
    case rule(String)
    /// No finding, but that the run has ended so: finished, failed or interrupted.
    case ending(RunStatus)

    func includes(_ finding: Finding) -> Bool {
      switch self {
      case .ending: false
      case .any: true
      case .severity(let severity): finding.severity == severity
      case .rule(let name): finding.rule == name
      }
    }
  }

  package enum Action: Sendable, Hashable {
    /// Say it in the progress output.
    case warn
    /// Finish the run.
    case stop
    /// Save a checkpoint.
    case checkpoint
    /// Hand the finding to a shell command.
    case run(String)
    /// Go back to the last healthy checkpoint and on with these changes.
    case rewind([RewindChange])
  }

  package struct Entry: Sendable, Hashable {
    /// `WHAT=ACTION` as it was written.
    package var text: String
    package var subject: Subject
    package var action: Action
  }

  package private(set) var entries: [Entry] = []
  /// The run stops at the finding that would need one more.
  public var maximumRewinds = 3
  /// Seconds after which a command is killed.
  public var commandTimeout = 30.0

  /// No action at all.
  public init() {}

  /// Reads `WHAT=ACTION` texts, where WHAT is `any`, `warning`, `error` or one of `rules`, or, with a command, `finished`,
  /// `failed` or `interrupted`.
  ///
  /// Throws `ConfigurationError` for what is not known, with the nearest name.
  public init(_ texts: [String], rules: [String] = FindingActions.ruleNames) throws(ConfigurationError) {
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw ConfigurationError("'--on \(text)' is not of the form WHAT=ACTION, as error=stop")
      }
      let subject = try Self.subject(String(text[..<equals]), rules)
      let action = try Self.action(String(text[text.index(after: equals)...]))
      if case .ending = subject {
        guard case .run = action else {
          throw ConfigurationError("--on \(text[..<equals]) takes a command, as \(text[..<equals])=run:./mail.sh")
        }
      }
      entries.append(Entry(text: text, subject: subject, action: action))
    }
  }

  /// The rules that actions can be for: the debugger's, and the trainer's own for a policy that has diverged.
  public static var ruleNames: [String] {
    RuleCatalogue.all.map { $0.name } + [ConditionRule.name, nonFiniteAction]
  }

  /// What `--on` and a rewind call an action that is not finite. No rule of the debugger finds it, which sees metrics only.
  package static let nonFiniteAction = "NonFiniteAction"

  /// Whether nothing is done on any finding: what is done at the end changes nothing of the run.
  package var isEmpty: Bool { onFindings.isEmpty }
  private var onFindings: [Entry] { entries.filter { if case .ending = $0.subject { false } else { true } } }
  /// Whether any action goes back to a checkpoint.
  package var canRewind: Bool { entries.contains { $0.rewind != nil } }

  package mutating func removeCommands() {
    entries.removeAll { if case .run = $0.action { true } else { false } }
  }

  func entries(for finding: Finding) -> [Entry] { entries.filter { $0.subject.includes(finding) } }

  /// What is run when the run has ended so.
  func commands(for ending: RunStatus) -> [String] {
    entries.compactMap { entry in
      if entry.subject == .ending(ending), case .run(let command) = entry.action { command } else { nil }
    }
  }

  private static func subject(_ text: String, _ rules: [String]) throws(ConfigurationError) -> Subject {
    if text == "any" { return .any }
    if let severity = Finding.Severity(rawValue: text) { return .severity(severity) }
    if rules.contains(text) { return .rule(text) }
    let endings = [RunStatus.finished, .failed, .interrupted]
    if let ending = endings.first(where: { $0.rawValue == text }) { return .ending(ending) }
    let known = ["any"] + Finding.Severity.allCases.map(\.rawValue) + endings.map(\.rawValue) + rules
    let guess = didYouMean(text, among: known) ?? "; there are \(known.joined(separator: ", "))"
    throw ConfigurationError(
      "--on takes a rule, warning, error, any, finished, failed or interrupted before the '=', not '\(text)'\(guess)")
  }

  private static func action(_ text: String) throws(ConfigurationError) -> Action {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.dropFirst().first) {
    case ("warn", nil): return .warn
    case ("stop", nil): return .stop
    case ("checkpoint", nil): return .checkpoint
    case ("rewind", nil): return .rewind(RewindChange.usual)
    case ("rewind", let changes?): return .rewind(try RewindChange.parse(changes))
    case ("run", let command?) where !command.allSatisfy(\.isWhitespace): return .run(command)
    case ("run", _): throw ConfigurationError("--on takes a command after 'run:', as error=run:./mail.sh")
    case ("warn", _), ("stop", _), ("checkpoint", _):
      throw ConfigurationError("the action '\(parts[0])' stands alone in --on, not as '\(text)'")
    default:
      let known = ["warn", "stop", "checkpoint", "rewind", "run"]
      let guess = didYouMean(parts[0], among: known) ?? ""
      throw ConfigurationError(
        "--on takes warn, stop, checkpoint, rewind, rewind:CHANGES or run:COMMAND after the '=', not '\(text)'\(guess)")
    }
  }
}

extension FindingActions.Entry {
  package var rewind: [RewindChange]? { if case .rewind(let changes) = action { changes } else { nil } }
}

/// One change that a rewind makes to the run. `usual` is what `rewind` alone means.
///
/// ```swift
/// print(RewindChange.usual == [.scale("learning_rate", by: 0.5), .seed])  // true
/// ```
public enum RewindChange: Sendable, Hashable {
  /// A hyperparameter times a number; a schedule as a whole.
  case scale(String, by: Double)
  case set(String, to: HyperparameterValue)
  /// The generators that the agent draws from go on with other streams.
  case seed

  /// What `rewind` means alone.
  public static let usual: [RewindChange] = [.scale("learning_rate", by: 0.5), .seed]

  /// Reads `learning_rate*0.5,ent_coef=0.01,seed`.
  static func parse(_ text: String) throws(ConfigurationError) -> [RewindChange] {
    var changes: [RewindChange] = []
    // A comma belongs to a value in `steps_0:0.1,0.5:0.01`: a change begins where a name does.
    for part in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      if let first = part.first, !first.isLetter, case .set(let name, to: .text(let value))? = changes.last {
        changes[changes.count - 1] = .set(name, to: .text(value + "," + part))
      } else {
        changes.append(try change(part))
      }
    }
    return changes
  }

  private static func change(_ text: String) throws(ConfigurationError) -> RewindChange {
    if text == "seed" { return .seed }
    guard let sign = text.firstIndex(where: { $0 == "*" || $0 == "=" }), sign != text.startIndex else {
      throw ConfigurationError(
        "a rewind changes NAME*FACTOR, NAME=VALUE or seed, as rewind:learning_rate*0.5,seed, not '\(text)'")
    }
    let (name, value) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
    if text[sign] == "=" { return .set(name, to: try YAMLValues.value(value, source: "--on rewind")) }
    guard let factor = Double(value), factor.isFinite else {
      throw ConfigurationError("a rewind multiplies '\(name)' by a number, as \(name)*0.5, not by '\(value)'")
    }
    return .scale(name, by: factor)
  }
}

extension [RewindChange] {
  package var movesSeed: Bool { contains(.seed) }

  /// What becomes of an agent's hyperparameters. Throws for a name it does not have and for what cannot be multiplied.
  package func applied(
    to values: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> [String: HyperparameterValue] {
    var result = values
    for change in self {
      switch change {
      case .seed: break
      case .scale(let name, let factor):
        let value = try Self.value(name, in: result)
        guard let scaled = value.scaled(by: factor) else {
          throw HyperparameterError("a rewind cannot multiply '\(name)', which is \(value): give it a value, \(name)=…")
        }
        result[name] = scaled
      case .set(let name, let value):
        _ = try Self.value(name, in: result)
        result[name] = value
      }
    }
    return result
  }

  private static func value(
    _ name: String, in values: [String: HyperparameterValue]
  ) throws(HyperparameterError) -> HyperparameterValue {
    guard let value = values[name] else {
      throw HyperparameterError(unknownName: name, kind: "hyperparameter", among: values.keys.sorted() + ["seed"])
    }
    return value
  }
}

/// As they are in a run's record.
extension FindingActions {
  /// Settings by their command-line names; none where there is no action.
  package var settings: [String: HyperparameterValue] { settings(of: entries) }

  /// Those that may change what a run comes to.
  var settingsOfIdentity: [String: HyperparameterValue] { settings(of: onFindings) }

  private func settings(of entries: [Entry]) -> [String: HyperparameterValue] {
    if entries.isEmpty { return [:] }
    return [
      "on": .json(entries.map(\.text)), "max-rewinds": .integer(maximumRewinds),
      "command-timeout": .number(commandTimeout),
    ]
  }

  package init(of settings: RecordedSettings) throws {
    guard let texts = try settings.decoded("on", as: [String].self) else {
      self.init()
      return
    }
    try self.init(texts)
    if let count = try settings.integer("max-rewinds") { maximumRewinds = count }
    if let seconds = try settings.number("command-timeout") { commandTimeout = seconds }
  }
}
