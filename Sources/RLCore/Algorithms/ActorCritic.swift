import BLASBridge
import Learning
import Randomness
import Telemetry

/// A policy's and a value's network over the same observations, their parameters in one flat buffer, and the steps of
/// an optimizer along the gradient of a loss.
///
/// Separate networks, or heads on a shared trunk, with orthogonal weights of gain √2 in hidden layers, 0.01 in the
/// policy's last and 1 in the value's. Used by the on-policy algorithms.
final class ActorCritic {
  let parameters: FloatBuffer
  let gradient: FloatBuffer
  /// Numbers of an observation in a column, and as the networks take it.
  var observationWidth: Int { networks.encoding.sourceWidth }
  var featureWidth: Int { networks.encoding.width }
  var actionWidth: Int { distribution.width }

  /// Of the rows of the last pass.
  let distribution: ActionDistribution
  /// The greatest entropy there is, that of choices that are all alike: Σ log |A|; nil for numbers.
  let maximumEntropy: Double?
  /// Of the observations, where they are normalised.
  private var moments: RunningMoments?
  private let design: Design
  private let networks: Networks
  private let trunkWorkspace: Network.Workspace?
  private let policyWorkspace: Network.Workspace
  private let valueWorkspace: Network.Workspace
  /// `[rows, trunk width]`: the value head's share of the gradient by the trunk's outputs.
  private let valueFeatureGradient: FloatBuffer
  /// `[rows]`, of the rows evaluated last: log π(action), the entropies, and the loss's gradients by both.
  let logProbabilities: FloatBuffer
  let entropies: FloatBuffer
  let logProbabilityGradient: FloatBuffer
  let entropyGradient: FloatBuffer
  private let updater: Updater
  private let watch: NetworkWatch
  private(set) var updates = 0
  private let rows: Int

  /// The choices that users have.
  struct Design {
    /// Widths of the hidden layers.
    var hidden: [Int]
    var activation: Activation
    var sharesTrunk: Bool
    var isOrthogonal = true
    /// The logarithm of the normal distributions' deviations at the start.
    var logDeviation = 0.0
    var normalizesObservations = false
    /// Only choices that the environment's masks leave are taken.
    var masksActions = false
  }

  /// What a design comes to in an environment.
  private struct Networks {
    let encoding: ObservationEncoding
    let distribution: ActionDistribution.Kind
    let trunk: Network?
    let policy: Network
    let value: Network

    init(_ design: Design, for environment: EnvironmentSpecification) {
      encoding = ObservationEncoding(environment.observationSpace)
      distribution = ActionDistribution.Kind(environment)
      let (hidden, activation) = (design.hidden, design.activation)
      let initializer: Initializer? = design.isOrthogonal ? nil : .fanIn
      let isShared = design.sharesTrunk && !hidden.isEmpty
      trunk =
        isShared
        ? Network(
          widths: [encoding.width] + hidden, hidden: activation, output: activation,
          outputGain: Float(2).squareRoot(), initializer: initializer) : nil
      let widths = isShared ? [hidden.last!] : [encoding.width] + hidden
      policy = Network(
        widths: widths + [distribution.outputs], hidden: activation, outputGain: 0.01, initializer: initializer)
      value = Network(widths: widths + [1], hidden: activation, outputGain: 1, initializer: initializer)
    }

    /// Acts by the trunk's and the policy's `parameters`, which lie one after the other.
    func policy(
      _ parameters: [Float], logDeviations: [Float], _ moments: RunningMoments?, _ design: Design, rows: Int
    ) -> NetworkPolicy<DistributionHead> {
      NetworkPolicy(
        encoding, normalizingBy: moments, Network((trunk?.layers ?? []) + policy.layers), parameters: parameters,
        DistributionHead(kind: distribution, logDeviations: logDeviations, masksActions: design.masksActions),
        rows: rows)
    }
  }

