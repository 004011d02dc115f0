import BLASBridge
import Learning
import Randomness

/// One or more networks Q(s, a) over the same inputs, each with a slowly following target; several of them keep one
/// another's overestimation in check (Fujimoto et al. 2018, section 4.2). Used by the off-policy actor-critics.
final class Critics {
  let count: Int
  /// All critics' parameters, one after the other.
  let parameters: FloatBuffer
  let targetParameters: FloatBuffer
  let gradient: FloatBuffer
  private let network: Network
  private let workspaces: [Network.Workspace]
  private let features: Int
  private let actionWidth: Int
  /// `[B, F + A]`
  private let inputs: FloatBuffer
  /// To look at the critics around an update.
  let watch: NetworkWatch
  private let updater: Updater
  private let inputGradient: FloatBuffer

  init(
    count: Int, features: Int, actionWidth: Int, hidden: [Int], activation: Activation, rows: Int, seed: SeedSequence
  ) {
    self.count = count
    self.features = features
    self.actionWidth = actionWidth
    let network = Network(widths: [features + actionWidth] + hidden + [1], hidden: activation, initializer: .fanIn)
    self.network = network
    let workspaces = (0..<count).map { _ in network.makeWorkspace(rows: rows) }
    self.workspaces = workspaces
    parameters = FloatBuffer(count: count * network.parameterCount)
    targetParameters = FloatBuffer(count: count * network.parameterCount)
    gradient = FloatBuffer(count: count * network.parameterCount)
    inputs = FloatBuffer(count: rows * network.inputWidth)
    inputGradient = FloatBuffer(count: rows * network.inputWidth)
    watch = NetworkWatch(
      (0..<count).map { ("critic\($0)", network, workspaces[$0], $0 * network.parameterCount) },
      parameters: parameters, gradient: gradient)
    updater = Updater(parameters, along: gradient, by: Adam(parameterCount: parameters.count))
    var generator = CounterGenerator(seed)
    for critic in 0..<count { network.initialize(parameters.base + offset(critic), using: &generator) }
    targetParameters.elements = parameters.elements
  }

  private func offset(_ critic: Int) -> Int { critic * network.parameterCount }

  /// Sets the rows that the calls below are about.
  private func take(_ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int) {
    let width = features + actionWidth
    for row in 0..<rows {
      (inputs.base + row * width).update(from: observations + row * features, count: features)
      (inputs.base + row * width + features).update(from: actions + row * actionWidth, count: actionWidth)
    }
  }

  /// Q(s, a) `[rows]` of the first critic, as the last pass left them.
  var values: UnsafePointer<Float> { UnsafePointer(workspaces[0].outputs) }

  /// How far the first critic's target is behind.
  var targetDistance: Double {
    RLCore.targetDistance(parameters.base, targetParameters.base, count: network.parameterCount)
  }

  /// The norm of all critics' gradient.
  var gradientNorm: Double { updater.gradientNorm }

  /// One update of all critics along `gradient`, which is of `rows`.
  func update(learningRate: Double, rows: Int, look: Look?) {
    watch.around(look, rows: rows) { updater.update(learningRate: learningRate) }
  }

  /// The smallest target Q(s, a) `[rows]`.
  func targetMinimum(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int,
    into result: UnsafeMutablePointer<Float>
  ) {
    take(observations, actions, rows: rows)
    for critic in 0..<count {
      let values = network.forward(
        inputs.base, rows: rows, parameters: targetParameters.base + offset(critic), in: workspaces[critic])
      for row in 0..<rows { result[row] = critic == 0 ? values[row] : min(result[row], values[row]) }
    }
  }

  /// Σ over the critics of `weight` · mean (Q − target)², its gradient into `gradient`; also the mean of the first Q.
  func lossAndGradient(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int,
    weight: Float
  ) -> (loss: Double, value: Double) {
    take(observations, actions, rows: rows)
    var (loss, mean) = (0.0, 0.0)
    for critic in 0..<count {
      let workspace = workspaces[critic]
      let values = network.forward(
        inputs.base, rows: rows, parameters: parameters.base + offset(critic), in: workspace)
      if critic == 0 { for row in 0..<rows { mean += Double(values[row]) / Double(rows) } }
      loss +=
        Double(weight)
        * RegressionLoss.squaredError(values, targets: targets, count: rows, gradient: workspace.outputGradient)
      for row in 0..<rows { workspace.outputGradient[row] *= weight }
      network.backward(
        inputs.base, rows: rows, parameters: parameters.base + offset(critic), in: workspace,
        gradient: gradient.base + offset(critic))
    }
    return (loss, mean)
  }

  /// The mean of the smallest Q(s, a) over the first `used` critics, and its gradient by the actions `[rows, A]`.
  func valueAndActionGradient(
    _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, rows: Int, used: Int,
    into actionGradient: UnsafeMutablePointer<Float>
  ) -> Double {
    take(observations, actions, rows: rows)
    for critic in 0..<used {
      network.forward(inputs.base, rows: rows, parameters: parameters.base + offset(critic), in: workspaces[critic])
    }
    var sum = 0.0
    let share = 1 / Float(rows)
    for row in 0..<rows {
      var smallest = 0
      for critic in 1..<max(1, used) where workspaces[critic].outputs[row] < workspaces[smallest].outputs[row] {
        smallest = critic
      }
      sum += Double(workspaces[smallest].outputs[row])
      for critic in 0..<used { workspaces[critic].outputGradient[row] = critic == smallest ? share : 0 }
    }
    let width = features + actionWidth
    for critic in 0..<used {
      network.backward(
        inputs.base, rows: rows, parameters: parameters.base + offset(critic), in: workspaces[critic],
        gradient: nil, into: inputGradient.base)
      for row in 0..<rows {
        for i in 0..<actionWidth {
          let slope = inputGradient.base[row * width + features + i]
          if critic == 0 {
            actionGradient[row * actionWidth + i] = slope
          } else {
            actionGradient[row * actionWidth + i] += slope
          }
        }
      }
    }
    return sum / Double(rows)
  }

  func save(into checkpoint: inout Checkpoint) {
    updater.save(into: &checkpoint, as: "critics.adam")
    for critic in 0..<count {
      network.save(parameters.base + offset(critic), into: &checkpoint, as: "critic\(critic)")
      network.save(targetParameters.base + offset(critic), into: &checkpoint, as: "critic\(critic).target")
    }
  }

  func load(from checkpoint: Checkpoint) throws {
    try updater.load(from: checkpoint, as: "critics.adam")
    for critic in 0..<count {
      try network.load(parameters.base + offset(critic), from: checkpoint, as: "critic\(critic)")
      try network.load(targetParameters.base + offset(critic), from: checkpoint, as: "critic\(critic).target")
    }
  }
}
