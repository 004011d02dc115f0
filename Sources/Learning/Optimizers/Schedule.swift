import Foundation

/// A hyperparameter that may change as a training goes on: a learning rate, a clip range. List it with
/// `Hyperparameter.schedule`, and ask for its value before each update.
///
/// ```swift
/// let rate = Schedule.warmup(fraction: 0.1, then: .linear(0.001))
/// print(rate)  // warmup_0.1_lin_0.001
/// print(Schedule.linear(0.001).value(remaining: 0.25))  // 0.00025
/// print(Schedule.steps([.init(at: 0, 0.001), .init(at: 0.5, 0.0001)]).value(remaining: 0.4))  // 0.0001
/// ```
///
/// Fractions are of the whole training: 0 at its start, 1 at its end.
public indirect enum Schedule: Sendable, Hashable {
  case constant(Double)
  /// From this value at the start to 0 at the end, linearly.
  case linear(Double)
  /// From this value at the start to 0 at the end along half a cosine (Loshchilov and Hutter 2017, equation 5, without
  /// restarts): slow, fast, slow.
  case cosine(Double)
  /// From 0 to the first value of `then` over the first `fraction`, linearly; `then` has the rest as its whole training.
  case warmup(fraction: Double, then: Schedule)
  /// Each value from its fraction up to the next one's.
  case steps([Point])
  /// Straight lines from each value to the next one, and the last value from there on.
  case points([Point])

  /// A value at a fraction of the training, in a list of `steps` or `points`.
  ///
  /// ```swift
  /// let warmup = Schedule.points([.init(at: 0, 0), .init(at: 0.1, 0.001), .init(at: 1, 0)])
  /// print(warmup.start, warmup)  // 0.0 points_0:0,0.1:0.001,1:0
  /// ```
  public struct Point: Sendable, Hashable {
    public var fraction: Double
    public var value: Double

    public init(at fraction: Double, _ value: Double) {
      self.fraction = fraction
      self.value = value
    }
  }

  /// The value when `remaining` (1 … 0) of the training is left.
  ///
  /// - Precondition: a list of points starts at fraction 0, rises and ends by 1; a warm-up's fraction is between 0 and 1.
  public func value(remaining: Double) -> Double {
    switch self {
    case .constant(let value): value
    case .linear(let start): start * remaining
    case .cosine(let start): start * (1 - cos(.pi * remaining)) / 2
    case .warmup(let fraction, let then):
      1 - remaining < fraction
        ? then.start * (1 - remaining) / fraction : then.value(remaining: remaining / (1 - fraction))
    case .steps(let points): points[Self.last(of: points, by: 1 - remaining)].value
    case .points(let points): Self.interpolate(points, at: 1 - remaining)
    }
  }

  /// The schedule whose value is always `factor` times this one's.
  public func scaled(by factor: Double) -> Schedule {
    func scaled(_ points: [Point]) -> [Point] { points.map { Point(at: $0.fraction, $0.value * factor) } }
    return switch self {
    case .constant(let value): .constant(value * factor)
    case .linear(let start): .linear(start * factor)
    case .cosine(let start): .cosine(start * factor)
    case .warmup(let fraction, let then): .warmup(fraction: fraction, then: then.scaled(by: factor))
    case .steps(let points): .steps(scaled(points))
    case .points(let points): .points(scaled(points))
    }
  }

  /// The value at the start; of a warm-up 0.
  public var start: Double { value(remaining: 1) }

  /// The index of the last point that `done` reaches.
  private static func last(of points: [Point], by done: Double) -> Int {
    var index = 0
    while index + 1 < points.count, points[index + 1].fraction <= done { index += 1 }
    return index
  }

  private static func interpolate(_ points: [Point], at done: Double) -> Double {
    let index = last(of: points, by: done)
    let from = points[index]
    guard index + 1 < points.count else { return from.value }
    let to = points[index + 1]
    return from.value + (to.value - from.value) * (done - from.fraction) / (to.fraction - from.fraction)
  }
}
