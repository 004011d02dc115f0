import ArgumentParser
import Foundation
import RLCore
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Training
import Tuning

struct SearchTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Search for the best settings of an agent in an environment.",
    discussion: """
      Example:
        rlrun search train CartPole-v1 --agent ppo --preset zoo --space default --trials 50 --seeds 1-3
        rlrun search train CartPole-v1 --space space.yaml --metric steps --stop-reward 475 --eval-freq 1000

      Takes the options of 'rlrun train', which describe the settings that the search starts from: trial 0. Every trial runs
      with each of the seeds (default: 0-2); the seeds of a trial stop as soon as it is worse than the best one with 95 %.
      In the end the best settings and those at the start run with new seeds, and these scores are reported with their
      intervals: the best of many trials is partly luck. --max-time ends the search, --trial-timeout a run. --jobs says how
      many runs go on side by side; 'rlrun search worker' adds more, from any process that sees the store.
      """)

  @OptionGroup var training: Train
  @OptionGroup var options: SearchOptions

  func run() throws {
    if training.noLog { throw UsageError("a search is kept in its log: leave --no-log out") }
    var base = try training.resolve()
    base.plan.maximumSeconds = nil
    guard let agent = Agents.named(training.agent) else { throw UsageError("there is no agent '\(training.agent)'") }
    var domains = Dictionary(uniqueKeysWithValues: Agents.documentation(of: agent).map { ($0.name, $0.domain) })
    domains["n_envs"] = .integer(.atLeast(1, limit: Bounds.mostEnvironments))
    domains["n_timesteps"] = .integer(.atLeast(1))
    let (metric, direction) = try options.judging(by: .finalMeanReward)
    var search = try SearchConfiguration(
      of: base, space: options.resolveSpace(for: training.agent, domains: domains), metric: metric, direction: direction
    )
    if base.plan.evaluationFrequency > 0 { search.progressMetric = .evalMeanReward }
    let seeds =
      try training.seed == nil && training.seeds == nil ? [0, 1, 2] : SeedList.choose(training.seed, training.seeds)
    try options.apply(to: &search, seeds: seeds, maximumTime: training.maxTime)
    if let from = training.from { base.source = try CheckpointReference(from, in: training.storeOption.open()) }
    try base.check(trainings: 1)
    try SearchLaunch(
      search, seed: seeds[0], experiment: training.experiment, name: training.name, tags: training.tags,
      jobs: training.jobs, json: training.json, isDryRun: training.dryRun, detachment: training.detachment,
      storeOption: training.storeOption
    ).run()
  }
}
