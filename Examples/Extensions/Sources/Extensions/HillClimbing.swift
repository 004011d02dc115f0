import Learning
import RLCore
import Randomness
import Settings
import Telemetry

/// An agent of one's own: random hill climbing on a linear policy. An iteration changes the weights at random, plays an episode
/// and keeps the change if the return did not fall.
final class HillClimbing: Agent {
  struct Configuration: AgentConfiguration {
    var noise = 0.5

    static let hyperparameters: [Hyperparameter<Configuration>] = [
      .number("noise", \.noise, .positive, "standard deviation of a change of a weight")
    ]

    func validate(for world: EnvironmentSpecification) throws(HyperparameterError) {
      guard case .discrete = world.actionSpace else {
        throw HyperparameterError("hill_climbing needs a Discrete action space; \(world.id) has \(world.actionSpace)")
      }
    }

    func memory(for world: EnvironmentSpecification, environmentCount: Int, budget: Int) -> MemoryEstimate {
      MemoryEstimate()
    }
  }

  static let name = "hill_climbing"
  static let summary = "random hill climbing on a linear policy"

  let configuration: Configuration
  private var best: LinearPolicy
  private var bestReturn = -Double.infinity
  private var batch: StepBatch
  private var generator: CounterGenerator

  init(
    _ configuration: Configuration, for world: EnvironmentSpecification, environmentCount: Int, seed: UInt64
  ) throws(HyperparameterError) {
    try configuration.validate(for: world)
    if environmentCount != 1 { throw HyperparameterError("hill_climbing plays one environment: n_envs must be 1") }
    self.configuration = configuration
    best = LinearPolicy(for: world)
    batch = StepBatch(count: 1, width: world.observationSpace.width)
    generator = CounterGenerator(SeedSequence(seed).child(named: "hill climbing"))
  }

  var policy: any Policy { best }

  func begin(in world: any VectorEnvironment, seed: UInt64) { world.reset(seed: seed, into: &batch) }

  func iterate(in world: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink) -> Int {
    var candidate = best
    for index in candidate.weights.indices {
      candidate.weights[index] += Float(configuration.noise) * Float(generator.uniform() - generator.uniform())
    }
    var (steps, total) = (0, 0.0)
    repeat {
      let action = [candidate.action(for: batch.observations[...])]
      world.step(action.span, into: &batch)
      steps += 1
      total += batch.rewards[0]
    } while batch.endings[0] == .none
    if total >= bestReturn { (best, bestReturn) = (candidate, total) }
    let end = progress.steps + steps
    sink.record(
      Episode(phase: .training, reward: total, length: steps, truncated: batch.endings[0] == .truncated), step: end)
    sink.record("rollout/ep_rew_mean", total, step: end)
    sink.record("train/best_return", bestReturn, step: end)
    return steps
  }

  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("weights", best.weights)
    checkpoint.set("best_return", encoding: bestReturn)
    checkpoint.set("batch", batch.observations)
    checkpoint.set("generator", encoding: generator)
  }

  func load(from checkpoint: Checkpoint) throws {
    try loadPolicy(from: checkpoint)
    bestReturn = try checkpoint.decode("best_return")
    batch.observations = try checkpoint.floats("batch", count: batch.observations.count)
    generator = try checkpoint.decode("generator")
  }

  func loadPolicy(from checkpoint: Checkpoint) throws {
    best.weights = try checkpoint.floats("weights", count: best.weights.count)
  }

  static func policy(
    in checkpoint: Checkpoint, _ configuration: Configuration, for world: EnvironmentSpecification
  ) throws -> any Policy {
    var policy = LinearPolicy(for: world)
    policy.weights = try checkpoint.floats("weights", count: policy.weights.count)
    return policy
  }
}

/// Takes the action whose weights, and bias, give an observation the largest sum.
struct LinearPolicy: Policy {
  let width: Int
  let first: Int
  /// `[actions, width + 1]`
  var weights: [Float]

  init(for world: EnvironmentSpecification) {
    width = world.observationSpace.width
    guard case .discrete(let count, let start) = world.actionSpace else { preconditionFailure("no Discrete actions") }
    first = start
    weights = Array(repeating: 0, count: count * (width + 1))
  }

  func action(for observation: ArraySlice<Float>) -> Float {
    var (best, bestSum) = (0, -Float.infinity)
    for action in 0..<weights.count / (width + 1) {
      let row = weights[action * (width + 1)..<(action + 1) * (width + 1)]
      let sum = zip(row, observation).reduce(row.last!) { $0 + $1.0 * $1.1 }
      if sum > bestSum { (best, bestSum) = (action, sum) }
    }
    return Float(first + best)
  }

  func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout Void,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    for row in 0..<count {
      actions[row] = action(for: (row * width..<(row + 1) * width).map { observations[$0] }[...])
    }
  }
}
