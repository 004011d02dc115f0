import Telemetry

/// Trials in the order of how well they did.
struct RankedTrials {
  /// The indices of those with a score, the best first: finished ones by score, then pruned ones by how far they came and
  /// their score.
  private(set) var ranked: [Int]
  /// Of those that run and those that failed, by number.
  private(set) var others: [Int]

  init(_ trials: [Trial], _ direction: ScoreDirection) {
    var places: [(index: Int, step: Int, loss: Double, number: Int)] = []
    others = []
    for (index, trial) in trials.enumerated() {
      switch trial.state {
      case .finished(let score) where !score.isNaN: places.append((index, .max, direction.loss(score), trial.number))
      case .pruned(let step, let score):
        places.append((index, step, score.isNaN ? .infinity : direction.loss(score), trial.number))
      case .finished, .failed, .running: others.append(index)
      }
    }
    places.sort { a, b in
      a.step != b.step ? a.step > b.step : a.loss != b.loss ? a.loss < b.loss : a.number < b.number
    }
    ranked = places.map(\.index)
    others.sort { trials[$0].number < trials[$1].number }
  }
}
