import Debugger
import Environments
import Fitting
import Foundation
import Models
import RLCore
import Runs
import Tracker
import Training

// An agent, a debugger rule, a model and a kind of run of one's own, each registered in a line and used like those there are.
// Usage: swift run -c release Extensions [STORE]
let store = try Store(path: CommandLine.arguments.dropFirst().first ?? "runs", create: true)

Agents.register(HillClimbing.self)
RuleCatalogue.register(Plateau.self)
var training = try TrainingConfiguration(
  environment: "CartPole-v1", agent: "hill_climbing", values: ["n_timesteps": .integer(20_000)])
training.finalEpisodes = 20
training.debugger = try DebuggerSettings(selection: "Plateau", parameters: ["Plateau.episodes": .integer(10)])
let climb = try TrainingRun.start(training, seed: 1, experiment: "extensions", in: store)
try climb.train()
let climbed = try store.load(climb.id)
print("hill_climbing: mean reward \(climbed.last("final/mean_reward") ?? .nan) of 500")
print("Plateau: \(climbed.findings.count { $0.finding.rule == "Plateau" } > 0 ? "found" : "not found")")

ModelCatalogue.register(Quantile.self)
let file = FileManager.default.temporaryDirectory.appendingPathComponent("quantile-\(getpid()).csv")
try ("x,y\n" + (0..<50).map { "\($0),\($0 % 10)\n" }.joined()).write(to: file, atomically: true, encoding: .utf8)
let fit = try FitConfiguration(
  data: DataFile(file.path), target: "y", model: "quantile", task: .regression, validation: 0,
  values: ["quantile": .number(0.9)])
let fitted = try FitRun.start(fit, seed: 1, experiment: "extensions", in: store)
try fitted.fit()
if case .number(let value) = try Predictor(of: fitted.id, in: store).predict(DataFile(file.path).table)[0][0] {
  print("quantile: \(value)")
}

RunKinds.register(Descent.self)
let descent = try LearnerRun.start(Descent(rate: 0.1, steps: 50), seed: 1, experiment: "extensions", in: store)
try descent.run(shouldStop: { descent.step >= 20 }, onProgress: { _ in }, onRemark: { _ in })
print("descent: \(try store.load(descent.id).status.rawValue) at step \(try store.load(descent.id).lastStep)")
try LearnerRun<Descent>.resume(descent.id, in: store)?.run(
  shouldStop: { false }, onProgress: { _ in }, onRemark: { _ in })
let last = try store.load(descent.id)
print("descent: \(last.status.rawValue) at step \(last.lastStep), loss \(last.last("train/loss") ?? .nan)")
let difference = try LearnerRun<Descent>.reproduce(descent.id, in: store)
print("descent: \(difference?.first == nil ? "identical when run again" : "different when run again")")
try FileManager.default.removeItem(at: file)