  /// `rows`: the most rows a pass takes. `maximumNorm`: what gradients are clipped to.
  init(
    for environment: EnvironmentSpecification, _ design: Design, rows: Int, maximumNorm: Double, seed: SeedSequence,
    optimizer: (_ parameterCount: Int) -> any Optimizer
  ) {
    self.design = design
    self.rows = rows
    networks = Networks(design, for: environment)
    let (trunk, policy, value) = (networks.trunk, networks.policy, networks.value)
    distribution = ActionDistribution(networks.distribution, rows: rows)
    maximumEntropy = environment.actionSpace.maximumEntropy
    moments = design.normalizesObservations ? RunningMoments(width: networks.encoding.width) : nil
    trunkWorkspace = trunk?.makeWorkspace(rows: rows)
    policyWorkspace = policy.makeWorkspace(rows: rows)
    valueWorkspace = value.makeWorkspace(rows: rows)
    valueFeatureGradient = FloatBuffer(count: rows * (trunk?.outputWidth ?? 0))
    let deviations = networks.distribution.deviations
    let count = (trunk?.parameterCount ?? 0) + policy.parameterCount + value.parameterCount + deviations
    parameters = FloatBuffer(count: count)
    gradient = FloatBuffer(count: count)
    logProbabilities = FloatBuffer(count: rows)
    entropies = FloatBuffer(count: rows)
    logProbabilityGradient = FloatBuffer(count: rows)
    entropyGradient = FloatBuffer(count: rows)
    updater = Updater(parameters, along: gradient, by: optimizer(count), maximumNorm: maximumNorm)
    let offset = trunk?.parameterCount ?? 0
    var watched = [
      ("policy", policy, policyWorkspace, offset), ("value", value, valueWorkspace, offset + policy.parameterCount),
    ]
    if let trunk, let trunkWorkspace { watched.insert(("trunk", trunk, trunkWorkspace, 0), at: 0) }
    watch = NetworkWatch(watched, parameters: parameters, gradient: gradient)

    var generator = CounterGenerator(seed)
    trunk?.initialize(parameters.base, using: &generator)
    policy.initialize(parameters.base + policyOffset, using: &generator)
    value.initialize(parameters.base + valueOffset, using: &generator)
    (parameters.base + deviationOffset).update(repeating: Float(design.logDeviation), count: deviations)
  }

  private var trunk: Network? { networks.trunk }
  private var policyNetwork: Network { networks.policy }
  private var value: Network { networks.value }
  private var policyOffset: Int { networks.trunk?.parameterCount ?? 0 }
  private var valueOffset: Int { policyOffset + networks.policy.parameterCount }
  private var deviationOffset: Int { valueOffset + networks.value.parameterCount }
  /// `[A]`
  private var logDeviations: UnsafeMutablePointer<Float> { parameters.base + deviationOffset }

  /// Observations `[rows, W]` → `features [rows, F]`, normalised where that is wanted; `learning` takes them into the
  /// statistics first.
  func extract(
    _ observations: UnsafePointer<Float>, rows: Int, learning: Bool, into features: UnsafeMutablePointer<Float>
  ) {
    networks.encoding.encode(observations, rows: rows, into: features)
    if learning { moments?.update(UnsafePointer(features), rows: rows) }
    moments?.normalize(features, rows: rows)
  }

  /// Conditions the distribution on `features [rows, F]`, and on `masks [rows, choices]` where there are any.
  func forwardPolicy(_ inputs: UnsafePointer<Float>, rows: Int, masks: UnsafePointer<Bool>? = nil) {
    condition(on: forwardTrunk(inputs, rows: rows), rows: rows, masks: masks)
  }

  /// V `[rows]` of any number of `features [rows, F]`.
  func values(_ inputs: UnsafePointer<Float>, rows: Int, into values: UnsafeMutablePointer<Float>) {
    var start = 0
    while start < rows {
      let count = min(self.rows, rows - start)
      let features = forwardTrunk(inputs + start * featureWidth, rows: count)
      let outputs = value.forward(
        features, rows: count, parameters: parameters.base + valueOffset, in: valueWorkspace)
      (values + start).update(from: outputs, count: count)
      start += count
    }
  }

  /// Conditions the distribution and returns V `[rows]`, valid until the next pass.
  func forward(
    _ inputs: UnsafePointer<Float>, rows: Int, masks: UnsafePointer<Bool>? = nil
  ) -> UnsafePointer<Float> {
    let features = forwardTrunk(inputs, rows: rows)
    condition(on: features, rows: rows, masks: masks)
    return UnsafePointer(
      value.forward(features, rows: rows, parameters: parameters.base + valueOffset, in: valueWorkspace))
  }

  // MARK: Learn

  /// Conditions the distribution, fills `logProbabilities` of the `actions [rows, A]` and `entropies`, and returns V
  /// `[rows]`, valid until the next pass.
  func evaluate(
    _ inputs: UnsafePointer<Float>, actions: UnsafePointer<Float>, rows: Int, masks: UnsafePointer<Bool>? = nil
  ) -> UnsafePointer<Float> {
    let values = forward(inputs, rows: rows, masks: masks)
    distribution.logProbability(of: actions, rows: rows, into: logProbabilities.base)
    distribution.entropy(rows: rows, into: entropies.base)
    return values
  }

  /// `[rows]`: where the loss's gradient by the values goes before `backward`.
  var valueGradient: UnsafeMutablePointer<Float> { valueWorkspace.outputGradient }

