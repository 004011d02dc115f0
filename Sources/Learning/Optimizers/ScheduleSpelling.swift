import Formats
import Settings
import Telemetry

// How people write a schedule: in YAML, on a command line, in a log.

extension Hyperparameter {
  /// A number for a constant, or a schedule: `lin_0.001`, `cos_0.001`, `warmup_0.1_cos_0.001`,
  /// `steps_0:0.001,0.5:0.0001`, `points_0:0.001,1:0.0001`. Every number in it lies in `bounds`.
  public static func schedule(
    _ name: String, _ path: Path<Schedule>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, domain: .schedule(bounds),
      get: { $0[keyPath: path].hyperparameterValue },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = try parsedSchedule(value, for: name, in: bounds)
      })
  }

  /// A schedule that may be absent, written `null`.
  public static func optionalSchedule(
    _ name: String, _ path: Path<Schedule?>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, domain: .optional(.schedule(bounds)),
      get: { $0[keyPath: path]?.hyperparameterValue ?? .none },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = value == .none ? nil : try parsedSchedule(value, for: name, in: bounds)
      })
  }
}

extension Schedule: CustomStringConvertible {
  /// As it is written: `0.001`, `warmup_0.1_lin_0.001`.
  public var description: String {
    func list(_ points: [Point]) -> String {
      points.map { "\(shortest($0.fraction)):\(shortest($0.value))" }.joined(separator: ",")
    }
    return switch self {
    case .constant(let value): "\(value)"
    case .linear(let start): "lin_\(start)"
    case .cosine(let start): "cos_\(start)"
    case .warmup(let fraction, let then): "warmup_\(fraction)_\(then)"
    case .steps(let points): "steps_\(list(points))"
    case .points(let points): "points_\(list(points))"
    }
  }

  fileprivate var hyperparameterValue: HyperparameterValue {
    if case .constant(let value) = self { .number(value) } else { .text(description) }
  }
}

extension HyperparameterValue {
  /// The value times `factor`: a whole number rounded, a schedule with every number of it multiplied; nil for others.
  package func scaled(by factor: Double) -> HyperparameterValue? {
    switch self {
    case .number(let value): .number(value * factor)
    case .integer(let value): Int(exactly: (Double(value) * factor).rounded()).map { .integer($0) }
    case .text:
      (try? parsedSchedule(self, for: "", in: .finite))?.scaled(by: factor).hyperparameterValue
    case .flag, .integers, .none: nil
    }
  }
}

private func parsedSchedule(
  _ value: HyperparameterValue, for name: String, in bounds: Bounds
) throws(HyperparameterError) -> Schedule {
  guard case .text(let text) = value else { return .constant(try value.number(for: name, in: bounds)) }
  return try ScheduleParser(name: name, bounds: bounds).parse(text)
}

/// Reads schedules for the hyperparameter `name`, whose numbers lie in `bounds`.
private struct ScheduleParser {
  let name: String
  let bounds: Bounds

  private static let examples = [
    "lin": "lin_0.001", "cos": "cos_0.001", "warmup": "warmup_0.1_cos_0.001", "steps": "steps_0:0.001,0.5:0.0001",
    "points": "points_0:0.001,1:0.0001",
  ]

  func parse(_ text: String) throws(HyperparameterError) -> Schedule {
    let (kind, rest) = split(text)
    switch kind {
    case "lin": return .linear(try start(rest, text))
    case "cos": return .cosine(try start(rest, text))
    case "steps": return .steps(try points(rest, text))
    case "points": return .points(try points(rest, text))
    case "warmup": return try warmup(rest, text)
    default:
      let kinds = Self.examples.keys.sorted()
      let guess = didYouMean(kind, among: kinds) ?? ""
      let examples = kinds.compactMap { Self.examples[$0] }.joined(separator: ", ")
      throw HyperparameterError(
        "'\(name)' takes a number \(bounds) or a schedule (\(examples)), not \(text)\(guess)")
    }
  }

  /// `lin_0.1` is `lin` and `0.1`.
  private func split(_ text: String) -> (kind: String, rest: String) {
    let parts = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  private func start(_ number: String, _ text: String) throws(HyperparameterError) -> Double {
    let kind = split(text).kind
    guard let value = Double(number), bounds.contains(value) else {
      throw HyperparameterError("'\(name)' takes a number \(bounds) after \(kind)_, as \(example(kind)), not \(text)")
    }
    return value
  }

  private func warmup(_ rest: String, _ text: String) throws(HyperparameterError) -> Schedule {
    let (number, then) = split(rest)
    guard let fraction = Double(number), fraction > 0, fraction < 1, !then.isEmpty else {
      throw HyperparameterError(
        "'\(name)' takes a fraction between 0 and 1 and a schedule after warmup_, as \(example("warmup")), not \(text)")
    }
    if let value = Double(then) {
      return .warmup(
        fraction: fraction, then: .constant(try HyperparameterValue.number(value).number(for: name, in: bounds)))
    }
    guard split(then).kind != "warmup" else {
      throw HyperparameterError("'\(name)' takes one warm-up, not one after another: \(text)")
    }
    return .warmup(fraction: fraction, then: try parse(then))
  }

  private func points(_ list: String, _ text: String) throws(HyperparameterError) -> [Schedule.Point] {
    let kind = split(text).kind
    var points: [Schedule.Point] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
      guard numbers.count == 2, let fraction = Double(numbers[0]), let value = Double(numbers[1]),
        bounds.contains(value)
      else {
        throw HyperparameterError(
          "'\(name)' takes FRACTION:NUMBER pairs after \(kind)_, numbers \(bounds), as \(example(kind)), not \(text)")
      }
      points.append(Schedule.Point(at: fraction, value))
    }
    let fractions = points.map(\.fraction)
    guard fractions[0] == 0, zip(fractions, fractions.dropFirst()).allSatisfy({ $0 < $1 }), fractions.last! <= 1 else {
      throw HyperparameterError(
        "'\(name)' takes fractions of the training that start at 0, rise and end by 1, not \(text)")
    }
    return points
  }

  private func example(_ kind: String) -> String { Self.examples[kind] ?? kind }
}
