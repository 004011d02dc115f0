import Telemetry

/// Says when a search is unlikely to improve: the best score has not been beaten by more than its noise for some trials.
package struct Patience: Sendable, Hashable {
  /// So many trials in a row without a better one end the search.
  package var trials: Int
  /// How much better a score must be to count: the standard deviation of a configuration's scores over seeds.
  package var noise: Double

  package init(trials: Int, noise: Double = 0) {
    self.trials = max(1, trials)
    self.noise = noise.isFinite ? max(0, noise) : 0
  }

  /// Whether the search is to end. Trials count that have ended, in the order of their numbers; before the first with a
  /// score none do.
  package func isExhausted(_ history: [Trial], direction: ScoreDirection) -> Bool {
    trialsSinceBest(history, direction: direction) >= trials
  }

  /// How many trials have ended since the best score was last beaten.
  package func trialsSinceBest(_ history: [Trial], direction: ScoreDirection) -> Int {
    var best: Double?
    var since = 0
    for trial in history.sorted(by: { $0.number < $1.number }) where trial.state != .running {
      let loss = trial.score.map(direction.loss)
      if let loss, best == nil || loss < best! - noise {
        best = loss
        since = 0
      } else if best != nil {
        since += 1
      }
    }
    return since
  }
}
