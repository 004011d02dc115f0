import BLASBridge
import Learning
import Randomness
import Telemetry

/// A policy's and a value's network over the same observations, their parameters in one flat buffer.
///
/// Separate networks, or heads on a shared trunk, with orthogonal weights of gain √2 in hidden layers, 0.01 in the
/// policy's last and 1 in the value's. Numbered actions and bits are drawn from categorical distributions, numbers from
/// normal ones whose deviations are parameters that depend on no observation. Used by the on-policy algorithms.
final class ActorCritic {
  let parameters: FloatBuffer
  let gradient: FloatBuffer
  /// Numbers of an observation in a column, and as the networks take it.
  let observationWidth: Int
  let featureWidth: Int
  let actionWidth: Int

  private let distribution: Distribution
  private let encoding: ObservationEncoding
  /// The greatest entropy there is, that of choices that are all alike: Σ log |A|; nil for numbers.
  let maximumEntropy: Double?
  /// Of the observations, where they are normalised.
  private var moments: RunningMoments?
  private let trunk: Network?
  private let policy: Network
  private let value: Network
  private let trunkWorkspace: Network.Workspace?
  private let policyWorkspace: Network.Workspace
  private let valueWorkspace: Network.Workspace
  /// `[rows, trunk width]`: the value head's share of the gradient by the trunk's outputs.
  private let valueFeatureGradient: FloatBuffer
  private let actFeatures: FloatBuffer
  private let rows: Int

