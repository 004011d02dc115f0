import Formats

/// The value of a hyperparameter as people write it in YAML, on a command line and in a log. Use it to set hyperparameters by
/// name, and to read those of a recorded run.
///
/// ```swift
/// let values: [String: HyperparameterValue] = [
///   "learning_rate": .number(3e-4), "n_steps": .integer(128), "net_arch": .integers([64, 64]), "target_kl": .none,
/// ]
/// print(values["net_arch"]!)  // [64, 64]
/// print(try values["n_steps"]!.integer(for: "n_steps", in: .atLeast(1)))  // 128
/// ```
public enum HyperparameterValue: Hashable, Sendable {
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case integers([Int])
  case none
}

/// One hyperparameter of `Owner`: name, meaning, domain, and how it is read and written. Make them with `number`, `integer`,
/// `flag`, `choice` and `widths`; the initializer is for values of other types.
///
/// ```swift
/// struct Settings: Configurable {
///   enum Form: String, CaseIterable { case plain, nesterov }
///   var momentum = 0.9
///   var form = Form.plain
///   var layers = [64, 64]
///   static let hyperparameters: [Hyperparameter<Settings>] = [
///     .number("momentum", \.momentum, .unit, "share of the last step that is kept"),
///     .choice("form", \.form, "where the gradient is taken"),
///     .widths("net_arch", \.layers, "widths of the hidden layers"),
///   ]
/// }
/// print(Settings.documentation.map(\.range))  // ["0 to 1", "plain, nesterov", "a list of whole numbers ≥ 1"]
/// ```
///
/// A configuration lists its hyperparameters once; parsing, range checks, documentation, the record in the log and the
/// configuration hash all come from that list.
public struct Hyperparameter<Owner>: Sendable {
  /// The field's name for it, `learning_rate`.
  public let name: String
  /// One line.
  public let meaning: String
  public let domain: Domain
  public let get: @Sendable (Owner) -> HyperparameterValue
  /// Throws `HyperparameterError` when the value has the wrong type or is out of range.
  public let set: @Sendable (inout Owner, HyperparameterValue) throws(HyperparameterError) -> Void
  /// What else the field calls it: a value may be given by any of these, and is recorded by its name.
  package private(set) var aliases: [String] = []
  /// Whether there were configurations before it was there, which did what its default does.
  package private(set) var isLater = false

  public init(
    name: String, meaning: String, domain: Domain, get: @escaping @Sendable (Owner) -> HyperparameterValue,
    set: @escaping @Sendable (inout Owner, HyperparameterValue) throws(HyperparameterError) -> Void
  ) {
    self.name = name
    self.meaning = meaning
    self.domain = domain
    self.get = get
    self.set = set
  }

  /// The same with other names, by which a value may be given too.
  package func also(_ names: String...) -> Self {
    var named = self
    named.aliases = names
    return named
  }

  /// The same, added to what had runs: with its default it is no part of a configuration's identity, so that runs from before
  /// remain of the same configuration.
  package func later() -> Self {
    var later = self
    later.isLater = true
    return later
  }

  /// The same hyperparameter of what holds an `Owner` at `path`: settings that several configurations share list theirs
  /// once.
  public func at<Whole>(_ path: WritableKeyPath<Whole, Owner> & Sendable) -> Hyperparameter<Whole> {
    var placed = Hyperparameter<Whole>(
      name: name, meaning: meaning, domain: domain, get: { get($0[keyPath: path]) },
      set: { whole, value throws(HyperparameterError) in try set(&whole[keyPath: path], value) })
    (placed.aliases, placed.isLater) = (aliases, isLater)
    return placed
  }
}

/// A value that a hyperparameter does not take, or a hyperparameter that is unknown, in one sentence. Throw it from the
/// `validate` of an agent's configuration; catch it to show the sentence.
///
/// ```swift
/// func requireEven(_ count: Int) throws(HyperparameterError) {
///   if count % 2 != 0 { throw HyperparameterError("n_envs must be even, not \(count)") }
/// }
/// do { try requireEven(3) } catch { print(error.sentence) }  // n_envs must be even, not 3
/// ```
public struct HyperparameterError: UserFacingError, Hashable, Sendable {
  public var description: String
  public var status: FailureStatus { .badUsage }
  public init(_ description: String) { self.description = description }
}

/// As JSON a value is the scalar or array a person would write; `none` is null.
extension HyperparameterValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([Int].self) {
      self = .integers(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .integers(let value): try container.encode(value)
    case .none: try container.encodeNil()
    }
  }
}
