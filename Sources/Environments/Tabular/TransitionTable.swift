import RLCore
import Randomness

/// All transitions of an environment with finitely many states, in one flat list, and its start distribution.
struct TransitionTable: Sendable {
  let stateCount: Int
  let actionCount: Int
  let startProbabilities: [Double]
  private let cumulativeStart: [Double]
  private let transitions: [Transition]
  /// The sum of the probabilities of a state and action up to and including each transition.
  private let cumulative: [Double]
  /// Where the transitions of state s and action a begin: element s × actionCount + a; one more than there are such.
  private let first: [Int32]
  /// Whether nothing is left to chance: then nothing is drawn.
  let isDeterministic: Bool

  /// `start`: a weight for each state; they are normalised by their sum.
  init(
    states: Int, actions: Int, start: [Double],
    transitions transitionsOf: (_ state: Int, _ action: Int) -> [Transition]
  ) {
    stateCount = states
    actionCount = actions
    let total = start.reduce(0, +)
    startProbabilities = start.map { $0 / total }
    cumulativeStart = Self.cumulative(startProbabilities)
    var transitions: [Transition] = []
    var cumulative: [Double] = []
    var first: [Int32] = [0]
    for state in 0..<states {
      for action in 0..<actions {
        let some = transitionsOf(state, action)
        transitions += some
        cumulative += Self.cumulative(some.map(\.probability))
        first.append(Int32(transitions.count))
      }
    }
    (self.transitions, self.cumulative, self.first) = (transitions, cumulative, first)
    isDeterministic = transitions.count == states * actions && startProbabilities.contains(1)
  }

  func transitions(from state: Int, action: Int) -> [Transition] { Array(transitions[range(state, action)]) }

  /// One draw, as Gymnasium's `categorical_sample` over the start distribution: the first state whose sum of
  /// probabilities exceeds it, the first of all where rounding left none.
  func drawStart(using generator: inout PCG64) -> Int {
    let draw = isDeterministic ? 0 : generator.random()
    // By halves, since an environment may have hundreds of states and resets are frequent.
    var (low, high) = (0, cumulativeStart.count)
    while low < high {
      let middle = (low + high) / 2
      if cumulativeStart[middle] > draw { high = middle } else { low = middle + 1 }
    }
    return low < cumulativeStart.count ? low : 0
  }

  /// One draw, as Gymnasium's `categorical_sample` over the transitions in their order.
  func draw(from state: Int, action: Int, using generator: inout PCG64) -> Transition {
    let row = range(state, action)
    let draw = isDeterministic ? 0 : generator.random()
    for index in row where cumulative[index] > draw { return transitions[index] }
    return transitions[row.lowerBound]
  }

  private func range(_ state: Int, _ action: Int) -> Range<Int> {
    let row = state * actionCount + action
    return Int(first[row])..<Int(first[row + 1])
  }

  static func cumulative(_ probabilities: [Double]) -> [Double] {
    var sum = 0.0
    return probabilities.map {
      sum += $0
      return sum
    }
  }
}
