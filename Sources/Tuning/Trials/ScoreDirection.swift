/// Which scores are better.
package enum ScoreDirection: String, Sendable, Hashable, Codable, CaseIterable {
  case maximize
  case minimize

  /// Whether `value` is better than `other`; NaN is never better.
  package func prefers(_ value: Double, to other: Double) -> Bool { self == .maximize ? value > other : value < other }

  /// The score as a loss: the lower, the better.
  package func loss(_ score: Double) -> Double { self == .maximize ? -score : score }
}

extension Sequence<Trial> {
  /// The best finished trial, the earliest of equal ones.
  package func best(_ direction: ScoreDirection) -> Trial? {
    var best: Trial?
    for trial in self {
      guard let score = trial.score else { continue }
      guard let known = best?.score else {
        best = trial
        continue
      }
      if direction.prefers(score, to: known) || score == known && trial.number < best!.number { best = trial }
    }
    return best
  }
}
