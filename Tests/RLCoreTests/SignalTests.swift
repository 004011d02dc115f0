import BLASBridge
import Environments
import Learning
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

extension MemorySink {
  /// All but times, as text, from a step on.
  fileprivate func content(after step: Int) -> [String] {
    points.filter { !$0.key.name.hasPrefix("time/") }
      .flatMap { metric, points in
        points.filter { $0.step > step }.map { "\(metric) \($0.step) \($0.value.bitPattern)" }
      }
      .sorted()
  }
}

/// A small training of every agent that has tensors.
enum SmallTraining: String, CaseIterable, CustomTestStringConvertible {
  case ppo, ppoShared, a2c, reinforce, dqn, sac, td3, ddpg

  var testDescription: String { rawValue }
  var name: String { self == .ppoShared ? "ppo" : rawValue }
  var isOnPolicy: Bool { [.ppo, .ppoShared, .a2c, .reinforce].contains(self) }
  var environmentCount: Int { self == .reinforce ? 1 : 2 }

  private var values: [String: HyperparameterValue] {
    let net: [String: HyperparameterValue] = ["net_arch": .integers([8])]
    let replay: [String: HyperparameterValue] = [
      "buffer_size": .integer(700), "batch_size": .integer(20), "learning_starts": .integer(101),
    ]
    switch self {
    case .ppo: return net.merging(["n_steps": .integer(50), "n_epochs": .integer(2)]) { $1 }
    case .ppoShared:
      return net.merging(["n_steps": .integer(32), "share_trunk": .flag(true), "normalize": .flag(true)]) { $1 }
    case .a2c: return net.merging(["n_steps": .integer(10)]) { $1 }
    case .reinforce: return net
    case .dqn: return net.merging(replay) { $1 }.merging(["target_update_interval": .integer(100)]) { $1 }
    case .sac, .td3, .ddpg: return net.merging(replay) { $1 }
    }
  }

  private var world: IdentityWorld {
    switch self {
    case .sac, .td3, .ddpg: IdentityWorld(.box(low: [-2, 0], high: [2, 1]))
    default: IdentityWorld(.discrete(count: 3))
    }
  }

  func trainer(interval: Int?, watched: [String] = [], stop: Int? = nil) throws -> AgentTraining {
    BLAS.threads = 1
    var plan = TrainingPlan(budget: 3_000)
    plan.signals = SignalPlan(interval: interval ?? plan.budget / 200, watched: watched.map { NamePattern($0) })
    plan.evaluationFrequency = 1_000
    plan.evaluationEpisodes = 2
    plan.finalEpisodes = 0
    plan.stopStep = stop
    let type = try #require(Agents.named(name))
    return AgentTraining(
      try Agents.make(
        type, hyperparameters: values, for: world.specification, environmentCount: environmentCount, seed: 3),
      in: EnvironmentVector(world, count: environmentCount), evaluatingIn: EnvironmentVector(world, count: 2), seed: 3,
      plan: plan)
  }
}

@Suite struct SignalTests {
  @Test(arguments: [SmallTraining.ppo, .dqn, .sac])
  func `evaluations start where the training's episodes do, and that is recorded`(training: SmallTraining) throws {
    let sink = MemorySink()
    try training.trainer(interval: 0).train(into: sink)
    let shifts = sink.values("eval/start_shift")
    #expect(shifts.count == sink.values("eval/mean_reward").count)
    #expect(shifts.allSatisfy { $0.isFinite && $0 >= 0 })
  }

  @Test(arguments: SmallTraining.allCases)
  func `signals do not change what is learnt`(training: SmallTraining) throws {
    let (quiet, talkative) = (
      try training.trainer(interval: 0), try training.trainer(interval: 300, watched: ["*"])
    )
    let (none, all) = (MemorySink(), MemorySink())
    try quiet.train(into: none)
    try talkative.train(into: all)
    var (a, b) = (try quiet.checkpoint(), try talkative.checkpoint())
    // What is known of the inputs since the last look.
    #expect(a.tensors["rollout"] != nil || a.texts["rollout"] != nil)
    for name in ["rollout"] {
      (a.tensors[name], b.tensors[name]) = (nil, nil)
      (a.texts[name], b.texts[name]) = (nil, nil)
    }
    #expect(a == b)
    #expect(!none.points.keys.contains { $0.name.hasPrefix("weights/") || $0.name.hasPrefix("inputs/") })
    #expect(Set(none.content(after: -1)).subtracting(all.content(after: -1)).isEmpty)
  }

  @Test(arguments: SmallTraining.allCases)
  func `every tensor of the list can be watched, and no other is recorded`(training: SmallTraining) throws {
    let trainer = try training.trainer(interval: 500, watched: ["*"])
    let sink = MemorySink()
    try trainer.train(into: sink)
    #expect(Set(sink.histograms.keys.map(\.name)) == Set(trainer.tensors))
    let reductions = [
      "min", "max", "mean", "std", "l1", "norm", "zero_fraction", "nonfinite_fraction", "p05", "p50", "p95",
    ]
    for tensor in trainer.tensors {
      for reduction in reductions {
        let points = try #require(sink.points[Metric("\(tensor)/\(reduction)")], "\(tensor)/\(reduction)")
        // Once a step, also where a rule reads the same series.
        #expect(Set(points.map(\.step)).count == points.count)
      }
    }
    let few = MemorySink()
    try training.trainer(interval: 500, watched: ["weights/*"]).train(into: few)
    #expect(!few.histograms.isEmpty && few.histograms.keys.allSatisfy { $0.name.hasPrefix("weights/") })
  }

