import BLASBridge
import Learning
import Randomness

/// The action of the largest Q value, or with probability ε any where not `deterministic`.
struct GreedyHead: ActionHead {
  /// The number of actions, and the first of them.
  let count: Int
  let first: Float
  let epsilon: Double

  var actionWidth: Int { 1 }

  func makeScratch(rows: Int) {}

  /// The index of the largest of the Q values of one row; the first of equals.
  func best(_ values: UnsafePointer<Float>) -> Int {
    var best = 0
    for action in 1..<max(1, count) where values[action] > values[best] { best = action }
    return best
  }

  func act(
    on values: UnsafeMutablePointer<Float>, masks: UnsafePointer<Bool>?, rows: Int, deterministic: Bool, in _: Void,
    using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      var action = best(values + row * count)
      if !deterministic, generator.uniformDouble() < epsilon { action = generator.integer(below: count) }
      actions[row] = Float(action) + first
    }
  }
}

/// μ(s), with normal noise (drawn anew for every call) where not `deterministic`.
struct DeterministicHead: ActionHead {
  let scaling: ActionScaling
  /// The noise's, in units of actions scaled to −1 … 1.
  let deviation: Float

  var actionWidth: Int { scaling.width }

  func makeScratch(rows: Int) {}

  func act(
    on chosen: UnsafeMutablePointer<Float>, masks: UnsafePointer<Bool>?, rows: Int, deterministic: Bool, in _: Void,
    using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>
  ) {
    if !deterministic {
      for i in 0..<rows * scaling.width {
        let noise = deviation * generator.normal()
        chosen[i] = min(max(chosen[i] + noise, -1), 1)
      }
    }
    scaling.unscale(chosen, rows: rows, into: actions)
  }
}

/// tanh of the mean, or a draw where not `deterministic`.
struct SquashedGaussianHead: ActionHead {
  let scaling: ActionScaling

  var actionWidth: Int { scaling.width }

  func makeScratch(rows: Int) -> SquashedGaussian { SquashedGaussian(width: scaling.width, rows: rows) }

  func act(
    on parameters: UnsafeMutablePointer<Float>, masks: UnsafePointer<Bool>?, rows: Int, deterministic: Bool,
    in distribution: SquashedGaussian, using generator: inout CounterGenerator,
    into actions: UnsafeMutablePointer<Float>
  ) {
    if deterministic {
      distribution.mode(parameters, rows: rows, into: actions)
    } else {
      distribution.sample(parameters, rows: rows, using: &generator, into: actions)
    }
    scaling.unscale(actions, rows: rows, into: actions)
  }
}
