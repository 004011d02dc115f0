import Environments
import Files
import Learning
import PythonEnvironments
import RLCore
import Randomness
import Runs
import Tracker

/// A policy out of a checkpoint, with the environment it was trained in. Load one to let a trained agent act in your program.
///
/// ```swift
/// import Tracker
///
/// func act(in store: Store) throws {
///   let policy = try TrainedPolicy(of: "latest", in: store)
///   print(policy.specification.id, policy.action(for: [0, 0, 0.1, 0.5]))
/// }
/// ```
public struct TrainedPolicy: Sendable {
  /// What acts.
  public let policy: any Policy
  /// The environment it was trained in.
  public let specification: EnvironmentSpecification
  /// The running statistics of that environment at the checkpoint; empty where it keeps none.
  package let statistics: [String: RunningMoments]
  private let python: PythonSettings

  /// The policy of a run's checkpoint. Throws where there is no such run or checkpoint, or it is not sound.
  public init(of run: String, _ choice: CheckpointChoice = .last, in store: Store) throws {
    try self.init(of: CheckpointReference(run: store.find(run), choice: choice), in: store)
  }

  package init(of reference: CheckpointReference, in store: Store) throws {
    let recorded = try store.load(reference.run).description.protocolSettings
    try self.init(reference.load(from: store), python: PythonSettings(RecordedSettings(recorded)))
  }

  /// The policy in a checkpoint file, which may have been copied anywhere.
  public init(contentsOf path: String) throws {
    guard let bytes = try? OpenFile.contents(of: path) else {
      throw CheckpointError("the checkpoint '\(path)' cannot be read")
    }
    try self.init(Checkpoint(safetensors: bytes))
  }

  init(_ checkpoint: Checkpoint, python: PythonSettings = PythonSettings()) throws {
    let environment = try EnvironmentCatalogue.described(checkpoint.text("environment"), python: python)
    specification = environment.specification
    self.python = python
    policy = try Agents.policy(from: checkpoint, for: specification)
    statistics = environment.statistics.isEmpty ? [:] : try checkpoint.decode("world_statistics")
  }

  /// Environments like the one it was trained in, with running statistics as they were at the checkpoint.
  public func makeEnvironments(count: Int, autoReset: AutoReset = .sameStep) throws -> any VectorEnvironment {
    let environment = try EnvironmentCatalogue.make(
      specification.id, count: count, autoReset: autoReset, python: python)
    environment.freeze(statistics)
    return environment
  }

  /// The most likely action `[A]` for one observation `[W]`. Traps on a wrong width.
  public func action(for observation: [Float]) -> [Float] {
    func act(_ policy: some Policy) -> [Float] {
      var action = Array(repeating: Float(0), count: specification.actionSpace.width)
      var (state, generator) = (policy.makeState(count: 1), CounterGenerator(SeedSequence(0)))
      var span = action.mutableSpan
      policy.act(
        on: observation.span, masks: Span(), count: 1, deterministic: true, state: &state, using: &generator,
        into: &span)
      return action
    }
    return act(policy)
  }
}
