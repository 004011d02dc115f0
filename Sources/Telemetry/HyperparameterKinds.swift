/// The numbers a hyperparameter accepts.
public struct Bounds: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  private let lower: Double
  private let lowerIsIncluded: Bool
  private let upper: Double

  private init(_ description: String, from lower: Double, included: Bool, to upper: Double) {
    self.description = description
    self.lower = lower
    lowerIsIncluded = included
    self.upper = upper
  }

  public static let finite = Bounds("any number", from: -.infinity, included: false, to: .greatestFiniteMagnitude)
  public static let positive = Bounds("> 0", from: 0, included: false, to: .greatestFiniteMagnitude)
  public static let nonNegative = Bounds("≥ 0", from: 0, included: true, to: .greatestFiniteMagnitude)
  public static let unit = Bounds("0 to 1", from: 0, included: true, to: 1)
  public static func atLeast(_ lower: Int) -> Bounds {
    Bounds("≥ \(lower)", from: Double(lower), included: true, to: .greatestFiniteMagnitude)
  }

  public func contains(_ value: Double) -> Bool {
    (lowerIsIncluded ? value >= lower : value > lower) && value <= upper
  }
}

/// The kinds of hyperparameters there are.
extension Hyperparameter {
  public typealias Path<Value> = WritableKeyPath<Owner, Value> & Sendable

  public static func number(
    _ name: String, _ path: Path<Double>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, range: bounds.description, get: { .number($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = try value.number(for: name, in: bounds)
      })
  }

  /// A number that may be absent, written `null`.
  public static func optionalNumber(
    _ name: String, _ path: Path<Double?>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, range: "\(bounds), or null",
      get: { $0[keyPath: path].map { .number($0) } ?? .none },
      set: { owner, value throws(HyperparameterError) in
        if value == .none {
          owner[keyPath: path] = nil
        } else {
          owner[keyPath: path] = try value.number(for: name, in: bounds)
        }
      })
  }

  public static func integer(
    _ name: String, _ path: Path<Int>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, range: bounds.description, get: { .integer($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = try value.integer(for: name, in: bounds)
      })
  }

  public static func flag(_ name: String, _ path: Path<Bool>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, range: "true or false", get: { .flag($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        guard case .flag(let flag) = value else {
          throw HyperparameterError("'\(name)' takes true or false, not \(value)")
        }
        owner[keyPath: path] = flag
      })
  }

  /// A list of whole numbers of at least 1, which may be empty: the widths of hidden layers.
  public static func widths(_ name: String, _ path: Path<[Int]>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, range: "a list of whole numbers ≥ 1", get: { .integers($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        guard case .integers(let widths) = value, widths.allSatisfy({ $0 >= 1 }) else {
          throw HyperparameterError("'\(name)' takes a list of whole numbers ≥ 1, as [64, 64], not \(value)")
        }
        owner[keyPath: path] = widths
      })
  }

  /// One of a few names.
  public static func choice<Choice: CaseIterable & RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ path: Path<Choice>, _ meaning: String
  ) -> Self {
    let names = Choice.allCases.map(\.rawValue)
    return Self(
      name: name, meaning: meaning, range: names.joined(separator: ", "),
      get: { .text($0[keyPath: path].rawValue) },
      set: { owner, value throws(HyperparameterError) in
        guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
          throw HyperparameterError("'\(name)' takes one of \(names.joined(separator: ", ")), not \(value)")
        }
        owner[keyPath: path] = choice
      })
  }
}

extension HyperparameterValue: CustomStringConvertible {
  /// As it would be written in YAML.
  public var description: String {
    switch self {
    case .flag(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    case .integers(let value): "\(value)"
    case .none: "null"
    }
  }

  /// The value as a number within `bounds`; a whole number will do.
  public func number(for name: String, in bounds: Bounds) throws(HyperparameterError) -> Double {
    let number: Double
    switch self {
    case .number(let value): number = value
    case .integer(let value): number = Double(value)
    default: throw HyperparameterError("'\(name)' takes a number (\(bounds)), not \(self)")
    }
    guard bounds.contains(number) else {
      throw HyperparameterError("'\(name)' takes a number \(bounds), not \(self)")
    }
    // A log keeps no sign of zero.
    return number == 0 ? 0 : number
  }

  /// The value as a whole number within `bounds`.
  public func integer(for name: String, in bounds: Bounds) throws(HyperparameterError) -> Int {
    guard let integer = Int(exactly: try number(for: name, in: bounds)) else {
      throw HyperparameterError("'\(name)' takes a whole number, not \(self)")
    }
    return integer
  }
}
