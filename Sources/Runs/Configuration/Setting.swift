import Debugger
import Settings
import Telemetry
import Tracker

/// A setting of how a run is made, beside the hyperparameters of what learns: how it is evaluated, when it saves, what
/// watches it. List those of a kind of run of your own in its ``RunConfiguration``.
///
/// ```swift
/// struct Simulation {
///   var timeStep = 0.01
///   var keepsFrames = false
///   static let settings: [Setting<Simulation>] = [
///     .number("dt", \.timeStep), .flag("keep-frames", \.keepsFrames, isOfIdentity: false),
///   ]
/// }
/// print(Simulation.settings.map(\.name))  // ["dt", "keep-frames"]
/// ```
///
/// A configuration lists its settings once. What a log keeps of them, how they are read back, and which of them make two
/// configurations different all come from that list.
public struct Setting<Owner>: Sendable {
  public let name: String
  /// As a log keeps it; nil where it keeps nothing.
  let record: @Sendable (Owner) -> HyperparameterValue?
  /// As the configuration's identity has it; nil where it has no part in it.
  let identify: @Sendable (Owner) -> HyperparameterValue?
  let read: @Sendable (inout Owner, RecordedSettings) throws -> Void

  public typealias Path<Value> = WritableKeyPath<Owner, Value> & Sendable

  /// A setting whose value follows from others, or is read by the configuration's initializer.
  package static func derived(
    _ name: String, isOfIdentity: Bool = true, _ record: @escaping @Sendable (Owner) -> HyperparameterValue?
  ) -> Self {
    Setting(name, isOfIdentity, record) { _, _ in }
  }

  /// `identify` where the identity has another value than the log.
  package init(
    _ name: String, record: @escaping @Sendable (Owner) -> HyperparameterValue?,
    identify: @escaping @Sendable (Owner) -> HyperparameterValue?,
    read: @escaping @Sendable (inout Owner, RecordedSettings) throws -> Void
  ) {
    (self.name, self.record, self.identify, self.read) = (name, record, identify, read)
  }

  /// The same, of which a log keeps nothing where there is nothing.
  package func omittedWhereNone() -> Self {
    Setting(
      name,
      record: {
        let value = record($0)
        return value == HyperparameterValue.none ? nil : value
      }, identify: identify, read: read)
  }

  private init(
    _ name: String, _ isOfIdentity: Bool, _ record: @escaping @Sendable (Owner) -> HyperparameterValue?,
    read: @escaping @Sendable (inout Owner, RecordedSettings) throws -> Void
  ) {
    self.init(name, record: record, identify: { isOfIdentity ? record($0) : nil }, read: read)
  }

  /// A whole number that every log has. Reading throws `ConfigurationError` where it is missing.
  public static func integer(_ name: String, _ path: Path<Int>, isOfIdentity: Bool = true) -> Self {
    Setting(name, isOfIdentity, { .integer($0[keyPath: path]) }) { owner, recorded in
      owner[keyPath: path] = try recorded.required(name, recorded.integer)
    }
  }

  /// A whole number that may be absent.
  public static func integer(_ name: String, _ path: Path<Int?>, isOfIdentity: Bool = true) -> Self {
    Setting(name, isOfIdentity, { $0[keyPath: path].map { .integer($0) } ?? HyperparameterValue.none }) {
      owner, recorded in
      owner[keyPath: path] = try recorded.integer(name)
    }
  }

  /// A number that every log has. Reading throws `ConfigurationError` where it is missing.
  public static func number(_ name: String, _ path: Path<Double>, isOfIdentity: Bool = true) -> Self {
    Setting(name, isOfIdentity, { .number($0[keyPath: path]) }) { owner, recorded in
      owner[keyPath: path] = try recorded.required(name, recorded.number)
    }
  }

  /// A number that may be absent.
  public static func number(_ name: String, _ path: Path<Double?>, isOfIdentity: Bool = true) -> Self {
    Setting(name, isOfIdentity, { $0[keyPath: path].map { .number($0) } ?? HyperparameterValue.none }) {
      owner, recorded in
      owner[keyPath: path] = try recorded.number(name)
    }
  }

  /// True or false, in every log. Reading throws `ConfigurationError` where it is missing.
  public static func flag(_ name: String, _ path: Path<Bool>, isOfIdentity: Bool = true) -> Self {
    Setting(name, isOfIdentity, { .flag($0[keyPath: path]) }) { owner, recorded in
      owner[keyPath: path] = try recorded.required(name, recorded.flag)
    }
  }
}

/// What watches a run and acts on it, which trainings and fits have in common.
extension Setting {
  /// The tensors of which everything is recorded: it changes nothing.
  public static func watch(_ path: Path<[NamePattern]>) -> Self {
    Setting("watch", false, { $0[keyPath: path].recorded }) { owner, recorded in
      owner[keyPath: path] = try recorded.patterns("watch")
    }
  }

  /// How often the run is saved, which makes a difference only where it decides how far a rewind goes back.
  public static func saveFrequency(_ plan: Path<LoopPlan>, actions: Path<FindingActions>) -> Self {
    Setting(
      "save-freq", record: { $0[keyPath: plan].saveFrequency.map { .integer($0) } ?? HyperparameterValue.none },
      identify: { $0[keyPath: actions].canRewind ? .integer($0[keyPath: plan].saveSpacing) : nil },
      read: { owner, recorded in owner[keyPath: plan].saveFrequency = try recorded.integer("save-freq") })
  }

  /// The debugger's rules: those that nothing acts on change nothing.
  public static func rules(
    _ rules: Path<DebuggerSettings>, actions: Path<FindingActions>
  ) -> Self {
    Setting(
      "rules", record: { $0[keyPath: rules].recorded },
      identify: { $0[keyPath: actions].isEmpty ? nil : $0[keyPath: rules].recorded },
      read: { owner, recorded in owner[keyPath: rules] = try recorded.debugger("rules") })
  }

  /// What is done when they find something. Commands at a run's end change nothing, nor does how long a command may take.
  public static func actions(_ path: Path<FindingActions>) -> [Self] {
    let names = ["on", "max-rewinds", "command-timeout"]
    return names.map { name in
      Setting(
        name, record: { $0[keyPath: path].settings[name] },
        identify: { name == "command-timeout" ? nil : $0[keyPath: path].settingsOfIdentity[name] },
        read: { owner, recorded in if name == "on" { owner[keyPath: path] = try FindingActions(of: recorded) } })
    }
  }
}
