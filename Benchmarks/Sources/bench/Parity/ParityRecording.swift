import BLASBridge
import Environments
import Foundation
import Learning
import RLCore
import Randomness
import Settings
import Telemetry
import Training

/// A stretch of one of our trainings with everything that another program needs to repeat it: checkpoints from before and
/// after, what the environments gave, and the random numbers that were drawn.
struct ParityRecording {
  let file: Checkpoint
  /// Gradient steps in it.
  let updates: Int

  /// What the script is told besides tensors.
  private struct Description: Encodable {
    var agent: String
    var hyperparameters: [String: HyperparameterValue]
    var copies: Int
    var budget: Int
    var start: Int
    var end: Int
    var iterations: [LossSink.Iteration]
    /// Of discrete spaces; 0 where there are boxes.
    var states: Int
    var choices: Int
  }

  init(_ parity: ParityCase) throws {
    BLAS.threads = 1
    let configuration = try TrainingConfiguration(
      environment: parity.environment, agent: parity.agent, preset: parity.preset, values: parity.values)
    let (environmentCount, budget) = (configuration.environmentCount, configuration.plan.budget)
    let world = RecordingVector(try EnvironmentCatalogue.make(parity.environment, count: environmentCount))
    guard let type = Agents.named(parity.agent) else { throw BenchmarkError("there is no agent \(parity.agent)") }
    let agent = try Agents.make(
      type, hyperparameters: configuration.hyperparameters, for: world.specification,
      environmentCount: environmentCount, seed: 1)
    let sink = LossSink()
    var progress = TrainingProgress(steps: 0, budget: budget)
    func train(until step: Int) throws {
      while progress.steps < step {
        progress.steps += try agent.iterate(in: world, progress: progress, reporting: sink)
      }
    }
    agent.begin(in: world, seed: 1)
    try train(until: parity.start)
    let (start, updatesBefore) = (progress.steps, sink.iterations.last?.updates ?? 0)
    var before = Checkpoint()
    agent.save(into: &before)
    sink.clear()
    world.isRecording = true
    try train(until: start + parity.length)
    updates = (sink.iterations.last?.updates ?? 0) - updatesBefore
    var after = Checkpoint()
    agent.save(into: &after)

    var file = Checkpoint()
    for (name, checkpoint) in [("before", before), ("after", after)] {
      for (key, tensor) in checkpoint.tensors { file.tensors["\(name).\(key)"] = tensor }
      for (key, text) in checkpoint.texts { file.texts["\(name).\(key)"] = text }
    }
    file.set("actions", world.actions)
    file.set("observations", world.observations)
    file.set("final_observations", world.finalObservations)
    file.set("rewards", world.rewards)
    file.set("endings", bytes: world.endings)
    let specification = world.specification
    file.setBounds(of: specification.observationSpace, as: "observation")
    file.setBounds(of: specification.actionSpace, as: "action")
    let draws = ParityDraws(
      before, configuration: configuration, start: start, end: progress.steps,
      actionWidth: specification.actionSpace.width, isDiscrete: specification.actionSpace.choices > 0)
    try draws.add(to: &file)
    file.set(
      "description",
      encoding: Description(
        agent: parity.agent, hyperparameters: configuration.hyperparameters, copies: environmentCount,
        budget: budget,
        start: start, end: progress.steps, iterations: sink.iterations,
        states: specification.observationSpace.choices, choices: specification.actionSpace.choices))
    self.file = file
  }
}

extension Checkpoint {
  fileprivate mutating func setBounds(of space: Space, as name: String) {
    guard case .box(let low, let high) = space else { return }
    set("\(name)_low", low)
    set("\(name)_high", high)
  }
}

extension Space {
  /// The number of choices of a discrete space that counts from 0; 0 for others.
  fileprivate var choices: Int {
    if case .discrete(let count, 0) = self { count } else { 0 }
  }
}
