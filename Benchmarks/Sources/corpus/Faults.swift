import Debugger
import Learning
import RLCore
import Telemetry

/// The gradient is followed in the wrong direction.
enum WrongSign {
  final class OfPPO: Fault {
    typealias Base = PPO
    static let name = "wrong_sign"
    static func change(_ configuration: inout PPO.Configuration) { configuration.learningRate.negate() }
  }
  final class OfDQN: Fault {
    typealias Base = DQN
    static let name = "wrong_sign"
    static func change(_ configuration: inout DQN.Configuration) { configuration.learningRate.negate() }
  }
  final class OfSAC: Fault {
    typealias Base = SAC
    static let name = "wrong_sign"
    static func change(_ configuration: inout SAC.Configuration) { configuration.learningRate.negate() }
  }
}

extension Schedule {
  fileprivate mutating func negate() { self = .constant(-value(remaining: 1)) }
}

/// The entropy bonus is subtracted: certainty is rewarded.
final class Certainty: Fault {
  typealias Base = PPO
  static let name = "certainty"
  static func change(_ configuration: inout PPO.Configuration) { configuration.entropyCoefficient = -0.5 }
}

/// The actions of an iteration come from the parameters of the iteration before, as of a worker that is one behind, while
/// the ratios are those of the new ones.
final class StalePolicy: Fault {
  static let name = "stale_policy"
  private var last: Checkpoint?
  private var current: Checkpoint?

  func prepare(_ agent: PPO, _ progress: TrainingProgress) throws {
    var now = Checkpoint()
    agent.save(into: &now)
    current = now
    if let last { try agent.loadPolicy(from: last) }
    last = now
  }

  func spoil(
    _ batch: inout StepBatch, of agent: PPO, step: Int, _ progress: TrainingProgress
  ) {
    guard step == agent.configuration.segmentLength - 1, let current else { return }
    do { try agent.loadPolicy(from: current) } catch { fatalError("\(error)") }
  }
}

/// Hidden units of a network that a checkpoint knows by `names` start with a bias or with weights that are far off.
private func tamper(
  with agent: some Agent, tensorsNamed names: (String) -> Bool, _ body: (inout [Float]) -> Void
) throws {
  var checkpoint = Checkpoint()
  agent.save(into: &checkpoint)
  var count = 0
  for name in checkpoint.tensors.keys where names(name) {
    guard let tensor = checkpoint.tensors[name], case .float32(var values) = tensor.elements else { continue }
    body(&values)
    checkpoint.set(name, values, shape: tensor.shape)
    count += 1
  }
  precondition(count > 0, "the checkpoint has no tensor to change: \(checkpoint.tensors.keys.sorted())")
  try agent.load(from: checkpoint)
}

/// Most hidden units start where a ReLU is 0 for every input.
enum DeadUnits {
  final class OfPPO: Fault {
    static let name = "dead_units"
    func begin(_ agent: PPO) throws {
      try tamper(with: agent, tensorsNamed: { $0 == "policy.0.bias" || $0 == "value.0.bias" }, Self.kill)
    }
    static func kill(_ biases: inout [Float]) { for i in biases.indices where i % 10 != 0 { biases[i] = -30 } }
  }
  final class OfDQN: Fault {
    static let name = "dead_units"
    func begin(_ agent: DQN) throws {
      try tamper(with: agent, tensorsNamed: { $0 == "q.0.bias" }, OfPPO.kill)
    }
  }
}

/// Weights start so large that tanh is flat wherever inputs are.
final class SaturatedUnits: Fault {
  static let name = "saturated_units"
  func begin(_ agent: PPO) throws {
    try tamper(with: agent, tensorsNamed: { $0 == "policy.0.weight" || $0 == "value.0.weight" }) { weights in
      for i in weights.indices { weights[i] *= 300 }
    }
  }
}

/// One number of one observation is not a number once half of the training is over.
final class NaNObservation<Base: Agent>: Fault {
  static var name: String { "nan_observation" }
  private var steps = 0

  func spoil(
    _ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress
  ) {
    steps += 1
    if 2 * progress.steps >= progress.budget, steps % 97 == 0 { batch.observations[0] = .nan }
  }
}

