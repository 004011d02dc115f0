import BLASBridge
import Learning
import Randomness
import Telemetry

/// A policy's and a value's network over the same observations, their parameters in one flat buffer.
///
/// Separate networks, or heads on a shared trunk, with orthogonal weights of gain √2 in hidden layers, 0.01 in the
/// policy's last and 1 in the value's. Used by the on-policy algorithms.
final class ActorCritic {
  let distribution: Categorical
  /// What is added to a component's index to make the action.
  let firstAction: Float
  let parameters: FloatBuffer
  let gradient: FloatBuffer

  private let trunk: Network?
  private let policy: Network
  private let value: Network
  private let trunkWorkspace: Network.Workspace?
  private let policyWorkspace: Network.Workspace
  private let valueWorkspace: Network.Workspace
  /// `[rows, trunk width]`: the value head's share of the gradient by the trunk's outputs.
  private let valueFeatureGradient: FloatBuffer
  private let rows: Int
  let observationWidth: Int

  /// `hidden`: the widths of the hidden layers. `rows`: the most rows a pass takes.
  /// Throws `HyperparameterError` for spaces it has no network for.
  init(
    for world: EnvironmentSpecification, hidden: [Int], activation: Activation, sharedTrunk: Bool, rows: Int,
    seed: SeedSequence
  ) throws(HyperparameterError) {
    guard case .box = world.observationSpace else {
      throw HyperparameterError("\(world.id) has discrete observations, for which there is no network yet")
    }
    switch world.actionSpace {
    case .discrete(let count, let start):
      distribution = Categorical(counts: [count], rows: rows)
      firstAction = Float(start)
    case .multiDiscrete(let counts):
      distribution = Categorical(counts: counts, rows: rows)
      firstAction = 0
    case .box, .multiBinary:
      throw HyperparameterError("\(world.id) has continuous actions, for which there is no policy yet")
    }
    self.rows = rows
    observationWidth = world.observationSpace.width
    let isShared = sharedTrunk && !hidden.isEmpty
    trunk =
      isShared
      ? Network(
        widths: [observationWidth] + hidden, hidden: activation, output: activation,
        outputGain: Float(2).squareRoot()) : nil
    let widths = isShared ? [hidden.last!] : [observationWidth] + hidden
    policy = Network(widths: widths + [distribution.width], hidden: activation, outputGain: 0.01)
    value = Network(widths: widths + [1], hidden: activation, outputGain: 1)
    trunkWorkspace = trunk?.makeWorkspace(rows: rows)
    policyWorkspace = policy.makeWorkspace(rows: rows)
    valueWorkspace = value.makeWorkspace(rows: rows)
    valueFeatureGradient = FloatBuffer(count: rows * (trunk?.outputWidth ?? 0))
    let count = (trunk?.parameterCount ?? 0) + policy.parameterCount + value.parameterCount
    parameters = FloatBuffer(count: count)
    gradient = FloatBuffer(count: count)

    var generator = CounterGenerator(seed)
    trunk?.initialize(parameters.base, using: &generator)
    policy.initialize(parameters.base + policyOffset, using: &generator)
    value.initialize(parameters.base + valueOffset, using: &generator)
  }

  private var policyOffset: Int { trunk?.parameterCount ?? 0 }
  private var valueOffset: Int { policyOffset + policy.parameterCount }

  /// Conditions `distribution` on `observations [rows, W]`.
  func forwardPolicy(_ observations: UnsafePointer<Float>, rows: Int) {
    condition(on: forwardTrunk(observations, rows: rows), rows: rows)
  }

  /// V `[rows]` of any number of `observations [rows, W]`.
  func values(_ observations: UnsafePointer<Float>, rows: Int, into values: UnsafeMutablePointer<Float>) {
    var start = 0
    while start < rows {
      let count = min(self.rows, rows - start)
      let features = forwardTrunk(observations + start * observationWidth, rows: count)
      let outputs = value.forward(
        features, rows: count, parameters: parameters.base + valueOffset, in: valueWorkspace)
      (values + start).update(from: outputs, count: count)
      start += count
    }
  }

  /// Conditions `distribution` and returns V `[rows]`, valid until the next pass.
  func forward(_ observations: UnsafePointer<Float>, rows: Int) -> UnsafePointer<Float> {
    let features = forwardTrunk(observations, rows: rows)
    condition(on: features, rows: rows)
    return UnsafePointer(
      value.forward(features, rows: rows, parameters: parameters.base + valueOffset, in: valueWorkspace))
  }

  /// `[rows, distribution.width]` and `[rows]`: where the loss's gradients go before `backward`.
  var logitGradient: UnsafeMutablePointer<Float> { policyWorkspace.outputGradient }
  var valueGradient: UnsafeMutablePointer<Float> { valueWorkspace.outputGradient }

  /// After `forward` on the same observations: fills `gradient`.
  func backward(_ observations: UnsafePointer<Float>, rows: Int) {
    let features = trunkWorkspace.map { UnsafePointer($0.outputs) } ?? observations
    policy.backward(
      features, rows: rows, parameters: parameters.base + policyOffset, in: policyWorkspace,
      gradient: gradient.base + policyOffset, into: trunkWorkspace?.outputGradient)
    value.backward(
      features, rows: rows, parameters: parameters.base + valueOffset, in: valueWorkspace,
      gradient: gradient.base + valueOffset, into: trunk == nil ? nil : valueFeatureGradient.base)
    if let trunk, let trunkWorkspace {
      let sum = trunkWorkspace.outputGradient
      for i in 0..<rows * trunk.outputWidth { sum[i] += valueFeatureGradient.base[i] }
      trunk.backward(
        observations, rows: rows, parameters: parameters.base, in: trunkWorkspace, gradient: gradient.base)
    }
  }

  /// Writes actions `[count, A]` for any number of observations `[count, W]`.
  func act(
    on observations: UnsafePointer<Float>, count: Int, deterministic: Bool, using generator: inout CounterGenerator,
    into actions: UnsafeMutablePointer<Float>
  ) {
    let width = distribution.counts.count
    var start = 0
    while start < count {
      let rows = min(self.rows, count - start)
      forwardPolicy(observations + start * observationWidth, rows: rows)
      let part = actions + start * width
      if deterministic {
        distribution.mode(rows: rows, into: part)
      } else {
        distribution.sample(rows: rows, using: &generator, into: part)
      }
      for i in 0..<rows * width { part[i] += firstAction }
      start += rows
    }
  }

  func save(into checkpoint: inout Checkpoint) {
    trunk?.save(parameters.base, into: &checkpoint, as: "trunk")
    policy.save(parameters.base + policyOffset, into: &checkpoint, as: "policy")
    value.save(parameters.base + valueOffset, into: &checkpoint, as: "value")
  }

  func load(from checkpoint: Checkpoint) throws {
    try trunk?.load(parameters.base, from: checkpoint, as: "trunk")
    try policy.load(parameters.base + policyOffset, from: checkpoint, as: "policy")
    try value.load(parameters.base + valueOffset, from: checkpoint, as: "value")
  }

  private func condition(on features: UnsafePointer<Float>, rows: Int) {
    distribution.condition(
      on: policy.forward(features, rows: rows, parameters: parameters.base + policyOffset, in: policyWorkspace),
      rows: rows)
  }

  private func forwardTrunk(_ observations: UnsafePointer<Float>, rows: Int) -> UnsafePointer<Float> {
    guard let trunk, let trunkWorkspace else { return observations }
    return UnsafePointer(trunk.forward(observations, rows: rows, parameters: parameters.base, in: trunkWorkspace))
  }
}
