import Environments
import Tracker
import Training

// Tries an environment of one's own on the laws, trains PPO in it and keeps the run in a store.
// Usage: swift run -c release CustomEnvironment [STORE]
let violations = EnvironmentLaw.violations(of: Thermostat())
for violation in violations { print("\(violation)") }
guard violations.isEmpty else { fatalError("Thermostat breaks \(violations.count) laws") }
print("Thermostat keeps all \(EnvironmentLaw.allCases.filter { $0.applies(to: Thermostat()) }.count) laws")

// From here on its id works like any other, with wrappers too: Thermostat-v0:time_aware=true
EnvironmentCatalogue.register(Thermostat(), summary: "keep a room at 20 °C")
let store = try Store(path: CommandLine.arguments.dropFirst().first ?? "runs", create: true)
let configuration = try TrainingConfiguration(
  environment: "Thermostat-v0", agent: "ppo",
  values: [
    "n_timesteps": .integer(60_000), "n_envs": .integer(8), "n_steps": .integer(96), "gamma": .number(0.9),
    "learning_rate": .number(0.001),
  ])
let run = try TrainingRun.start(configuration, seed: 1, experiment: "thermostat", in: store)
try run.train()
print("run \(run.id): final/mean_reward \(try store.load(run.id).last("final/mean_reward") ?? .nan) of 96")

let policy = try TrainedPolicy(of: run.id, in: store)
let heater = ["off", "half on", "on"]
for (inside, outside) in [(14.0, -5.0), (25.0, 10.0)] {
  let action = policy.action(for: [Float((inside - 20) / 10), Float(outside / 10)])
  print("\(inside) °C inside, \(outside) °C outside: the heater is \(heater[Int(action[0])])")
}
