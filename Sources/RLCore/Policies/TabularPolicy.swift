import BLASBridge
import Randomness

/// Acts by a table of the best action of every state.
struct TabularPolicy: Policy {
  let states: StateIndex
  /// By state, counted from 0; empty where nothing has been learnt, and the first action is taken.
  let best: [Int32]
  private let actionCount: Int
  let firstAction: Int
  /// The share of actions that are drawn uniformly where not deterministic.
  private let epsilon: Float

  init(_ states: StateIndex, best: [Int32], actionCount: Int, firstAction: Int, epsilon: Float) {
    self.states = states
    self.best = best
    self.actionCount = actionCount
    self.firstAction = firstAction
    self.epsilon = epsilon
  }

  func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state _: inout Void,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    require(
      observations.count == count * states.width && actions.count == count,
      "\(count) rows need \(count * states.width) observations and \(count) actions, not \(observations.count) and "
        + "\(actions.count)")
    let explores = !deterministic && epsilon > 0
    observations.withUnsafeBufferPointer { observations in
      for row in 0..<count {
        let state = states(observations.baseAddress! + row * states.width)
        let action: Int
        if explores, generator.uniform() < epsilon {
          action = generator.integer(below: actionCount)
        } else {
          action = best.isEmpty ? 0 : Int(best[state])
        }
        actions[row] = Float(action + firstAction)
      }
    }
  }
}
