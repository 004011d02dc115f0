import Learning
import RLCore
import Randomness
import Telemetry

/// Something that goes wrong in trainings of `Base`, put into one on purpose.
///
/// Faults of hyperparameters need none of this: they are configurations. A fault of this kind stands for an error in
/// somebody's program: in an algorithm, in a network's initialisation, in a simulator.
protocol Fault: AnyObject {
  associatedtype Base: Agent
  static var name: String { get }
  init()
  /// Changes hyperparameters beyond what their ranges allow.
  static func change(_ configuration: inout Base.Configuration)
  /// After the agent took the first observations.
  func begin(_ agent: Base) throws
  /// Before each iteration, which starts after `progress.steps` transitions.
  func prepare(_ agent: Base, _ progress: TrainingProgress) throws
  /// What a step of all copies gave; `step` counts the calls of an iteration from 0.
  func spoil(_ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress)
  /// What the world takes instead of the actions that the agent chose, `[N, A]`.
  func alter(_ actions: inout [Float], in space: Space)
}

extension Fault {
  static func change(_ configuration: inout Base.Configuration) {}
  func begin(_ agent: Base) throws {}
  func prepare(_ agent: Base, _ progress: TrainingProgress) throws {}
  func spoil(_ batch: inout StepBatch, of agent: Base, step: Int, _ progress: TrainingProgress) {}
  func alter(_ actions: inout [Float], in space: Space) {}
}

/// An agent with a fault: everything else is the sound agent's.
///
/// The faults of a world sit between the agent and the world that it trains in, so that evaluations see the sound one.
final class Sabotaged<F: Fault>: Agent {
  static var name: String { "\(F.Base.name)_\(F.name)" }
  static var summary: String { "\(F.Base.name) with a fault: \(F.name)" }

  let configuration: F.Base.Configuration
  private let base: F.Base
  private let fault = F()
  private var world: SpoiledWorld?

  init(_ configuration: F.Base.Configuration, for world: EnvironmentSpecification, environmentCount: Int, seed: UInt64)
    throws
  {
    self.configuration = configuration
    var changed = configuration
    F.change(&changed)
    base = try F.Base(changed, for: world, environmentCount: environmentCount, seed: seed)
  }

  func begin(in world: any VectorEnvironment, seed: UInt64) {
    let spoiled = SpoiledWorld(world)
    spoiled.alter = { [fault] in fault.alter(&$0, in: $1) }
    self.world = spoiled
    base.begin(in: spoiled, seed: seed)
    do { try fault.begin(base) } catch { fatalError("\(Self.name): \(error)") }
  }

  func iterate(in world: any VectorEnvironment, progress: TrainingProgress, reporting sink: any MetricSink) throws
    -> Int
  {
    guard let spoiled = self.world else { fatalError("\(Self.name): a sabotaged training cannot be resumed") }
    try fault.prepare(base, progress)
    var step = 0
    spoiled.spoil = { [fault, base] batch in
      fault.spoil(&batch, of: base, step: step, progress)
      step += 1
    }
    defer { spoiled.spoil = nil }
    return try base.iterate(in: spoiled, progress: progress, reporting: sink)
  }

  func save(into checkpoint: inout Checkpoint) { base.save(into: &checkpoint) }
  func load(from checkpoint: Checkpoint) throws { try base.load(from: checkpoint) }
  func loadPolicy(from checkpoint: Checkpoint) throws { try base.loadPolicy(from: checkpoint) }

  var policy: any Policy { base.policy }
  static func policy(
    in checkpoint: Checkpoint, _ configuration: F.Base.Configuration, for world: EnvironmentSpecification
  ) throws -> any Policy {
    try F.Base.policy(in: checkpoint, configuration, for: world)
  }
}

/// A world whose steps are spoiled before anybody sees them.
private final class SpoiledWorld: VectorEnvironment {
  private let base: any VectorEnvironment
  var spoil: ((inout StepBatch) -> Void)?
  var alter: ((inout [Float], Space) -> Void)?

  init(_ base: any VectorEnvironment) { self.base = base }

  var specification: EnvironmentSpecification { base.specification }
  var count: Int { base.count }
  var autoReset: AutoReset { base.autoReset }
  var model: (any TabularModel)? { base.model }
  var statistics: [String: RunningMoments] { base.statistics }

  func freeze(_ statistics: [String: RunningMoments]) { base.freeze(statistics) }
  func reset(seed: UInt64, into batch: inout StepBatch) { base.reset(seed: seed, into: &batch) }
  func snapshot() throws -> [UInt8] { try base.snapshot() }
  func restore(_ snapshot: [UInt8]) throws { try base.restore(snapshot) }

  func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    var taken = actions.indices.map { actions[$0] }
    alter?(&taken, base.specification.actionSpace)
    base.step(taken.span, into: &batch)
    spoil?(&batch)
  }
}
