import Formats

/// The value of a hyperparameter as people write it in YAML, on a command line and in a log.
public enum HyperparameterValue: Hashable, Sendable {
  case flag(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case integers([Int])
  case none
}

/// One hyperparameter of `Owner`: name, meaning, domain, and how it is read and written.
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

  /// The same hyperparameter of what holds an `Owner` at `path`: settings that several configurations share list theirs
  /// once.
  public func at<Whole>(_ path: WritableKeyPath<Whole, Owner> & Sendable) -> Hyperparameter<Whole> {
    Hyperparameter<Whole>(
      name: name, meaning: meaning, domain: domain, get: { get($0[keyPath: path]) },
      set: { whole, value throws(HyperparameterError) in try set(&whole[keyPath: path], value) })
  }
}

/// A value a hyperparameter does not take.
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
