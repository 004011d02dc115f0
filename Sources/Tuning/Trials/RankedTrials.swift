import Telemetry

/// Trials in the order of how well they did.
struct RankedTrials {
  /// The indices of those with a score, the best first: finished ones by score, then pruned ones by how far they came and
  /// their score.
  private(set) var ranked: [Int]
  /// Of those that run and those that failed, by number.
  private(set) var others: [Int]

  /// `earlier` is an order that is nearly theirs, as indices: it saves time and changes nothing.
  init(_ trials: [Trial], _ direction: ScoreDirection, near earlier: [Int] = []) {
    var places: [(index: Int, step: Int, loss: Double, number: Int)] = []
    var unranked: [Int] = []
    var isSeen = [Bool](repeating: false, count: trials.count)
    func take(_ index: Int) {
      isSeen[index] = true
      switch trials[index].state {
      case .finished(let score) where !score.isNaN:
        places.append((index, .max, direction.loss(score), trials[index].number))
      case .pruned(let step, let score):
        places.append((index, step, score.isNaN ? .infinity : direction.loss(score), trials[index].number))
      case .finished, .failed, .running: unranked.append(index)
      }
    }
    // Sorting takes little time where most is in order.
    for index in earlier where index < trials.count { take(index) }
    for index in trials.indices where !isSeen[index] { take(index) }
    places.sort { a, b in
      a.step != b.step ? a.step > b.step : a.loss != b.loss ? a.loss < b.loss : a.number < b.number
    }
    ranked = places.map(\.index)
    others = unranked.sorted { trials[$0].number < trials[$1].number }
  }
}
