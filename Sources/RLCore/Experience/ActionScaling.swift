import Settings
import Telemetry

/// Between a box of actions and −1 … 1, what continuous policies work in.
struct ActionScaling: Sendable {
  let low: [Float]
  let high: [Float]
  var width: Int { low.count }

  /// Throws `HyperparameterError` where the actions are not numbers between finite bounds.
  init(_ environment: EnvironmentSpecification, agent: String) throws(HyperparameterError) {
    guard case .box(let low, let high) = environment.actionSpace else {
      throw HyperparameterError(
        "\(agent) needs a Box action space; \(environment.id) has \(environment.actionSpace). Use dqn or ppo."
      )
    }
    guard (low + high).allSatisfy(\.isFinite) else {
      throw HyperparameterError(
        "\(agent) needs a bounded Box action space; \(environment.id) has \(environment.actionSpace)")
    }
    self.low = low
    self.high = high
  }

  /// Actions `[rows, A]` in −1 … 1 → the environment's.
  func unscale(_ actions: UnsafePointer<Float>, rows: Int, into worldActions: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      for i in 0..<width {
        let index = row * width + i
        worldActions[index] = low[i] + 0.5 * (actions[index] + 1) * (high[i] - low[i])
      }
    }
  }
}
