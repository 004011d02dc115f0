import BLASBridge
import Learning
import Randomness
import Settings
import Telemetry

/// REINFORCE with a baseline (Williams 1992; Sutton and Barto 2018, section 13.4): whole episodes, then one gradient
/// step along (G − V(s)) ∇ log π(a|s), while V learns the returns.
///
/// A truncated episode's return goes on with the value of its final observation.
package final class REINFORCE: Agent {
  package struct Configuration: AgentConfiguration {
    package var learningRate = Schedule.constant(1e-3)
    package var episodes = 8
    package var gamma = 0.99
    package var entropyCoefficient = 0.0
    package var valueCoefficient = 0.5
    package var maximumGradientNorm = 0.5
    package var normalizesAdvantages = true
    package var hiddenWidths = [64, 64]
    package var activation = Activation.tanh
    package var sharesTrunk = false
    package init() {}

    package static let hyperparameters: [Hyperparameter<Configuration>] = [
      .schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size"),
      .integer("n_episodes", \.episodes, .atLeast(1, limit: 1_000_000), "whole episodes an update learns from"),
      .number("gamma", \.gamma, .unit, "discount factor γ"),
      .number("ent_coef", \.entropyCoefficient, .nonNegative, "weight of the entropy bonus"),
      .number("vf_coef", \.valueCoefficient, .nonNegative, "weight of the value loss"),
      .number("max_grad_norm", \.maximumGradientNorm, .positive, "the global gradient norm is clipped to this"),
      .flag("normalize_advantage", \.normalizesAdvantages, "scale each update's advantages to mean 0, std 1"),
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "activation after each hidden layer"),
      .flag("share_trunk", \.sharesTrunk, "policy and value share the hidden layers"),
    ]

    var design: ActorCritic.Design {
      ActorCritic.Design(
        hidden: hiddenWidths, activation: activation, sharesTrunk: sharesTrunk)
    }

    package func validate(for environment: EnvironmentSpecification) throws(HyperparameterError) {}

    /// For episodes that last to the time limit, or 1,000 steps if there is none.
    package func memory(for environment: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate
    {
      var memory = MemoryEstimate()
      let row = ObservationEncoding(environment.observationSpace).width + environment.actionSpace.width + 4
      let steps = Double(episodes) * Double(environment.timeLimit ?? 1_000)
      memory.add("the episodes learnt from", bytes: 4 * Double(row) * steps, lower: "n_episodes")
      memory.addActorCritic(
        for: environment, hidden: hiddenWidths, sharesTrunk: sharesTrunk, rows: REINFORCE.rows, lower: "net_arch")
      return memory
    }

    /// Of short episodes.
    package func iterationLength(environmentCount: Int) -> Double { 20 * Double(episodes) }
  }

  package static let name = "reinforce"
  package static let summary = "REINFORCE with a learnt baseline (Williams 1992)"

  package let configuration: Configuration
  private let network: ActorCritic
  private var batch: StepBatch
  private var rollout: RolloutSignals
  private var clock = PhaseClock()
  private var sampler: CounterGenerator
  /// The episodes of an update, one after the other: `[K, F]`, `[K, A]`, `[K]`.
  private var features: [Float] = []
  private var actions: [Float] = []
  private var rewards: [Float] = []
  /// Of a chunk of rows.
  private static let rows = 256
  private let rows = REINFORCE.rows
  private let action: FloatBuffer
  private let finalFeatures: FloatBuffer
  /// Of all rows: the sum of the chunks' gradients.
  private let gradient: FloatBuffer

  package init(
    _ configuration: Configuration, for environment: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  )
    throws
  {
    guard environmentCount == 1 else {
      throw HyperparameterError(
        "reinforce plays one whole episode after the other: n_envs must be 1, not \(environmentCount)")
    }
    self.configuration = configuration
    let root = SeedSequence(seed)
    network = ActorCritic(
      for: environment, configuration.design, rows: rows, maximumNorm: configuration.maximumGradientNorm,
      seed: root.child(named: "network")
    ) { Adam(parameterCount: $0) }
    batch = StepBatch(count: 1, width: environment.observationSpace.width)
    rollout = RolloutSignals(for: environment, environmentCount: 1, gamma: configuration.gamma, scalesActions: false)
    sampler = CounterGenerator(root.child(named: "sampler"))
    action = FloatBuffer(count: environment.actionSpace.width)
    finalFeatures = FloatBuffer(count: network.featureWidth)
    gradient = FloatBuffer(count: network.parameters.count)
  }

  package var times: PhaseTimes { clock.times }

  package func begin(in environment: any VectorEnvironment, seed: UInt64) {
    environment.reset(seed: seed, into: &batch)
  }

  package func iterate(
    in environment: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink
  ) throws -> Int {
    let returns = try play(in: environment, from: progress.steps, reporting: sink)
    let count = returns.count
    let now = TrainingProgress(steps: progress.steps + count, budget: progress.budget)
    let look = sink.look(from: progress.steps, to: now.steps, isFirst: network.updates == 0)
    var advantages = AdvantageStatistics()
    var losses = lossAndGradient(returns, &advantages)
    let rate = configuration.learningRate.value(remaining: now.remaining)
    // The networks hold the last chunk.
    losses.gradientNorm = network.update(learningRate: rate, rows: (count - 1) % rows + 1, look: look)
    clock.lap(.update)
    if let look, look.isDetailed { show(returns, look) }
    rollout.report(from: progress.steps, to: now.steps, sink)
    advantages.report(step: now.steps, to: sink)
    losses.report(over: 1, of: network, learningRate: rate, step: now.steps, to: sink)
    return count
  }

  /// Plays `episodes` whole episodes; returns G of every step: r + γ r' + γ² r'' … Throws where the policy has
  /// diverged.
  private func play(
    in environment: any VectorEnvironment, from step: Int, reporting sink: any MetricSink
  ) throws -> [Float] {
    features.removeAll(keepingCapacity: true)
    actions.removeAll(keepingCapacity: true)
    rewards.removeAll(keepingCapacity: true)
    let width = network.featureWidth
    var returns: [Float] = []
    var (ended, start) = (0, 0)
    clock.start()
    while ended < configuration.episodes {
      let row = rewards.count
      features.append(contentsOf: repeatElement(0, count: width))
      features.withUnsafeMutableBufferPointer { features in
        batch.observations.withUnsafeBufferPointer {
          network.extract(
            $0.baseAddress!, rows: 1, learning: false, into: features.baseAddress! + row * width)
          rollout.observe($0.baseAddress!, rows: 1, count: $0.count)
        }
        network.forwardPolicy(features.baseAddress! + row * width, rows: 1)
      }
      network.distribution.sample(rows: 1, using: &sampler, into: action.base)
      actions.append(contentsOf: UnsafeBufferPointer(start: action.base, count: action.count))
      network.distribution.translate(action.base, rows: 1, into: action.base)
      clock.lap(.policy)
      let taken = UnsafeBufferPointer(start: action.base, count: action.count)
      try rollout.check(taken, from: step, to: step + row, sink)
      environment.step(taken.span, into: &batch)
      try environment.checkFailure()
      clock.lap(.environment)
      rewards.append(Float(batch.rewards[0]))
      actions.withUnsafeBufferPointer {
        rollout.record(
          $0.baseAddress! + ($0.count - action.count), batch, step: step + rewards.count, to: sink)
      }
      rollout.receive(batch)
      clock.start()
      if batch.endings[0] == .none { continue }
      var future: Float = 0
      if batch.endings[0] == .truncated {
        batch.finalObservations.withUnsafeBufferPointer {
          network.extract($0.baseAddress!, rows: 1, learning: false, into: finalFeatures.base)
        }
        network.values(finalFeatures.base, rows: 1, into: &future)
      }
      returns.append(contentsOf: repeatElement(0, count: rewards.count - start))
      for index in (start..<rewards.count).reversed() {
        future = rewards[index] + Float(configuration.gamma) * future
        returns[index] = future
      }
      start = rewards.count
      ended += 1
    }
    return returns
  }

  /// L = −mean((G − V) log π(a|s)) + c_v mean((G − V)²) − c_e mean(H), chunk by chunk, and its gradient into
  /// `network.gradient`.
  private func lossAndGradient(
    _ returns: [Float], _ statistics: inout AdvantageStatistics
  ) -> ActorCriticLosses {
    let count = returns.count
    var advantages = returns
    features.withUnsafeBufferPointer { features in
      advantages.withUnsafeMutableBufferPointer { advantages in
        network.values(features.baseAddress!, rows: count, into: advantages.baseAddress!)
        for i in 0..<count { advantages[i] = returns[i] - advantages[i] }
        returns.withUnsafeBufferPointer {
          statistics.take(advantages: advantages.baseAddress!, returns: $0.baseAddress!, count: count)
        }
        if configuration.normalizesAdvantages, count > 1 { standardize(advantages.baseAddress!, count: count) }
      }
    }
    gradient.base.update(repeating: 0, count: gradient.count)
    let share = 1 / Float(count)
    var losses = ActorCriticLosses()
    var start = 0
    while start < count {
      let rows = min(self.rows, count - start)
      features.withUnsafeBufferPointer { features in
        actions.withUnsafeBufferPointer { actions in
          let (x, a) = (
            features.baseAddress! + start * network.featureWidth, actions.baseAddress! + start * network.actionWidth
          )
          let values = network.evaluate(x, actions: a, rows: rows)
          for i in 0..<rows {
            let error = values[i] - returns[start + i]
            losses.policy -= Double(advantages[start + i] * network.logProbabilities.base[i] * share)
            losses.value += Double(error * error * share)
            losses.entropy += Double(network.entropies.base[i] * share)
            network.logProbabilityGradient.base[i] = -advantages[start + i] * share
            network.entropyGradient.base[i] = -Float(configuration.entropyCoefficient) * share
            network.valueGradient[i] = 2 * Float(configuration.valueCoefficient) * share * error
          }
          network.backward(x, actions: a, rows: rows)
        }
      }
      for i in 0..<gradient.count { gradient.base[i] += network.gradient.base[i] }
      start += rows
    }
    network.gradient.base.update(from: gradient.base, count: gradient.count)
    return losses
  }

  package var tensors: [String] { network.tensors + signals("observations", "actions", "rewards", "returns") }

  private func show(_ returns: [Float], _ look: Look) {
    for (name, values) in [
      ("observations", features), ("actions", actions), ("rewards", rewards), ("returns", returns),
    ] {
      values.withUnsafeBufferPointer { look.show(name, $0.baseAddress!, count: $0.count) }
    }
  }

  // MARK: Act, save, load

  package var policy: any Policy { network.policy }

  package static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for environment: EnvironmentSpecification
  ) throws -> any Policy {
    try ActorCritic.policy(in: checkpoint, configuration.design, for: environment, rows: rows)
  }

  package func save(into checkpoint: inout Checkpoint) {
    network.save(into: &checkpoint, optimizer: "adam")
    checkpoint.set("observations", batch.observations)
    checkpoint.set("rollout", encoding: rollout)
    checkpoint.set("sampler", encoding: sampler)
  }

  package func loadPolicy(from checkpoint: Checkpoint) throws { try network.loadPolicy(from: checkpoint) }

  package func load(from checkpoint: Checkpoint) throws {
    try network.load(from: checkpoint, optimizer: "adam")
    batch.observations = try checkpoint.floats("observations", count: batch.observations.count)
    rollout = try checkpoint.decode("rollout")
    sampler = try checkpoint.decode("sampler")
  }
}
