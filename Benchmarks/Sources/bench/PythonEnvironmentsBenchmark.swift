import ArgumentParser
import Environments
import Foundation
import PythonEnvironments
import RLCore
import Runs
import Telemetry
import Training

/// Steps per second of an environment in Python that takes 30 µs a step, beside Gymnasium's own vectors of it, in turns.
struct PythonEnvironmentsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python-envs",
    abstract: "Steps per second of environments in Python beside Gymnasium's SyncVectorEnv and AsyncVectorEnv.")

  @Option(help: "Environments.")
  var environments = 64
  @Option(help: "Seconds of each measurement.")
  var seconds = 2.0
  @Option(help: "Rounds, of which the median counts.")
  var rounds = 5

  func run() throws {
    let peer = Peer(name: "Gymnasium", variable: "PEERS", script: "vector_gymnasium.py")
    guard let python = peer.python else {
      throw BenchmarkError("name a virtual environment with Gymnasium: PEERS=path, 'make python' makes .python")
    }
    // The peer's script is the module of the environment.
    setenv("PYTHONPATH", Peer.root.appendingPathComponent("Benchmarks/Peers").path, 1)
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1)
    func settings(_ workers: Int, isAsync: Bool = false) -> PythonSettings {
      PythonSettings(python: python.path, workers: workers, isAsync: isAsync)
    }
    let ways: [(name: String, measure: () throws -> Double)] = [
      ("SyncVectorEnv", { try gymnasium("sync", peer, python) }),
      ("AsyncVectorEnv", { try gymnasium("async", peer, python) }),
      ("rlrun, 1 worker", { try rlrun(settings(1)) }), ("rlrun, 2 workers", { try rlrun(settings(2)) }),
      ("rlrun, 2 workers, in halves", { try rlrun(settings(2, isAsync: true)) }),
      ("PPO, 1 worker", { try train(settings(1)) }), ("PPO, 2 workers", { try train(settings(2)) }),
      ("PPO, 2 workers, --async", { try train(settings(2, isAsync: true)) }),
    ]
    var figures = Array(repeating: [Double](), count: ways.count)
    for _ in 0..<max(1, rounds) {
      for (index, way) in ways.enumerated() { figures[index].append(try way.measure()) }
    }
    var table = Table("vector", "steps/s", "× Sync", "× Async")
    for (way, own) in zip(ways, figures) {
      table.add(
        way.name, grouped(median(own)), String(format: "%.2f", median(zip(own, figures[0]).map { $0 / $1 })),
        String(format: "%.2f", median(zip(own, figures[1]).map { $0 / $1 })))
    }
    print(table.text)
    print("\nSteps per second by the clock, \(environments) environments of 30 µs a step, median of \(rounds) rounds.")
    print("PPO is a training with its updates: 128 steps an environment, 10 epochs of minibatches of 256.")
  }

  private static let id = "py:vector_gymnasium:Busy-v0"

  private func gymnasium(_ form: String, _ peer: Peer, _ python: URL) throws -> Double {
    let figures = try peer.measure(
      with: python, arguments: ["--form", form, "--copies", "\(environments)", "--seconds", "\(seconds)"])
    return Double(figures.steps) / figures.seconds
  }

  private func rlrun(_ settings: PythonSettings) throws -> Double {
    guard
      let vector = try EnvironmentCatalogue.make(Self.id, count: environments, python: settings) as? any AsyncVector
    else { throw BenchmarkError("environments in Python can no longer be stepped in parts") }
    var batch = vector.makeBatch()
    vector.reset(seed: 1, into: &batch)
    let actions = [Float](repeating: 0, count: environments)
    func step(_ count: Int) throws -> Double {
      try timed {
        for part in vector.parts.indices { vector.send(actions.span, to: part) }
        for number in 1...count {
          for part in vector.parts.indices {
            vector.receive(from: part, into: &batch)
            if number < count { vector.send(actions.span, to: part) }
          }
          try vector.checkFailure()
        }
      }.seconds
    }
    let trial = try step(20)
    let count = max(1, Int(20 * seconds / trial))
    return Double(count * environments) / (try step(count))
  }

  private func train(_ settings: PythonSettings) throws -> Double {
    let iteration = 128 * environments
    let budget = iteration * (2 + Int(20_000 * seconds) / iteration)
    var configuration = try TrainingConfiguration(
      environment: Self.id, agent: "ppo",
      values: [
        "n_envs": .integer(environments), "n_steps": .integer(128), "batch_size": .integer(256),
        "n_timesteps": .integer(budget),
      ], python: settings)
    (configuration.plan.evaluationFrequency, configuration.finalEpisodes) = (0, 0)
    // From the end of the first iteration on: starting Python takes a second.
    var (first, last): ((step: Int, seconds: Double)?, (step: Int, seconds: Double)?)
    _ = try TrainingRun.trainUnlogged(
      configuration, seed: 1,
      onProgress: { progress in
        if progress.step == 0 || progress.step == last?.step { return }
        last = (progress.step, MonotonicClock.seconds)
        if first == nil { first = last }
      })
    guard let first, let last, last.step > first.step else { throw BenchmarkError("the training has one iteration") }
    return Double(last.step - first.step) / (last.seconds - first.seconds)
  }

  private func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
}
