import ArgumentParser
import Environments
import Foundation
import PythonEnvironments
import RLCore

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
    var (sync, async, one, two): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    for _ in 0..<max(1, rounds) {
      sync.append(try gymnasium("sync", peer, python))
      one.append(try rlrun(1, python))
      async.append(try gymnasium("async", peer, python))
      two.append(try rlrun(2, python))
    }
    var table = Table("vector", "steps/s", "× Sync", "× Async")
    for (name, figures) in [
      ("SyncVectorEnv", sync), ("AsyncVectorEnv", async), ("rlrun, 1 worker", one), ("rlrun, 2 workers", two),
    ] {
      table.add(
        name, grouped(median(figures)), String(format: "%.2f", median(zip(figures, sync).map { $0 / $1 })),
        String(format: "%.2f", median(zip(figures, async).map { $0 / $1 })))
    }
    print(table.text)
    print("\nSteps per second by the clock, \(environments) environments of 30 µs a step, median of \(rounds) rounds.")
  }

  private func gymnasium(_ form: String, _ peer: Peer, _ python: URL) throws -> Double {
    let figures = try peer.measure(
      with: python, arguments: ["--form", form, "--copies", "\(environments)", "--seconds", "\(seconds)"])
    return Double(figures.steps) / figures.seconds
  }

  private func rlrun(_ workers: Int, _ python: URL) throws -> Double {
    let vector = try EnvironmentCatalogue.make(
      "py:vector_gymnasium:Busy-v0", count: environments,
      python: PythonSettings(python: python.path, workers: workers))
    var batch = vector.makeBatch()
    vector.reset(seed: 1, into: &batch)
    let actions = [Float](repeating: 0, count: environments)
    func step(_ count: Int) throws -> Double {
      try timed {
        for _ in 0..<count {
          vector.step(actions.span, into: &batch)
          try vector.checkFailure()
        }
      }.seconds
    }
    let trial = try step(20)
    let count = max(1, Int(20 * seconds / trial))
    return Double(count * environments) / (try step(count))
  }

  private func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
}
