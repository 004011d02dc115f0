import Learning
import Runs
import Telemetry
import Training

@testable import RLCore

/// How long an agent trains in a test, and what happens on the way.
@dynamicMemberLookup
struct TrainingPlan {
  private var loop: LoopPlan
  var evaluationEpisodes = 10
  var finalEpisodes = 100
  var signals = SignalPlan.none

  init(budget: Int) { loop = LoopPlan(budget: budget) }

  subscript<Value>(dynamicMember path: WritableKeyPath<LoopPlan, Value>) -> Value {
    get { loop[keyPath: path] }
    set { loop[keyPath: path] = newValue }
  }

  fileprivate var loopPlan: LoopPlan { loop }
}

/// An agent's training without a store.
struct AgentTraining {
  private let loop: RunLoop
  private let signals: SignalPlan

  init(
    _ agent: any Agent, in world: any VectorEnvironment, evaluatingIn other: any VectorEnvironment, seed: UInt64,
    plan: TrainingPlan
  ) {
    let trainer = Trainer(
      agent, in: world, evaluatingIn: other, seed: seed, budget: plan.budget,
      evaluationEpisodes: plan.evaluationEpisodes, finalEpisodes: plan.finalEpisodes)
    loop = RunLoop(trainer, plan.loopPlan)
    signals = plan.signals
  }

  var tensors: [String] { (loop.learner as! Trainer).tensors }
  var step: Int { loop.step }

  func train(into sink: any RunSink) throws { try loop.run(into: sink, signals: signals) }
  func checkpoint() throws -> Checkpoint { try loop.checkpoint() }
  func load(_ checkpoint: Checkpoint) throws { try loop.load(checkpoint) }
}
