import ArgumentParser
import Experiments
import Foundation
import RLCore
import Telemetry
import Tracker

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an agent in an environment; every seed is a run.",
    discussion: """
      Example:
        rlrun train CartPole-v1 --agent ppo --preset zoo --seeds 1-5 --experiment first

      --steps counts transitions over all copies and is rounded up to whole iterations. Hyperparameters have
      Stable-Baselines3's names; 'rlrun agents ppo' lists them. Ctrl-C ends a run as 'interrupted', to be resumed.
      """)

  @Argument(help: "The environment's id, with options as ENV:option=value.")
  var env: String

  @Option(help: "The agent; see 'rlrun agents'.")
  var agent = "ppo"

  @Option(help: "Where hyperparameters start from: default or zoo.")
  var preset: Preset = .default

  @Option(help: "A YAML file of 'name: value' lines over the preset.", completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("One hyperparameter over all else.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: "Transitions to train for, over all copies.")
  var steps: Int?

  @Option(help: "How many copies of the environment are stepped together.")
  var envs: Int?

  @Option(help: ArgumentHelp("The seed (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Several seeds, each a run.", valueName: "1-10|1,2,5"))
  var seeds: SeedList?

  @Option(help: "How many seeds are trained side by side (default: the number of cores).")
  var jobs: Int?

  @Option(help: "How many threads step the copies of a training; pays where a step takes microseconds (Box2D).")
  var threads = 1

  @Option(help: "The experiment the runs belong to.")
  var experiment = "default"

  @Option(help: "Words of yours for the runs.")
  var name = ""

  @Option(name: .customLong("tag"), help: ArgumentHelp("A tag for the runs.", valueName: "key=value"))
  var tags: [String] = []

  @Option(help: "Evaluate every so many steps; 0: never on the way.")
  var evalFreq = 10_000

  @Option(help: "Episodes of an evaluation on the way.")
  var evalEpisodes = 10

  @Option(help: "Save a checkpoint every so many steps (default: a twentieth of the steps, once a second at most).")
  var saveFreq: Int?

  @Option(help: ArgumentHelp("Stop after this time.", valueName: "90s|10m|2h"))
  var maxTime: Duration?

  @Option(help: ArgumentHelp("Stop once an evaluation reaches this mean reward.", valueName: "reward"))
  var stopReward: Double?

  @Option(help: ArgumentHelp("Stop after so many evaluations without a new best.", valueName: "evaluations"))
  var patience: Int?

  @Option(help: ArgumentHelp("Start from the policy of a run's checkpoint.", valueName: "RUN[:best]"))
  var from: String?

  @OptionGroup var watch: WatchOptions
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var actions: ActionOptions

  @Flag(help: "Train and keep nothing: no run, no checkpoints, no debugger.")
  var noLog = false

  @Flag(help: "Print the resolved configuration and do nothing.")
  var dryRun = false

  @Flag(help: "Print the runs as JSON at the end, and no progress.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let seeds = try SeedList.choose(seed, seeds)
    var configuration = try resolve()
    if dryRun {
      let page = ConfigurationPage(configuration)
      return json ? try printJSON(page) : print(page.yaml)
    }
    if noLog { try checkNoLog() }
    let store = try noLog && from == nil ? nil : storeOption.open(create: !noLog)
    let tags = try parsePairs(self.tags, option: "--tag")
    if let from, let store { configuration.source = try CheckpointReference(from, in: store) }
    let jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    guard jobs >= 1 else { throw UsageError("--jobs takes a whole number ≥ 1, not \(jobs)") }
    let threads = try atLeast(1, threads, "--threads")

    try checkMemory(configuration, trainings: min(jobs, seeds.count))
    Interruption.install()
    let surroundings = Surroundings.current()
    let progress = ProgressDisplay(budget: configuration.plan.budget, trainings: seeds.count, isQuiet: json)
    let (experiment, name, resolved, unlogged) = (experiment, name, configuration, noLog)
    let results = SeedPool.run(seeds: seeds, jobs: jobs) { seed in
      if Interruption.hasBeenRequested { return String?.none }
      guard let store, !unlogged else {
        let (outcome, reward) = try TrainingRun.trainUnlogged(
          resolved, seed: seed, threads: threads, sourcesIn: store,
          shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: seed, $0) })
        return "seed \(seed): "
          + (outcome == .interrupted ? "interrupted" : "final mean reward \(decimal(reward))") + ", not logged"
      }
      let run = try TrainingRun.start(
        resolved, seed: seed, experiment: experiment, name: name, tags: tags, surroundings: surroundings,
        threads: threads, in: store)
      try run.train(
        shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: seed, $0) },
        onRemark: { progress.say($0, seed: seed) })
      return run.id
    }
    progress.finish()
    guard let store, !noLog else { return try reportUnlogged(results) }
    try TrainingReport(store: store, experiment: experiment, json: json).print(results, seeds: seeds)
  }

  private func checkNoLog() throws {
    if json || !name.isEmpty || !tags.isEmpty || saveFreq != nil {
      throw UsageError("--json, --name, --tag and --save-freq are about runs, and --no-log keeps none")
    }
  }

  /// Throws the first error, or an exit status where the training was interrupted.
  private func reportUnlogged(_ results: [Result<String?, any Error>]) throws {
    for result in results { if let line = try result.get() { print(line) } }
    if Interruption.hasBeenRequested { throw ExitCode(Interruption.status) }
  }

  private func resolve() throws -> TrainingConfiguration {
    var values: [String: HyperparameterValue] = [:]
    if let config { values = try ConfigurationFile.read(config) }
    values.merge(try ConfigurationFile.parse(settings: settings)) { $1 }
    if let steps { values["n_timesteps"] = .integer(steps) }
    if let envs { values["n_envs"] = .integer(envs) }
    var configuration = try TrainingConfiguration(environment: env, agent: agent, preset: preset, values: values)
    configuration.plan.evaluationFrequency = try atLeast(0, evalFreq, "--eval-freq")
    configuration.plan.evaluationEpisodes = try atLeast(1, evalEpisodes, "--eval-episodes")
    if let saveFreq { configuration.plan.saveFrequency = try atLeast(1, saveFreq, "--save-freq") }
    configuration.plan.maximumSeconds = maxTime?.seconds
    configuration.actions = try actions.resolve()
    configuration.plan.stopReward = stopReward
    (configuration.plan.watched, configuration.plan.signalInterval) = try watch.resolve()
    configuration.debugger = try ruleOptions.settings
    if let patience { configuration.plan.patience = try atLeast(1, patience, "--patience") }
    if evalFreq == 0, stopReward != nil || patience != nil {
      throw UsageError("--stop-reward and --patience look at evaluations, and --eval-freq 0 has none")
    }
    return configuration
  }

  /// States the memory that experience will take, where it is worth a word; refuses more than the machine has.
  private func checkMemory(_ configuration: TrainingConfiguration, trainings: Int) throws {
    let bytes = try configuration.experienceBytes
    let available = ProcessInfo.processInfo.physicalMemory
    guard UInt64(bytes) * UInt64(trainings) <= available else {
      throw UsageError(
        "the experience of \(trainings) trainings side by side takes \(memory(bytes * trainings)), more than "
          + "the \(memory(Int(available))) of this machine: lower buffer_size or --jobs")
    }
    if bytes >= 10_000_000, !json {
      StandardErrors.write("each training keeps \(memory(bytes)) of experience in memory\n")
    }
  }

  private func atLeast(_ bound: Int, _ value: Int, _ option: String) throws -> Int {
    guard value >= bound else { throw UsageError("\(option) takes a whole number ≥ \(bound), not \(value)") }
    return value
  }
}

extension Preset: ExpressibleByArgument {}
