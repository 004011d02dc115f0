import Randomness

/// The tables as the loop sees them. Outside of the generic class, so that its methods become part of the loop.
struct ActionTables {
  let first: UnsafeMutablePointer<Double>
  /// nil where there is one table.
  let second: UnsafeMutablePointer<Double>?
  let actionCount: Int

  /// The best action of a row; the first of equals.
  @inline(__always)
  func best(_ row: UnsafeMutablePointer<Double>) -> Int {
    // Selections instead of branches, which nobody could predict.
    var (best, value) = (0, row[0])
    for action in 1..<max(1, actionCount) {
      let isBetter = row[action] > value
      best = isBetter ? action : best
      value = isBetter ? row[action] : value
    }
    return best
  }

  /// The best action by the sum of both tables.
  @inline(__always)
  func best(of state: Int) -> Int {
    let row = first + state * actionCount
    guard let second else { return best(row) }
    let other = second + state * actionCount
    var best = 0
    for action in 1..<max(1, actionCount) where row[action] + other[action] > row[best] + other[best] {
      best = action
    }
    return best
  }

  /// ε-greedy.
  @inline(__always)
  func choose(_ state: Int, _ epsilon: Float, _ generator: inout CounterGenerator) -> Int {
    generator.uniform() < epsilon ? generator.integer(below: actionCount) : best(of: state)
  }

  @inline(__always)
  func value(
    _ target: TemporalDifferenceTarget, of state: Int, action: Int, updatesSecond: Bool, epsilon: Double
  ) -> Double {
    let row = first + state * actionCount
    switch target {
    case .greedy: return row[best(row)]
    case .sampled: return row[action]
    case .expected:
      var sum = 0.0
      for action in 0..<actionCount { sum += row[action] }
      return (1 - epsilon) * row[best(row)] + epsilon * sum / Double(actionCount)
    case .double:
      let other = second! + state * actionCount
      return updatesSecond ? row[best(other)] : other[best(row)]
    }
  }
}
