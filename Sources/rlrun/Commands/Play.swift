import ArgumentParser
import BLASBridge
import Environments
import Foundation
import RLCore
import Rendering
import Runs
import Telemetry
import Tracker
import Training

struct Play: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play",
    abstract: "Watch a run's policy, or a random one, play an environment.",
    discussion: """
      Example:
        rlrun play CartPole-v1
        rlrun play CartPole-v1 --run latest --format svg -o cartpole.svg
        rlrun play --run latest -o film.gif --episodes 3
        rlrun play --where "agent = 'ppo' and seed = 3"

      In a terminal the episodes play in it; into a pipe goes a picture of each episode's end. Without a run actions are
      random. With one, by --run, --experiment or --where, the environment is the run's own, unless ENV names options.
      SVG and GIF loop; without -o the file is called after the environment.
      """)

  enum Format: String, FileFormat {
    case terminal, svg, gif
  }

  @Argument(help: "The environment's id, with options as ENV:option=value; with a run it can be left out.")
  var env: String?

  @Option(name: .customLong("run"), help: "The run whose policy plays.")
  var reference: String?

  @Flag(help: "Play random actions (the default without a run).")
  var random = false

  @Option(help: "Which checkpoint of the run: last or best.")
  var checkpoint: CheckpointChoice = .last

  @Flag(help: "Sample actions from the run's policy instead of using the most likely ones.")
  var stochastic = false

  @Option(help: "How many episodes.")
  var episodes: Count = 1

  @Option(help: "Seed of the first episode and of random actions.")
  var seed: UInt64 = 0

  @Option(help: "terminal, svg or gif (default: what --output ends in, else terminal).")
  var format: Format?

  @Option(
    name: .shortAndLong, help: "The file to write; - for standard output.",
    completion: .file(extensions: ["svg", "gif"]))
  var output: String?

  @OptionGroup var pythonOptions: PythonOptions
  @OptionGroup var choice: RunChoice

  func run() throws {
    let format = try chosenFormat()
    // A film is in memory until it is written.
    let episodes = try episodes.checked(format == .terminal ? Count.episodes : 1...1_000, "--episodes")
    let player = try player()
    Interruption.install()
    switch format {
    case .terminal: try showInTerminal(player, episodes)
    case .svg, .gif: try write(player, episodes, as: format)
    }
  }

  private func chosenFormat() throws -> Format {
    guard let output else { return format ?? .terminal }
    if format == .terminal {
      throw UsageError("--format terminal writes no file; leave out --output, or name svg or gif")
    }
    return try Format.format(ofFile: output, given: format, command: "play", among: [.svg, .gif])
  }

  private func player() throws -> Player {
    if reference != nil || !choice.isEmpty {
      if random { throw UsageError("use a run or --random, not both") }
      return try playerOfRun()
    }
    guard let env else { throw UsageError("name an environment, or a run with --run; 'rlrun envs' lists environments") }
    if !random { complain("random actions; --run RUN lets a policy play") }
    let world = try EnvironmentCatalogue.make(
      env, count: 1, autoReset: .disabled, python: pythonOptions.settings)
    return Player(
      world, policy: RandomPolicy(world.specification.actionSpace, seed: seed), who: "random actions",
      seed: seed)
  }

  private func playerOfRun() throws -> Player {
    let store = try choice.storeOption.open()
    let id = try choice.id(naming: reference.map { [$0] } ?? [], in: store, for: "play")
    let record = try store.load(id)
    try record.requirePolicy()
    BLAS.threads = 1
    try pythonOptions.replaceRecorded()
    try PythonOptions.remarkDifferences(from: record)
    let trained = try TrainedPolicy(of: CheckpointReference(run: id, choice: checkpoint), in: store)
    let own = trained.specification
    var world = try trained.makeEnvironments(count: 1, autoReset: .disabled)
    if let env {
      let other = try EnvironmentCatalogue.make(
        env, count: 1, autoReset: .disabled, python: pythonOptions.settings)
      let theirs = other.specification
      guard EnvironmentCatalogue.commonName(of: env) == EnvironmentCatalogue.commonName(of: own.id) else {
        throw UsageError("run \(id) was trained in \(own.id), so its policy cannot play \(env)")
      }
      if env != EnvironmentCatalogue.name(of: own.id) {
        guard theirs.observationSpace == own.observationSpace, theirs.actionSpace == own.actionSpace else {
          throw UsageError(
            "run \(id) was trained in \(own.id), whose observations or actions differ from those of \(env)")
        }
        world = other
      }
    }
    return Player(world, policy: trained.policy, who: "\(record.description.subject) of run \(id)", seed: seed)
  }

  private func showInTerminal(_ player: Player, _ episodes: Int) throws {
    let screen = TerminalScreen(stepsPerSecond: player.stepsPerSecond)
    defer { screen.close() }
    let played = try player.play(episodes: episodes, deterministic: !stochastic) { frame in
      screen.show(frame)
      return !Interruption.hasBeenRequested
    }
    try finish(played, of: episodes)
  }

  private func write(_ player: Player, _ episodes: Int, as format: Format) throws {
    let path = output ?? "\(Self.fileName(for: player.id)).\(format.rawValue)"
    // Opened before anything is played: a place that cannot be written to is said at once.
    let file = try Output(path == "-" ? nil : path)
    var film = Film(stepsPerSecond: player.stepsPerSecond)
    let played = try player.play(episodes: episodes, deterministic: !stochastic) { frame in
      film.append(frame)
      return !Interruption.hasBeenRequested
    }
    try finish(played, of: episodes)
    let bytes = try format == .svg ? Array(SVGAnimation(film).text.utf8) : GIFAnimation(film).bytes
    try file.write(bytes)
    try file.finish()
    let returns = played.map { decimal($0.reward) }.joined(separator: ", ")
    complain("wrote \(path): \(film.frames.count) frames, \(bytes.count / 1000) kB; returns \(returns)")
  }

  /// `CartPole-v1`, `package.module-Id-v0`
  private static func fileName(for id: String) -> String {
    String(EnvironmentCatalogue.commonName(of: id).filter { !"()".contains($0) }.map { ":/".contains($0) ? "-" : $0 })
  }

  private func finish(_ played: [Episode], of episodes: Int) throws {
    guard played.count < episodes else { return }
    complain("interrupted after \(played.count) of \(episodes) episodes")
    throw ExitCode(Interruption.status)
  }
}
