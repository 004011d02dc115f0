import Telemetry

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