  /// After `evaluate` of the same rows: fills `gradient` from `logProbabilityGradient`, `entropyGradient` and
  /// `valueGradient`.
  func backward(_ inputs: UnsafePointer<Float>, actions: UnsafePointer<Float>, rows: Int) {
    distribution.backward(
      actions: actions, logProbabilityGradient: logProbabilityGradient.base, entropyGradient: entropyGradient.base,
      rows: rows, into: policyWorkspace.outputGradient, gradient.base + deviationOffset)
    let features = trunkWorkspace.map { UnsafePointer($0.outputs) } ?? inputs
    policyNetwork.backward(
      features, rows: rows, parameters: parameters.base + policyOffset, in: policyWorkspace,
      gradient: gradient.base + policyOffset, into: trunkWorkspace?.outputGradient)
    value.backward(
      features, rows: rows, parameters: parameters.base + valueOffset, in: valueWorkspace,
      gradient: gradient.base + valueOffset, into: trunk == nil ? nil : valueFeatureGradient.base)
    if let trunk, let trunkWorkspace {
      let sum = trunkWorkspace.outputGradient
      for i in 0..<rows * trunk.outputWidth { sum[i] += valueFeatureGradient.base[i] }
      trunk.backward(
        inputs, rows: rows, parameters: parameters.base, in: trunkWorkspace, gradient: gradient.base)
    }
  }

  /// One update along `gradient`, whose rows the networks hold the last `rows` of; returns the gradient's norm.
  func update(learningRate: Double, rows: Int, look: Look?) -> Double {
    var norm = 0.0
    watch.around(look, rows: rows) { norm = updater.update(learningRate: learningRate) }
    updates += 1
    return norm
  }

  /// Those that a look may show.
  var tensors: [String] { watch.tensors }

  // MARK: Act for others, save, load

  /// The policy as it is now.
  var policy: NetworkPolicy<DistributionHead> {
    networks.policy(
      Array(UnsafeBufferPointer(start: parameters.base, count: valueOffset)),
      logDeviations: Array(UnsafeBufferPointer(start: logDeviations, count: networks.distribution.deviations)), moments,
      design, rows: rows)
  }

  /// The policy that `save` wrote.
  static func policy(
    in checkpoint: Checkpoint, _ design: Design, for environment: EnvironmentSpecification, rows: Int
  ) throws -> NetworkPolicy<DistributionHead> {
    let networks = Networks(design, for: environment)
    let deviations = networks.distribution.deviations
    return networks.policy(
      try (networks.trunk?.parameters(in: checkpoint, as: "trunk") ?? [])
        + networks.policy.parameters(in: checkpoint, as: "policy"),
      logDeviations: deviations > 0 ? try checkpoint.floats("policy.log_std", count: deviations) : [],
      design.normalizesObservations ? try checkpoint.decode("observation_moments") : nil, design, rows: rows)
  }

  /// `name`: the optimizer's.
  func save(into checkpoint: inout Checkpoint, optimizer name: String) {
    updater.save(into: &checkpoint, as: name)
    checkpoint.set("updates", [updates])
    trunk?.save(parameters.base, into: &checkpoint, as: "trunk")
    policyNetwork.save(parameters.base + policyOffset, into: &checkpoint, as: "policy")
    value.save(parameters.base + valueOffset, into: &checkpoint, as: "value")
    if networks.distribution.deviations > 0 {
      checkpoint.set("policy.log_std", Array(UnsafeBufferPointer(start: logDeviations, count: actionWidth)))
    }
    if let moments { checkpoint.set("observation_moments", encoding: moments) }
  }

  func load(from checkpoint: Checkpoint, optimizer name: String) throws {
    try loadPolicy(from: checkpoint)
    try updater.load(from: checkpoint, as: name)
    updates = try checkpoint.integers("updates", count: 1)[0]
  }

  func loadPolicy(from checkpoint: Checkpoint) throws {
    try trunk?.load(parameters.base, from: checkpoint, as: "trunk")
    try policyNetwork.load(parameters.base + policyOffset, from: checkpoint, as: "policy")
    try value.load(parameters.base + valueOffset, from: checkpoint, as: "value")
    if networks.distribution.deviations > 0 {
      logDeviations.update(from: try checkpoint.floats("policy.log_std", count: actionWidth), count: actionWidth)
    }
    if moments != nil { moments = try checkpoint.decode("observation_moments") }
  }

  private func condition(on features: UnsafePointer<Float>, rows: Int, masks: UnsafePointer<Bool>?) {
    let outputs = policyNetwork.forward(
      features, rows: rows, parameters: parameters.base + policyOffset, in: policyWorkspace)
    distribution.condition(on: outputs, masks: masks, logDeviations: logDeviations, rows: rows)
  }

  private func forwardTrunk(_ inputs: UnsafePointer<Float>, rows: Int) -> UnsafePointer<Float> {
    guard let trunk, let trunkWorkspace else { return inputs }
    return UnsafePointer(trunk.forward(inputs, rows: rows, parameters: parameters.base, in: trunkWorkspace))
  }
}