  private enum Distribution {
    /// `first` is added to a component's index to make the action.
    case categorical(Categorical, first: Float)
    case gaussian(low: [Float], high: [Float])
  }

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
  }

  /// `rows`: the most rows a pass takes.
  init(for world: EnvironmentSpecification, _ design: Design, rows: Int, seed: SeedSequence) {
    encoding = ObservationEncoding(world.observationSpace)
    observationWidth = encoding.sourceWidth
    featureWidth = encoding.width
    actionWidth = world.actionSpace.width
    moments = design.normalizesObservations ? RunningMoments(width: encoding.width) : nil
    let outputs: Int
    maximumEntropy = world.actionSpace.maximumEntropy
    switch world.actionSpace {
    case .discrete(let count, let start):
      distribution = .categorical(Categorical(counts: [count], rows: rows), first: Float(start))
      outputs = count
    case .multiDiscrete(let counts):
      distribution = .categorical(Categorical(counts: counts, rows: rows), first: 0)
      outputs = counts.reduce(0, +)
    case .multiBinary(let count):
      distribution = .categorical(Categorical(counts: Array(repeating: 2, count: count), rows: rows), first: 0)
      outputs = 2 * count
    case .box(let low, let high):
      distribution = .gaussian(low: low, high: high)
      outputs = low.count
    case .tuple, .dict:
      // `Agents.make` has said so in a sentence.
      fatalError("\(world.id): a policy chooses one kind of action, not \(world.actionSpace)")
    }
    self.rows = rows
    let (hidden, activation) = (design.hidden, design.activation)
    let initializer: Initializer? = design.isOrthogonal ? nil : .fanIn
    let isShared = design.sharesTrunk && !hidden.isEmpty
    trunk =
      isShared
      ? Network(
        widths: [featureWidth] + hidden, hidden: activation, output: activation, outputGain: Float(2).squareRoot(),
        initializer: initializer) : nil
    let widths = isShared ? [hidden.last!] : [featureWidth] + hidden
    policy = Network(widths: widths + [outputs], hidden: activation, outputGain: 0.01, initializer: initializer)
    value = Network(widths: widths + [1], hidden: activation, outputGain: 1, initializer: initializer)
    trunkWorkspace = trunk?.makeWorkspace(rows: rows)
    policyWorkspace = policy.makeWorkspace(rows: rows)
    valueWorkspace = value.makeWorkspace(rows: rows)
    valueFeatureGradient = FloatBuffer(count: rows * (trunk?.outputWidth ?? 0))
    actFeatures = FloatBuffer(count: rows * featureWidth)
    let deviations = if case .gaussian = distribution { outputs } else { 0 }
    let count = (trunk?.parameterCount ?? 0) + policy.parameterCount + value.parameterCount + deviations
    parameters = FloatBuffer(count: count)
    gradient = FloatBuffer(count: count)

    var generator = CounterGenerator(seed)
    trunk?.initialize(parameters.base, using: &generator)
    policy.initialize(parameters.base + policyOffset, using: &generator)
    value.initialize(parameters.base + valueOffset, using: &generator)
    (parameters.base + deviationOffset).update(repeating: Float(design.logDeviation), count: deviations)
  }

  private var policyOffset: Int { trunk?.parameterCount ?? 0 }
  private var valueOffset: Int { policyOffset + policy.parameterCount }
  private var deviationOffset: Int { valueOffset + value.parameterCount }
  /// `[A]`
  private var logDeviations: UnsafeMutablePointer<Float> { parameters.base + deviationOffset }

  /// Observations `[rows, W]` → `features [rows, F]`, normalised where that is wanted; `learning` takes them into the
  /// statistics first.
  func extract(
    _ observations: UnsafePointer<Float>, rows: Int, learning: Bool, into features: UnsafeMutablePointer<Float>
  ) {
    encoding.encode(observations, rows: rows, into: features)
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

  // MARK: Actions of the rows that the distribution was conditioned on

  /// Draws `actions [rows, A]`, counted from 0 where they are numbered.
  func sample(rows: Int, using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>) {
    switch distribution {
    case .categorical(let categorical, _): categorical.sample(rows: rows, using: &generator, into: actions)
    case .gaussian:
      DiagonalGaussian.sample(
        means: policyWorkspace.outputs, logDeviations: logDeviations, rows: rows, width: actionWidth,
        using: &generator, into: actions)
    }
  }

  /// log π(action) `[rows]`.
  func logProbability(of actions: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>) {
    switch distribution {
    case .categorical(let categorical, _): categorical.logProbability(of: actions, rows: rows, into: result)
    case .gaussian:
      DiagonalGaussian.logProbability(
        of: actions, means: policyWorkspace.outputs, logDeviations: logDeviations, rows: rows, width: actionWidth,
        into: result)
    }
  }

  /// The entropies `[rows]`, in nats.
  func entropy(rows: Int, into result: UnsafeMutablePointer<Float>) {
    switch distribution {
    case .categorical(let categorical, _): categorical.entropy(rows: rows, into: result)
    case .gaussian:
      result.update(
        repeating: DiagonalGaussian.entropy(logDeviations: logDeviations, width: actionWidth), count: rows)
    }
  }

  /// Actions as drawn → as the world takes them: counted from its first, or clipped to its box.
  func translate(_ actions: UnsafePointer<Float>, rows: Int, into worldActions: UnsafeMutablePointer<Float>) {
    switch distribution {
    case .categorical(_, let first):
      for i in 0..<rows * actionWidth { worldActions[i] = actions[i] + first }
    case .gaussian(let low, let high):
      for row in 0..<rows {
        for i in 0..<actionWidth {
          worldActions[row * actionWidth + i] = min(max(actions[row * actionWidth + i], low[i]), high[i])
        }
      }
    }
  }

  // MARK: The way back

  /// `[rows]`: where the loss's gradient by the values goes before `backward`.
  var valueGradient: UnsafeMutablePointer<Float> { valueWorkspace.outputGradient }

  /// After `forward` on the same features: fills `gradient` from the loss's gradients by log π(action) `[rows]`, by the
  /// entropy `[rows]` and by the values.
  func backward(
    _ inputs: UnsafePointer<Float>, actions: UnsafePointer<Float>, logProbabilityGradient: UnsafePointer<Float>,
    entropyGradient: UnsafePointer<Float>, rows: Int
  ) {
    switch distribution {
    case .categorical(let categorical, _):
      categorical.backward(
        actions: actions, logProbabilityGradient: logProbabilityGradient, entropyGradient: entropyGradient, rows: rows,
        into: policyWorkspace.outputGradient)
    case .gaussian:
      DiagonalGaussian.backward(
        actions: actions, means: policyWorkspace.outputs, logDeviations: logDeviations,
        logProbabilityGradient: logProbabilityGradient, entropyGradient: entropyGradient, rows: rows,
        width: actionWidth, into: policyWorkspace.outputGradient, gradient.base + deviationOffset)
    }
    let features = trunkWorkspace.map { UnsafePointer($0.outputs) } ?? inputs
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
        inputs, rows: rows, parameters: parameters.base, in: trunkWorkspace, gradient: gradient.base)
    }
  }

  /// To look at the networks around an update along `gradient`, which lies as `parameters` do.
  func makeWatch(gradient: FloatBuffer) -> NetworkWatch {
    var networks = [("policy", policy, policyWorkspace, policyOffset), ("value", value, valueWorkspace, valueOffset)]
    if let trunk, let trunkWorkspace { networks.insert(("trunk", trunk, trunkWorkspace, 0), at: 0) }
    return NetworkWatch(networks, parameters: parameters, gradient: gradient)
  }

  // MARK: Act for others

  /// Writes the world's actions `[count, A]` for any number of observations `[count, W]`.
  func act(
    on observations: Span<Float>, masks: [Bool]? = nil, count: Int, deterministic: Bool,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    encoding.check(observations, actions.count, count: count, actionWidth: actionWidth)
    observations.withUnsafeBufferPointer { observations in
      actions.withUnsafeMutableBufferPointer { actions in
        var start = 0
        while start < count {
          let rows = min(self.rows, count - start)
          extract(
            observations.baseAddress! + start * observationWidth, rows: rows, learning: false, into: actFeatures.base)
          if let masks {
            let width = masks.count / count
            masks.withUnsafeBufferPointer {
              forwardPolicy(actFeatures.base, rows: rows, masks: $0.baseAddress! + start * width)
            }
          } else {
            forwardPolicy(actFeatures.base, rows: rows)
          }
          let part = actions.baseAddress! + start * actionWidth
          if deterministic { mode(rows: rows, into: part) } else { sample(rows: rows, using: &generator, into: part) }
          translate(part, rows: rows, into: part)
          start += rows
        }
      }
    }
  }

  /// The most likely `actions [rows, A]`.
  private func mode(rows: Int, into actions: UnsafeMutablePointer<Float>) {
    switch distribution {
    case .categorical(let categorical, _): categorical.mode(rows: rows, into: actions)
    case .gaussian: actions.update(from: policyWorkspace.outputs, count: rows * actionWidth)
    }
  }

  func save(into checkpoint: inout Checkpoint) {
    trunk?.save(parameters.base, into: &checkpoint, as: "trunk")
    policy.save(parameters.base + policyOffset, into: &checkpoint, as: "policy")
    value.save(parameters.base + valueOffset, into: &checkpoint, as: "value")
    if case .gaussian = distribution {
      checkpoint.set("policy.log_std", Array(UnsafeBufferPointer(start: logDeviations, count: actionWidth)))
    }
    if let moments { checkpoint.set("observation_moments", encoding: moments) }
  }

  func load(from checkpoint: Checkpoint) throws {
    try trunk?.load(parameters.base, from: checkpoint, as: "trunk")
    try policy.load(parameters.base + policyOffset, from: checkpoint, as: "policy")
    try value.load(parameters.base + valueOffset, from: checkpoint, as: "value")
    if case .gaussian = distribution {
      logDeviations.update(from: try checkpoint.floats("policy.log_std", count: actionWidth), count: actionWidth)
    }
    if moments != nil { moments = try checkpoint.decode("observation_moments") }
  }

  /// A masked choice has logit −∞: probability 0, and no gradient (Huang and Ontañón 2022).
  private func condition(on features: UnsafePointer<Float>, rows: Int, masks: UnsafePointer<Bool>?) {
    let outputs = policy.forward(
      features, rows: rows, parameters: parameters.base + policyOffset, in: policyWorkspace)
    guard case .categorical(let categorical, _) = distribution else { return }
    if let masks {
      for i in 0..<rows * categorical.width where !masks[i] { outputs[i] = -.infinity }
    }
    categorical.condition(on: outputs, rows: rows)
  }

  private func forwardTrunk(_ inputs: UnsafePointer<Float>, rows: Int) -> UnsafePointer<Float> {
    guard let trunk, let trunkWorkspace else { return inputs }
    return UnsafePointer(trunk.forward(inputs, rows: rows, parameters: parameters.base, in: trunkWorkspace))
  }
}
