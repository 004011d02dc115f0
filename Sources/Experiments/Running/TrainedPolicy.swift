import Environments
import Foundation
import Learning
import RLCore
import Randomness
import Tracker

/// A policy out of a checkpoint, ready to act.
public final class TrainedPolicy: Policy {
  /// The world it was trained in.
  public let specification: EnvironmentSpecification
  private let policy: any Policy

  /// The policy of a run's checkpoint. Throws where there is no such run or checkpoint, or it is not sound.
  public convenience init(of run: String, _ choice: CheckpointChoice = .last, in store: Store) throws {
    try self.init(CheckpointReference(run: store.find(run), choice: choice).load(from: store))
  }

  /// The policy in a checkpoint file, which may have been copied anywhere.
  public convenience init(contentsOf path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CheckpointError("the checkpoint '\(path)' cannot be read")
    }
    try self.init(Checkpoint(safetensors: Array(data)))
  }

  init(_ checkpoint: Checkpoint) throws {
    specification = try Worlds.specification(checkpoint.text("environment"))
    policy = try Agents.policy(from: checkpoint, for: specification)
  }

  /// The most likely action `[A]` for one observation `[W]`. Traps on a wrong width.
  public func action(for observation: [Float]) -> [Float] {
    var action = Array(repeating: Float(0), count: specification.actionSpace.width)
    var generator = CounterGenerator(SeedSequence(0))
    var span = action.mutableSpan
    policy.act(on: observation.span, count: 1, deterministic: true, using: &generator, into: &span)
    return action
  }

  public func act(
    on observations: Span<Float>, count: Int, deterministic: Bool, using generator: inout CounterGenerator,
    into actions: inout MutableSpan<Float>
  ) {
    policy.act(on: observations, count: count, deterministic: deterministic, using: &generator, into: &actions)
  }

  public func act(
    on observations: Span<Float>, masks: [Bool]?, count: Int, deterministic: Bool,
    using generator: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    policy.act(
      on: observations, masks: masks, count: count, deterministic: deterministic, using: &generator, into: &actions)
  }
}
