import ArgumentParser
import Foundation
import Tracker
import Training

struct AgentsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents",
    abstract: "Training steps per second of each family's agents beside Stable-Baselines3, evaluation excluded.",
    discussion: """
      Each round measures both sides once, one after the other, on one core with one thread; a row is the median of its
      rounds. rlrun's side writes its log and checkpoints as always, into a temporary store. Off-policy agents collect
      for a while before they learn, so both sides train for the same number of steps. Where Linux's perf is installed,
      the last columns are the shares of our time in matrix products and in the other kernels in C, of one more training.
      """)

  @Option(help: "How often each is measured.")
  var rounds = 3

  @Option(help: "Only cells whose agent is this.")
  var only: String?

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  @Option(help: ArgumentHelp("Train the cell of this number once and print nothing.", visibility: .private))
  var alone: Int?

  /// What is measured.
  private struct Cell {
    var agent: String
    var environment: String
    var preset: Preset
    var steps: Int
    var environmentCount = 1
    /// Whether the peer has the agent.
    var hasPeer = true
  }

  private static let cells = [
    Cell(agent: "ppo", environment: "CartPole-v1", preset: .zoo, steps: 50_000),
    Cell(agent: "ppo", environment: "CartPole-v1", preset: .default, steps: 10_240),
    Cell(agent: "a2c", environment: "CartPole-v1", preset: .zoo, steps: 60_000),
    Cell(agent: "dqn", environment: "CartPole-v1", preset: .zoo, steps: 8_192),
    Cell(agent: "sac", environment: "Pendulum-v1", preset: .zoo, steps: 600),
    Cell(agent: "td3", environment: "Pendulum-v1", preset: .zoo, steps: 11_000),
    Cell(
      agent: "q_learning", environment: "FrozenLake-v1", preset: .default, steps: 10_000_000, environmentCount: 64,
      hasPeer: false
    ),
    Cell(
      agent: "q_learning", environment: "Taxi-v4", preset: .default, steps: 10_000_000, environmentCount: 64,
      hasPeer: false),
  ]

  private static let peer = Peer(
    name: "Stable-Baselines3", variable: "PEERS", script: "agents_stable_baselines3.py")

  func validate() throws {
    if let alone, !Self.cells.indices.contains(alone) { throw ValidationError("there is no cell \(alone)") }
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    if let alone {
      var series = Series()
      return try train(Self.cells[alone], seed: 1, into: &series)
    }
    var table = Table("", "steps", "rlrun, steps/s", Self.peer.name, "ratio", "products", "other kernels")
    for (number, cell) in Self.cells.enumerated() where only == nil || cell.agent == only {
      var (ours, theirs) = (Series(), Series())
      for round in 1...rounds {
        try train(cell, seed: UInt64(round), into: &ours)
        guard cell.hasPeer, let python = Self.peer.python else { continue }
        let figures = try Self.peer.measure(
          with: python,
          arguments: [
            "--agent", cell.agent, "--environment", cell.environment, "--preset", cell.preset.rawValue, "--seeds",
            "\(round)", "--steps", "\(cell.steps)",
          ])
        theirs.append(count: figures.steps, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds)
      }
      let profile = try Profile.measure(arguments: ["agents", "--alone", "\(number)", "--core", "\(core)"])
      let isMeasured = !theirs.values.isEmpty
      table.add(
        "\(cell.agent) \(cell.environment) \(cell.preset.rawValue)", grouped(Double(cell.steps)),
        grouped(median(ours.values)), isMeasured ? grouped(median(theirs.values)) : "–",
        isMeasured ? String(format: "%.1f×", ours.ratio(to: theirs)) : "–",
        percent(profile?.products), percent(profile?.kernels))
      FileHandle.standardError.write(Data("\(cell.agent) \(cell.environment) measured\n".utf8))
    }
    print("Training, evaluation excluded; core \(core), one thread, medians of \(rounds) interleaved rounds\n")
    print(table.text)
  }

  private func percent(_ share: Double?) -> String { share.map { "\(Int((100 * $0).rounded())) %" } ?? "–" }

  private func train(_ cell: Cell, seed: UInt64, into series: inout Series) throws {
    var configuration = try TrainingConfiguration(
      environment: cell.environment, agent: cell.agent, preset: cell.preset,
      values: ["n_timesteps": .integer(cell.steps)])
    if cell.environmentCount > 1 { configuration.environmentCount = cell.environmentCount }
    series.append(try MeasuredTraining(configuration, seed: seed))
  }
}
