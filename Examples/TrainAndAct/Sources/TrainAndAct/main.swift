import Tracker
import Training

// Trains PPO on CartPole-v1, keeps the run in a store, and lets the trained policy act.
// Usage: swift run -c release TrainAndAct [STORE]
let store = try Store(path: CommandLine.arguments.dropFirst().first ?? "runs", create: true)
let configuration = try TrainingConfiguration(
  environment: "CartPole-v1", agent: "ppo", preset: .zoo, values: ["n_timesteps": .integer(50_000)])
let run = try TrainingRun.start(configuration, seed: 1, experiment: "example", in: store)
try run.train()
print("run \(run.id): final/mean_reward \(try store.load(run.id).last("final/mean_reward") ?? .nan)")

let policy = try TrainedPolicy(of: run.id, in: store)
let action = policy.action(for: [0, 0, 0.1, 0.5])  // position, velocity, angle, angular velocity
print("a pole falling to the right: push \(action == [1] ? "right" : "left")")
