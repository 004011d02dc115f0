import ArgumentParser
import Environments
import Foundation
import RLCore
import Randomness
import Tracker

struct EnvironmentsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environments",
    abstract: "Environment steps per second, actions computed beforehand on both sides.",
    discussion: """
      Each round measures everybody once, one after the other, on one core with one thread; a figure is the median of its
      rounds, and a ratio the median of the rounds' ratios. Episodes that end are followed by the next ones, on all sides.
      """)

  @Option(help: "How often each is measured.")
  var rounds = 3

  @Option(help: "Seconds of a measurement.")
  var seconds = 1.0

  @Option(help: "Only environments whose id contains this.")
  var only = ""

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
    if !(seconds > 0) { throw ValidationError("--seconds takes a number above 0, not \(seconds)") }
    if cases.isEmpty { throw ValidationError("no environment that is measured here has '\(only)' in its id") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    let cases = cases
    var ours = cases.map { _ in Series() }
    var theirs = cases.map { $0.rivals.map { _ in Series() } }
    var names: [String: String] = [:]
    for round in 1...rounds {
      for (index, subject) in cases.enumerated() {
        try step(subject, into: &ours[index])
        for (place, rival) in subject.rivals.enumerated() {
          guard let python = rival.peer.python else { continue }
          let figures = try rival.peer.measure(
            with: python,
            arguments: [
              "--environment", rival.environment ?? subject.id, "--copies",
              "\(rival.environmentCount ?? subject.environmentCount)",
              "--seconds", "\(seconds)",
            ])
          theirs[index][place].append(
            count: figures.steps, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds)
          names[rival.peer.name] = "\(rival.peer.name) \(figures.version)"
        }
      }
      FileHandle.standardError.write(Data("round \(round) of \(rounds) measured\n".utf8))
    }

    var table = Table("environment", "copies", "steps/s", "peer", "its copies", "steps/s", "rlrun is", "wanted")
    for (index, subject) in cases.enumerated() {
      for (place, rival) in subject.rivals.enumerated() {
        let series = theirs[index][place]
        let isMeasured = !series.values.isEmpty
        table.add(
          subject.id, "\(subject.environmentCount)", inMillions(median(ours[index].values)),
          names[rival.peer.name] ?? rival.peer.name, "\(rival.environmentCount ?? subject.environmentCount)",
          isMeasured ? inMillions(median(series.values)) : "not measured",
          isMeasured ? String(format: "%.1f×", ours[index].ratio(to: series)) : "",
          String(format: "%g×", rival.wanted))
      }
    }
    print("Environment steps a second, in millions")
    print("core \(core), one thread, medians of \(rounds) interleaved rounds of \(seconds) s\n\n\(table.text)")
    if let lost = (ours + theirs.flatMap { $0 }).compactMap(\.lost).max(), lost > 0.05 {
      print(
        String(
          format: "\nThe core was not free: a measurement lost %.0f %% of its time. Measure on a quiet machine.",
          100 * lost))
    }
  }

  /// Steps a vector for `seconds` by random actions.
  private func step(_ subject: Subject, into series: inout Series) throws {
    let world = try EnvironmentCatalogue.make(subject.id, count: subject.environmentCount)
    var generator = CounterGenerator(SeedSequence(1).child(named: "actions"))
    let rows: [[Float]] = (0..<64).map { _ in
      (0..<subject.environmentCount).flatMap { _ in world.specification.actionSpace.randomAction(using: &generator) }
    }
    var batch = StepBatch(count: subject.environmentCount, width: world.specification.observationSpace.width)
    world.reset(seed: 1, into: &batch)
    func go(batches: Int) {
      for index in 0..<batches {
        let row = rows[index % rows.count]
        world.step(row.span, into: &batch)
      }
    }
    let trial = max(64, 200_000 / subject.environmentCount)
    go(batches: trial)
    let batches = max(64, Int(Double(trial) * seconds / timed { go(batches: trial) }.seconds))
    let time = timed { go(batches: batches) }
    series.append(count: batches * subject.environmentCount, seconds: time.seconds, cpuSeconds: time.cpuSeconds)
  }

  private var cases: [Subject] { only.isEmpty ? Self.all : Self.all.filter { $0.id.contains(only) } }
}

