import ArgumentParser
import Foundation
import Learning
import RLCore
import Runs
import Settings
import Telemetry
import Tracker
import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an agent in an environment; every seed is a run.",
    discussion: """
      Example:
        rlrun train CartPole-v1 --agent ppo --preset zoo --seeds 1-5 --experiment first

      --steps counts transitions over all environments and is rounded up to whole iterations. Hyperparameters have
      Stable-Baselines3's names; 'rlrun agents ppo' lists them. Ctrl-C ends a run as 'interrupted', to be resumed.
      """)

  @Argument(help: "The environment's id, with options as ENV:option=value.")
  var env: String

  @Option(help: "The agent; see 'rlrun agents'.")
  var agent = "ppo"

  @Option(help: "The preset of hyperparameters: default, zoo or best.")
  var preset: Preset = .default

  @Option(
    help: "A YAML file that overrides the preset: 'name: value' lines, or a section an environment as in the zoo.",
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a hyperparameter; overrides preset and file.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: "Transitions to train for, over all environments.")
  var steps: Count?

  @Option(help: "How many environments are stepped together.")
  var envs: Count?

  @Option(help: ArgumentHelp("The seed (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Several seeds, each a run.", valueName: "1-10|1,2,5"))
  var seeds: SeedList?

  @Option(help: "How many seeds are trained in parallel (default: the number of cores).")
  var jobs: Count?

  @Option(help: "How many threads step the environments of a training; pays where a step takes microseconds (Box2D).")
  var threads: Count = 1

  @OptionGroup var labels: RunLabelOptions

  @Option(help: "Evaluate every so many steps; 0: not during training.")
  var evalFreq: Count = 10_000

  @Option(help: "Episodes per evaluation during training.")
  var evalEpisodes: Count = 10

  @Option(help: "Save a checkpoint every so many steps (default: a twentieth of the steps, once a second at most).")
  var saveFreq: Count?

  @Option(help: ArgumentHelp("Stop after this time.", valueName: "90s|10m|2h"))
  var maxTime: Duration?

  @Option(help: ArgumentHelp("Stop once an evaluation reaches this mean reward.", valueName: "reward"))
  var stopReward: Double?

  @Option(help: ArgumentHelp("Stop after so many evaluations without a new best.", valueName: "evaluations"))
  var patience: Count?

  @Option(help: ArgumentHelp("Start from the policy of a run's checkpoint.", valueName: "RUN[:best]"))
  var from: String?

  @OptionGroup var pythonOptions: PythonOptions

  @Flag(
    name: .customLong("async"),
    help: "Step half of the environments py:… while the policy acts for the others; needs --env-workers 2 or more.")
  var isAsync = false

  @OptionGroup var watch: WatchOptions
  @OptionGroup var ruleOptions: RuleOptions
  @OptionGroup var actions: ActionOptions

  @Flag(help: "Train and keep nothing: no run, no checkpoints, no debugger.")
  var noLog = false

  @OptionGroup var systemMetrics: SystemMetricsOption
  @OptionGroup var detachment: DetachOption

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
    let store = try noLog && from == nil ? nil : systemMetrics.applied(to: storeOption.open(create: !noLog))
    let tags = try labels.tags
    if let from, let store { configuration.source = try CheckpointReference(from, in: store) }
    let jobs = try jobs?.checked(Count.threads, "--jobs") ?? ProcessInfo.processInfo.activeProcessorCount
    let threads = try threads.checked(Count.threads, "--threads")

    try checkMemory(configuration, trainings: min(jobs, seeds.count))
    if detachment.detach, let store { return try detachment.launch(in: store, json: json) }
    Interruption.install()
    let surroundings = Surroundings.current()
    let progress = ProgressDisplay(budget: configuration.plan.budget, trainings: seeds.count, isQuiet: json)
    let (experiment, name, resolved, unlogged) = (labels.experiment, labels.name, configuration, noLog)
    let results = ThreadLauncher<String?>().run(seeds, atOnce: jobs) { seed in
      if Interruption.hasBeenRequested { return nil }
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
      run.recordCode()
      try FailedRun.naming(run.id) {
        try run.run(
          shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: seed, $0) },
          onRemark: { progress.say($0, seed: seed) })
      }
      return run.id
    }
    progress.finish()
    guard let store, !noLog else { return try reportUnlogged(results, seeds: seeds) }
    try TrainingReport(store: store, experiments: [labels.experiment], json: json).print(results, seeds: seeds)
  }

  private func checkNoLog() throws {
    if detachment.detach { throw UsageError("--detach keeps a job in the store, and --no-log keeps nothing") }
    if try json || !labels.name.isEmpty || !labels.tags.isEmpty || saveFreq != nil || !actions.actions.isEmpty {
      throw UsageError("--json, --name, --tag, --save-freq and --on are about runs, and --no-log keeps none")
    }
  }

  /// Throws the error of a single one, or an exit status where one failed or was interrupted.
  private func reportUnlogged(_ results: [Result<String?, any Error>], seeds: [UInt64]) throws {
    for (seed, result) in zip(seeds, results) {
      switch result {
      case .success(let line): if let line { print(line) }
      case .failure(let error):
        guard results.count > 1, let failure = Failure(error) else { throw error }
        print("seed \(seed): failed: \(failure.sentence)")
      }
    }
    if Interruption.hasBeenRequested { throw ExitCode(Interruption.status) }
    if results.contains(where: { if case .failure = $0 { true } else { false } }) { throw ExitCode(1) }
  }

  /// What the options come to, before anything is done.
  func resolve() throws -> TrainingConfiguration {
    var values: [String: HyperparameterValue] = [:]
    if let config {
      let content = try ConfigurationFile.read(config, environment: env, agent: agent)
      values = content.values
      if !content.ignored.isEmpty { complain("\(config): not used are \(content.ignored.joined(separator: ", "))") }
    }
    values.merge(try ConfigurationFile.parse(settings: settings)) { $1 }
    if let steps { values["n_timesteps"] = .integer(steps.value) }
    if let envs { values["n_envs"] = .integer(envs.value) }
    var python = try pythonOptions.settings
    python.isAsync = isAsync
    var configuration = try TrainingConfiguration(
      environment: env, agent: agent, preset: preset, values: values, python: python)
    configuration.plan.evaluationFrequency = try evalFreq.checked(Count.intervals, "--eval-freq")
    configuration.evaluationEpisodes = try evalEpisodes.checked(Count.episodes, "--eval-episodes")
    configuration.plan.saveFrequency = try saveFreq?.checked(Count.steps, "--save-freq")
    configuration.plan.maximumSeconds = maxTime?.seconds
    configuration.actions = try actions.resolve()
    if let stopReward, !stopReward.isFinite {
      throw UsageError("--stop-reward takes a finite number, not \(stopReward)")
    }
    configuration.plan.stopScore = stopReward
    (configuration.watched, configuration.watchInterval) = try watch.resolve()
    configuration.debugger = try ruleOptions.settings
    configuration.plan.patience = try patience?.checked(Count.steps, "--patience")
    if evalFreq.value == 0, stopReward != nil || patience != nil {
      throw UsageError("--stop-reward and --patience need evaluations, and --eval-freq 0 turns them off")
    }
    return configuration
  }

  /// Refuses what there is no memory for, and states what a training takes where it is worth a word.
  private func checkMemory(_ configuration: TrainingConfiguration, trainings: Int) throws {
    try configuration.check(trainings: trainings)
    let bytes = try configuration.memory.bytes
    if bytes >= 50_000_000, !json {
      StandardErrors.write("each training takes at most \(byteCount(bytes)) of memory\n")
    }
  }
}

extension Preset: ExpressibleByArgument {}