  @Test(arguments: SmallTraining.allCases)
  func `a training that goes on from a checkpoint records what an uninterrupted one does`(
    training: SmallTraining
  ) throws {
    let whole = MemorySink()
    let uninterrupted = try training.trainer(interval: 400)
    try uninterrupted.train(into: whole)
    let first = try training.trainer(interval: 400, stop: 1_100)
    try first.train(into: MemorySink())
    let second = try training.trainer(interval: 400)
    try second.load(Checkpoint(safetensors: try first.checkpoint().safetensors()))
    let rest = MemorySink()
    try second.train(into: rest)
    #expect(rest.content(after: first.step) == whole.content(after: first.step))
    #expect(rest.points.keys.contains { $0.name.hasPrefix("weights/") })
    #expect(try second.checkpoint() == uninterrupted.checkpoint())
  }

  @Test(arguments: SmallTraining.allCases)
  func `the series that rules read are there`(training: SmallTraining) throws {
    let sink = MemorySink()
    try training.trainer(interval: nil).train(into: sink)
    var names = [
      "setup/budget", "setup/gamma", "setup/normalizes", "rollout/truncated_fraction", "rollout/discounted_return",
      "rollout/reward_abs_max", "rollout/nonfinite_observations", "inputs/constant_columns", "inputs/duplicate_columns",
      "inputs/abs_max", "inputs/mean_shift", "train/grad_norm", "train/learning_rate", "time/environment",
      "time/policy",
      "time/update", "time/logging", "time/other", "time/waiting",
    ]
    if training != .reinforce { names.append("setup/updates_per_step") }
    if training.isOnPolicy {
      names += ["train/advantage_mean", "train/advantage_std", "train/advantage_abs_max", "train/return_abs_max"]
      names += ["train/entropy_fraction", "weights/policy.0/norm", "gradients/value.0/norm", "updates/policy.0/ratio"]
    } else {
      names += ["train/q_value", "train/target_abs_max", "train/td_error_abs_mean", "train/target_distance"]
      names += ["train/target_updates", "replay/size", "replay/capacity"]
    }
    let isNumbered = training.isOnPolicy || training == .dqn
    names.append(isNumbered ? "rollout/most_frequent_action" : "rollout/action_at_bound")
    switch training {
    case .ppo: names += ["train/first_ratio_error", "train/clip_range", "activations/value.0/saturated_fraction"]
    case .ppoShared: names += ["weights/trunk.0/norm"]
    case .a2c, .reinforce: break
    case .dqn: names += ["rollout/exploration_rate", "weights/q.0/norm", "activations/q.0/dead_fraction"]
    case .sac: names += ["train/ent_coef", "train/actor_grad_norm", "weights/critic1.1/norm", "updates/actor.1/ratio"]
    case .td3: names += ["train/actor_grad_norm", "weights/critic1.1/norm", "updates/actor.1/ratio"]
    case .ddpg: names += ["train/actor_grad_norm", "weights/critic0.1/norm", "updates/actor.1/ratio"]
    }
    for name in names { #expect(!sink.values(name).isEmpty, "\(name)") }
    for (metric, points) in sink.points { #expect(points.allSatisfy { $0.value.isFinite }, "\(metric)") }
    #expect(sink.values("setup/budget") == [3_000])
    #expect(sink.values("train/first_ratio_error").allSatisfy { $0 < 1e-5 })
    #expect(sink.values("train/entropy_fraction").allSatisfy { $0 > 0 && $0 <= 1.000_01 })
    // Steps only go forward within a series.
    for points in sink.points.values { #expect(zip(points, points.dropFirst()).allSatisfy { $0.step < $1.step }) }
  }

  @Test func `the parts of an iteration's time add up to it`() throws {
    let sink = MemorySink()
    try SmallTraining.sac.trainer(interval: nil).train(into: sink)
    let parts = ["environment", "policy", "update", "logging", "evaluation", "other"]
    let sum = parts.reduce(0) { $0 + sink.values("time/\($1)").reduce(0, +) }
    let elapsed = try #require(sink.values("time/time_elapsed").last)
    // The last iteration's evaluation is behind the last reading of the elapsed time.
    #expect(sum >= 0.5 * elapsed)
    #expect(sink.values("time/update").reduce(0, +) > 0)
    #expect(parts.allSatisfy { sink.values("time/\($0)").allSatisfy { $0 >= 0 } })
  }

  @Test func `a target network's updates are counted, and it is as far behind as it is`() throws {
    let sink = MemorySink()
    try SmallTraining.dqn.trainer(interval: nil).train(into: sink)
    // After 100, 200, …, 3,000 transitions.
    #expect(sink.values("train/target_updates").last == 30)
    #expect(sink.values("train/target_distance").allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(targetDistance([3, 0, 4], [3, 0, 4], count: 3) == 0)
    #expect(targetDistance([3, 0, 4], [0, 0, 0], count: 3) == 1)
    let long = [Float](repeating: 1, count: 1_300)
    #expect(abs(targetDistance(long, long.map { $0 - 0.25 }, count: 1_300) - 0.25) < 1e-6)
    #expect(sink.values("replay/capacity").last == 700 && sink.values("replay/size").last == 700)
  }
}
