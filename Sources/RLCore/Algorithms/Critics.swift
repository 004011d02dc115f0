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
  /// For the rows of which a critic has the smallest value; only where several are used.
  private lazy var ownWorkspace = network.makeWorkspace(rows: ownRows.count)
  private var ownRows: [Int]

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
    ownRows = [Int](repeating: 0, count: rows)
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
    for row in 0..<rows { sum += Double(workspaces[smallest(of: used, row)].outputs[row]) }
    let (width, share) = (features + actionWidth, 1 / Float(rows))
    for critic in 0..<used {
      let (workspace, taken, own) = takeOwn(critic, of: used, rows: rows)
      for place in 0..<taken { workspace.outputGradient[place] = place < own ? share : 0 }
      network.backward(
        inputs.base, rows: taken, parameters: parameters.base + offset(critic), in: workspace, gradient: nil,
        into: inputGradient.base)
      for place in 0..<own {
        let slopes = inputGradient.base + place * width + features
        (actionGradient + ownRows[place] * actionWidth).update(from: slopes, count: actionWidth)
      }
    }
    return sum / Double(rows)
  }

  private func smallest(of used: Int, _ row: Int) -> Int {
    var smallest = 0
    for critic in 1..<max(1, used) where workspaces[critic].outputs[row] < workspaces[smallest].outputs[row] {
      smallest = critic
    }
    return smallest
  }

  /// Products of fewer rows are no faster, and on some processors round differently.
  private static let fewestRows = 32

  /// A workspace whose first `own` rows are those of which a critic has the smallest value, as `ownRows` has them. A backward
  /// pass takes `taken` rows: no others but to fill up, for all gradients of the others are 0.
  private func takeOwn(_ critic: Int, of used: Int, rows: Int) -> (workspace: Network.Workspace, taken: Int, own: Int) {
    guard used > 1 else {
      for row in 0..<rows { ownRows[row] = row }
      return (workspaces[critic], rows, rows)
    }
    var (own, last) = (0, rows)
    for row in 0..<rows {
      if smallest(of: used, row) == critic {
        ownRows[own] = row
        own += 1
      } else {
        last -= 1
        ownRows[last] = row
      }
    }
    let taken = min(rows, max(own, Self.fewestRows))
    ownRows.withUnsafeBufferPointer {
      network.copy(UnsafeBufferPointer(rebasing: $0[..<taken]), of: workspaces[critic], to: ownWorkspace)
    }
    return (ownWorkspace, taken, own)
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
