import Formats

/// The numbers that a hyperparameter accepts. Use one of the named ones, or `atLeast`, when you list a hyperparameter.
///
/// ```swift
/// print(Bounds.unit.contains(0.99), Bounds.positive.contains(0))  // true false
/// print(Bounds.atLeast(1))  // ≥ 1
/// ```
public struct Bounds: Sendable, Hashable, CustomStringConvertible {
  public let description: String
  private let lower: Double
  /// Whether `low` itself is accepted.
  public let lowIsIncluded: Bool
  private let upper: Double

  /// nil where numbers go as low as they like.
  public var low: Double? { lower.isFinite ? lower : nil }
  /// The highest number; nil where they go as high as they like.
  public var high: Double? { upper < .greatestFiniteMagnitude ? upper : nil }

  private init(_ description: String, from lower: Double, included: Bool = true, to upper: Double) {
    self.description = description
    self.lower = lower
    lowIsIncluded = included
    self.upper = upper
  }

  public static let finite = Bounds("any number", from: -.infinity, included: false, to: .greatestFiniteMagnitude)
  public static let positive = Bounds("> 0", from: 0, included: false, to: .greatestFiniteMagnitude)
  public static let nonNegative = Bounds("≥ 0", from: 0, to: .greatestFiniteMagnitude)
  public static let unit = Bounds("0 to 1", from: 0, to: 1)
  package static let half = Bounds("0 to 0.5", from: 0, to: 0.5)

  /// Whole numbers from `lower` on that say how many of something there are, or how often. They end at `limit`, where no
  /// computation has a use for more; what a size needs of memory is judged where it is known.
  public static func atLeast(_ lower: Int, limit: Int = mostSteps) -> Bounds {
    Bounds("≥ \(lower)", from: Double(lower), to: Double(limit))
  }

  /// 10¹⁵: the most steps, epochs and repetitions. At a million a second they take 30 years, and sums and products with a
  /// few thousand stay far from the end of `Int`.
  public static let mostSteps = 1_000_000_000_000_000
  /// The most rows that are numbered by 32 bits: those of a segment.
  public static let mostRows = Int(Int32.max)
  /// The widest layer of a network, and the most layers.
  public static let mostUnits = 65_536
  public static let mostLayers = 64
  /// The most environments that are stepped together.
  public static let mostEnvironments = 1_000_000

  public func contains(_ value: Double) -> Bool {
    (lowIsIncluded ? value >= lower : value > lower) && value <= upper
  }

  /// What is to be said to who gave a number outside, `takes a number ≥ 1`; `given` is the number, if it is one.
  fileprivate func demand(_ given: Double?) -> String {
    if let given, given > upper, upper != .greatestFiniteMagnitude, description.hasPrefix("≥") {
      return "takes a number up to \(Int(exactly: upper).map { "\($0)" } ?? shortest(upper))"
    }
    return description.hasPrefix("any") ? "takes any finite number" : "takes a number \(description)"
  }
}

/// The kinds of hyperparameters there are.
extension Hyperparameter {
  public typealias Path<Value> = WritableKeyPath<Owner, Value> & Sendable

  /// A number within `bounds`.
  public static func number(
    _ name: String, _ path: Path<Double>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, domain: .real(bounds), get: { .number($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = try value.number(for: name, in: bounds)
      })
  }

  /// A number that may be absent, written `null`.
  public static func optionalNumber(
    _ name: String, _ path: Path<Double?>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, domain: .optional(.real(bounds)),
      get: { $0[keyPath: path].map { .number($0) } ?? .none },
      set: { owner, value throws(HyperparameterError) in
        if value == .none {
          owner[keyPath: path] = nil
        } else {
          owner[keyPath: path] = try value.number(for: name, in: bounds)
        }
      })
  }

  /// A whole number within `bounds`.
  public static func integer(
    _ name: String, _ path: Path<Int>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, domain: .integer(bounds), get: { .integer($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = try value.integer(for: name, in: bounds)
      })
  }

  /// True or false.
  public static func flag(_ name: String, _ path: Path<Bool>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, domain: .flag, get: { .flag($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        guard case .flag(let flag) = value else {
          throw HyperparameterError("'\(name)' takes true or false, not \(value)")
        }
        owner[keyPath: path] = flag
      })
  }

  /// A list of whole numbers from 1 to `Bounds.mostUnits`, which may be empty: the widths of hidden layers.
  public static func widths(_ name: String, _ path: Path<[Int]>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, domain: .widths, get: { .integers($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        guard case .integers(let widths) = value, widths.allSatisfy({ $0 >= 1 }) else {
          throw HyperparameterError("'\(name)' takes a list of whole numbers ≥ 1, as [64, 64], not \(value)")
        }
        guard widths.allSatisfy({ $0 <= Bounds.mostUnits }), widths.count <= Bounds.mostLayers else {
          throw HyperparameterError(
            "'\(name)' takes at most \(Bounds.mostLayers) layers of at most \(Bounds.mostUnits) units, not \(value)")
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
      name: name, meaning: meaning, domain: .choice(names),
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

  /// The value as a number within `bounds`; a whole number will do, `100k` too.
  public func number(for name: String, in bounds: Bounds) throws(HyperparameterError) -> Double {
    guard let number = asNumber else {
      throw HyperparameterError("'\(name)' takes a number (\(bounds)), not \(self)")
    }
    guard bounds.contains(number) else {
      throw HyperparameterError("'\(name)' \(bounds.demand(number)), not \(self)")
    }
    // A log keeps no sign of zero.
    return number == 0 ? 0 : number
  }

  /// The value as a whole number within `bounds`.
  public func integer(for name: String, in bounds: Bounds) throws(HyperparameterError) -> Int {
    // Exactly, where a Double is not.
    if case .integer(let value) = self, bounds.contains(Double(value)) { return value }
    guard let integer = Int(exactly: try number(for: name, in: bounds)) else {
      throw HyperparameterError("'\(name)' takes a whole number, not \(self)")
    }
    return integer
  }

  private var asNumber: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    // To YAML `100k` is a word.
    case .text(let text): wholeNumber(text).map(Double.init)
    case .flag, .integers, .none: nil
    }
  }
}
