/// Which scores are better. Use it to compare scores where both directions occur: returns and losses.
///
/// ```swift
/// print(ScoreDirection.minimize.prefers(0.29, to: 0.31))  // true
/// ```
public enum ScoreDirection: String, Sendable, Hashable, Codable {
  case maximize
  case minimize

  /// Whether `value` is better than `other`; NaN is never better.
  public func prefers(_ value: Double, to other: Double) -> Bool { self == .maximize ? value > other : value < other }

  /// The score as a loss: the lower, the better.
  package func loss(_ score: Double) -> Double { self == .maximize ? -score : score }
}