/// An environment in so many copies, and who else has it.
private struct Subject {
  struct Rival {
    var peer: Peer
    /// How many times as fast as the peer the vector should be.
    var wanted: Double
    /// The peer's name for it, where it has another.
    var environment: String?
    /// The peer's number of copies, where another suits it better.
    var environmentCount: Int?
  }

  var id: String
  var environmentCount: Int
  var rivals: [Rival]
}

extension EnvironmentsBenchmark {
  private static let gymnasium = Peer(name: "Gymnasium", variable: "PEERS", script: "environments_gymnasium.py")
  private static let envpool = Peer(name: "EnvPool", variable: "PEERS_ENVPOOL", script: "environments_envpool.py")
  private static let gymnax = Peer(name: "gymnax", variable: "PEERS_JAX", script: "environments_gymnax.py")

  /// Many copies, as simulators are compared; then 8, as most trainings have them. EnvPool has Taxi-v3 and LunarLander-v2 only. Gymnasium
  /// steps toy text fastest one by one.
  private static let all: [Subject] =
    [
      Subject(
        id: "CartPole-v1", environmentCount: 4096,
        rivals: [
          .init(peer: gymnasium, wanted: 3), .init(peer: gymnax, wanted: 3),
          .init(peer: envpool, wanted: 3, environmentCount: 1024),
        ]),
      Subject(id: "MountainCar-v0", environmentCount: 4096, rivals: [.init(peer: gymnax, wanted: 3)]),
      Subject(id: "Pendulum-v1", environmentCount: 4096, rivals: [.init(peer: gymnax, wanted: 3)]),
      Subject(id: "Acrobot-v1", environmentCount: 4096, rivals: [.init(peer: gymnax, wanted: 4)]),
      Subject(id: "FrozenLake-v1", environmentCount: 1024, rivals: [.init(peer: envpool, wanted: 40), alone]),
      Subject(
        id: "Taxi-v4", environmentCount: 1024,
        rivals: [.init(peer: envpool, wanted: 40, environment: "Taxi-v3"), alone]),
      Subject(id: "CliffWalking-v1", environmentCount: 1024, rivals: [alone]),
      Subject(id: "Blackjack-v1", environmentCount: 1024, rivals: [alone]),
      Subject(
        id: "LunarLander-v3", environmentCount: 64,
        rivals: [.init(peer: envpool, wanted: 1.05, environment: "LunarLander-v2"), .init(peer: gymnasium, wanted: 2)]
      ),
      Subject(
        id: "BipedalWalker-v3", environmentCount: 64,
        rivals: [.init(peer: envpool, wanted: 1.05), .init(peer: gymnasium, wanted: 2)]),
    ]
    + ["CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1", "FrozenLake-v1"].map {
      Subject(
        id: $0, environmentCount: 8, rivals: [.init(peer: envpool, wanted: 50), .init(peer: gymnasium, wanted: 50)])
    } + [
      Subject(
        id: "Taxi-v4", environmentCount: 8,
        rivals: [
          .init(peer: envpool, wanted: 50, environment: "Taxi-v3"), .init(peer: gymnasium, wanted: 50),
        ]),
      Subject(id: "CliffWalking-v1", environmentCount: 8, rivals: [.init(peer: gymnasium, wanted: 50)]),
      Subject(id: "Blackjack-v1", environmentCount: 8, rivals: [.init(peer: gymnasium, wanted: 50)]),
    ]

  private static let alone = Subject.Rival(peer: gymnasium, wanted: 200, environmentCount: 1)
}

extension Space {
  /// A uniform member of a discrete space or of a bounded box.
  fileprivate func randomAction(using generator: inout CounterGenerator) -> [Float] {
    switch self {
    case .discrete(let count, let start): [Float(start + generator.integer(below: count))]
    case .box(let low, let high): zip(low, high).map { $0 + ($1 - $0) * generator.uniform() }
    default: fatalError("no benchmark has actions from \(self)")
    }
  }
}

private func inMillions(_ value: Double) -> String { String(format: value < 1e6 ? "%.3f" : "%.1f", value / 1e6) }
