import ArgumentParser
import Foundation
import Runs
import Tracker
import Training

struct PPOBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ppo",
    abstract: "Steps per second of PPO on CartPole-v1 with the preset zoo, evaluation excluded.",
    discussion: """
      Each round measures everybody once, one after the other, on one core with one thread; a row is the median of its
      rounds. rlrun's side writes its log and checkpoints as always, into a temporary store.
      """)

  @Option(help: "Environment steps of a training.")
  var steps = 100_000

  @Option(help: "How often each is measured.")
  var rounds = 3

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  private static let peers = [
    Peer(name: "Stable-Baselines3", variable: "PEERS", script: "agents_stable_baselines3.py"),
    Peer(name: "rejax", remark: ", compiling excluded", variable: "PEERS_JAX", script: "ppo_rejax.py"),
  ]

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps takes a whole number ≥ 1, not \(steps)") }
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    let configuration = try TrainingConfiguration(
      environment: "CartPole-v1", agent: "ppo", preset: .zoo, values: ["n_timesteps": .integer(steps)])

    var ours = Series()
    var theirs = Self.peers.map { _ in Series() }
    var names = Self.peers.map(\.name)
    var speeds: [Double] = []
    for round in 1...rounds {
      speeds.append(MatrixProducts.speed(rows: Self.batch))
      ours.append(try MeasuredTraining(configuration, seed: UInt64(round)))
      for (index, peer) in Self.peers.enumerated() {
        guard let python = peer.python else { continue }
        let figures = try peer.measure(with: python, arguments: ["--seeds", "\(round)", "--steps", "\(steps)"])
        theirs[index].append(count: figures.steps, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds)
        names[index] = "\(peer.name) \(figures.version)\(peer.remark)"
      }
      FileHandle.standardError.write(Data("round \(round) of \(rounds) measured\n".utf8))
    }

    let limit = median(speeds) * 1e9 / Self.operationsPerStep
    var table = Table("", "steps/s", "lowest", "highest", "rlrun is", "of the limit")
    for (name, series) in zip(["rlrun \(programVersion)"] + names, [ours] + theirs) {
      guard !series.values.isEmpty else {
        table.add(name, "not measured", "", "", "", "")
        continue
      }
      let middle = median(series.values)
      table.add(
        name, grouped(middle), grouped(series.values.min()!), grouped(series.values.max()!),
        String(format: "%.1f×", ours.ratio(to: series)), String(format: "%.0f %%", 100 * middle / limit))
    }
    print("PPO on CartPole-v1, preset zoo, \(grouped(Double(steps))) steps, evaluation excluded")
    print("core \(core), one thread, medians of \(rounds) interleaved rounds\n\n\(table.text)\n")
    let terms = String(
      format: "%.2f MFLOP a step, at the %.0f GFLOP/s of %d×64×64 products", Self.operationsPerStep / 1e6,
      median(speeds), Self.batch)
    print("The limit is \(grouped(limit)) steps/s: \(terms) in this run.")
    if let lost = ([ours] + theirs).compactMap(\.lost).max(), lost > 0.05 {
      print(
        String(format: "The core was not free: a row lost %.0f %% of its time. Measure on a quiet machine.", 100 * lost)
      )
    }
  }

  private static let batch = 256
  private static let epochs = 20.0

  /// Floating-point operations of matrix products a step: one pass forward to collect it, and an epoch's pass forward
  /// and back, 20 times. A pass back is a product for the weights, and one for the inputs but in the first layer.
  private static let operationsPerStep: Double = {
    let networks = [[(4, 64), (64, 64), (64, 2)], [(4, 64), (64, 64), (64, 1)]]
    func operations(_ layers: some Sequence<(Int, Int)>) -> Double {
      layers.reduce(0) { $0 + 2 * Double($1.0 * $1.1) }
    }
    let forward = networks.map { operations($0) }.reduce(0, +)
    let toInputs = networks.map { operations($0.dropFirst()) }.reduce(0, +)
    return forward + epochs * (forward + forward + toInputs)
  }()
}
