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

      With --population 8 eight members train side by side instead, for --steps each: every --exploit-every steps the worst
      quarter goes on from checkpoints of the best quarter, with settings a little different. Network sizes cannot change then.
      """)

  @OptionGroup var training: Train
  @OptionGroup var options: SearchOptions

  @Option(help: "Train a population of so many members, which go on from each other's checkpoints.")
  var population: Count?

  @Option(help: "Compare the members of a population every so many steps (default: a tenth of the steps).")
  var exploitEvery: Count?

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
    if let population {
      search.population = Population(
        members: try population.checked(2...10_000, "--population"),
        stretch: try exploitEvery?.checked(Count.steps, "--exploit-every") ?? max(1, base.budget / 10))
    } else if exploitEvery != nil {
      throw UsageError("--exploit-every is for a population: add --population")
    }
    let usual: [UInt64] = search.population == nil ? [0, 1, 2] : [0]
    let seeds =
      try training.seed == nil && training.seeds == nil ? usual : SeedList.choose(training.seed, training.seeds)
    try options.apply(to: &search, seeds: seeds, maximumTime: training.maxTime)
    if let from = training.from { base.source = try CheckpointReference(from, in: training.storeOption.open()) }
    try base.check(trainings: 1)
    try SearchLaunch(
      search, seed: seeds[0], labels: training.labels,
      jobs: training.jobs, json: training.json, isDryRun: training.dryRun, systemMetrics: training.systemMetrics,
      detachment: training.detachment, storeOption: training.storeOption
    ).run()
  }
}
