import Telemetry

/// A hyperparameter that may change as a training goes on.
public enum Schedule: Sendable, Hashable {
  case constant(Double)
  /// From this value at the start to 0 at the end, linearly; written `lin_0.001`.
  case linear(Double)

  /// The value when `remaining` (1 … 0) of the training is left.
  public func value(remaining: Double) -> Double {
    switch self {
    case .constant(let value): value
    case .linear(let start): start * remaining
    }
  }

  /// The value at the start.
  public var start: Double { value(remaining: 1) }
}

extension Hyperparameter {
  /// A number, or `lin_NUMBER` for one that falls linearly to 0.
  public static func schedule(
    _ name: String, _ path: Path<Schedule>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, range: "\(bounds), or lin_NUMBER",
      get: { scheduleValue($0[keyPath: path]) },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = try parsedSchedule(value, for: name, in: bounds)
      })
  }

  /// A schedule that may be absent, written `null`.
  public static func optionalSchedule(
    _ name: String, _ path: Path<Schedule?>, _ bounds: Bounds, _ meaning: String
  ) -> Self {
    Self(
      name: name, meaning: meaning, range: "\(bounds), lin_NUMBER, or null",
      get: { $0[keyPath: path].map(scheduleValue) ?? .none },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = value == .none ? nil : try parsedSchedule(value, for: name, in: bounds)
      })
  }
}

private func scheduleValue(_ schedule: Schedule) -> HyperparameterValue {
  switch schedule {
  case .constant(let value): .number(value)
  case .linear(let start): .text("lin_\(start)")
  }
}

private func parsedSchedule(
  _ value: HyperparameterValue, for name: String, in bounds: Bounds
) throws(HyperparameterError) -> Schedule {
  guard case .text(let text) = value else { return .constant(try value.number(for: name, in: bounds)) }
  guard text.hasPrefix("lin_"), let start = Double(text.dropFirst(4)), bounds.contains(start) else {
    throw HyperparameterError("'\(name)' takes a number \(bounds) or lin_NUMBER, as lin_0.001, not \(text)")
  }
  return .linear(start)
}