/// The time limit is reported as an end by the world's rules.
final class TimeLimitAsTermination<Base: Agent>: Fault {
  static var name: String { "time_limit_as_termination" }
  func spoil(
    _ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress
  ) {
    for copy in batch.endings.indices where batch.endings[copy] == .truncated { batch.endings[copy] = .terminated }
  }
}

/// Rewards a thousand times as large.
final class LargeRewards<Base: Agent>: Fault {
  static var name: String { "large_rewards" }
  func spoil(
    _ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress
  ) {
    for copy in batch.rewards.indices { batch.rewards[copy] *= 1000 }
  }
}

/// After half of the training one sensor reads five times what it read before, and a constant more.
final class SensorDrift<Base: Agent>: Fault {
  static var name: String { "sensor_drift" }
  func spoil(
    _ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress
  ) {
    guard 2 * progress.steps >= progress.budget else { return }
    let width = batch.observations.count / batch.rewards.count
    for copy in batch.rewards.indices {
      for column in 0..<max(1, width / 2) {
        batch.observations[copy * width + column] = 5 * batch.observations[copy * width + column] + 3
        batch.finalObservations[copy * width + column] = 5 * batch.finalObservations[copy * width + column] + 3
      }
    }
  }
}

/// Actions mean the opposite of what they mean in evaluations, as where a simulator and the real machine count a motor's
/// direction differently.
final class ReversedActions<Base: Agent>: Fault {
  static var name: String { "reversed_actions" }
  func alter(_ actions: inout [Float], in space: Space) {
    switch space {
    case .discrete(let count, let first):
      for i in actions.indices { actions[i] = Float(2 * first + count - 1) - actions[i] }
    default: for i in actions.indices { actions[i].negate() }
    }
  }
}

/// Observations are scaled by their running statistics where the agent learns, and not where it is evaluated.
final class NormalisedObservations<Base: Agent>: Fault {
  static var name: String { "normalised_observations" }
  private var count = 0.0
  private var means: [Double] = []
  private var squares: [Double] = []

  func spoil(_ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress) {
    let width = batch.observations.count / batch.rewards.count
    if means.isEmpty { (means, squares) = (Array(repeating: 0, count: width), Array(repeating: 0, count: width)) }
    for row in batch.rewards.indices {
      count += 1
      for column in 0..<width {
        let value = Double(batch.observations[row * width + column])
        let delta = value - means[column]
        means[column] += delta / count
        squares[column] += delta * (value - means[column])
      }
    }
    for place in batch.observations.indices {
      let column = place % width
      let scale = 1 / (squares[column] / count + 1e-8).squareRoot()
      func scaled(_ value: Float) -> Float { Float(max(-10, min(10, (Double(value) - means[column]) * scale))) }
      batch.observations[place] = scaled(batch.observations[place])
      batch.finalObservations[place] = scaled(batch.finalObservations[place])
    }
  }
}

/// Every fault by the agent it is made for.
let sabotagedAgents: [any Agent.Type] = [
  Sabotaged<WrongSign.OfPPO>.self, Sabotaged<WrongSign.OfDQN>.self, Sabotaged<WrongSign.OfSAC>.self,
  Sabotaged<StalePolicy>.self, Sabotaged<Certainty>.self, Sabotaged<DeadUnits.OfPPO>.self,
  Sabotaged<DeadUnits.OfDQN>.self,
  Sabotaged<SaturatedUnits>.self,
  Sabotaged<NaNObservation<PPO>>.self, Sabotaged<NaNObservation<DQN>>.self, Sabotaged<NaNObservation<SAC>>.self,
  Sabotaged<TimeLimitAsTermination<PPO>>.self, Sabotaged<TimeLimitAsTermination<SAC>>.self,
  Sabotaged<LargeRewards<PPO>>.self, Sabotaged<LargeRewards<DQN>>.self, Sabotaged<LargeRewards<SAC>>.self,
  Sabotaged<SensorDrift<PPO>>.self, Sabotaged<SensorDrift<DQN>>.self,
  Sabotaged<ReversedActions<PPO>>.self, Sabotaged<ReversedActions<DQN>>.self, Sabotaged<ReversedActions<SAC>>.self,
  Sabotaged<NormalisedObservations<PPO>>.self, Sabotaged<NormalisedObservations<DQN>>.self,
]
