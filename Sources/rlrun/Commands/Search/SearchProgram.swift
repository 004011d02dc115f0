import ArgumentParser
import Foundation
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Tuning

struct SearchProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Search for the best settings of any program.",
    discussion: """
      Example:
        rlrun search run --space space.yaml --metric loss -- ./train.sh --lr {lr} --seed {seed}

      {NAME} stands for the value of a setting of the space, {seed} for the seed. The program tells its score by printing
      'loss=0.31', 'loss: 0.31' or a JSON object a line, {"step": 3, "loss": 0.31}; the last one counts, and all are recorded.
      What it prints is kept with its run, as output.txt. Other than 0 its exit status means a failed trial.
      """)

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The program and its arguments, after --.", valueName: "program"))
  var words: [String] = []

  @OptionGroup var options: SearchOptions

  @Option(help: ArgumentHelp("The first seed of each trial (default: 0).", valueName: "S"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Several seeds, each a run of every trial.", valueName: "1-3"))
  var seeds: SeedList?

  @Option(help: "How many programs run side by side (default: the number of cores).")
  var jobs: Count?

  @Option(help: ArgumentHelp("Stop searching after this time.", valueName: "90s|10m|2h"))
  var maxTime: Duration?

  @OptionGroup var labels: RunLabelOptions

  @OptionGroup var systemMetrics: SystemMetricsOption
  @OptionGroup var detachment: DetachOption

  @Flag(help: "Print what would be searched and do nothing.")
  var dryRun = false

  @Flag(help: "Print the result as JSON, and no progress.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    if words.isEmpty { throw UsageError("name the program to try after --, as in -- ./train.sh --lr {lr}") }
    let (metric, direction) = try options.judging(by: nil)
    var search = try SearchConfiguration(
      program: words, space: options.resolveSpace(for: nil, domains: nil), metric: metric, direction: direction)
    search.progressMetric = options.progressMetric.map { Metric($0) } ?? metric
    let seeds = try SeedList.choose(seed, seeds)
    if !words.contains(where: { $0.contains("{seed}") }) {
      if seeds.count > 1 {
        throw UsageError("the program never gets its seed: write {seed} where it goes, or use one seed")
      }
      // It would do the same again.
      search.freshSeeds = 0
    }
    try options.apply(to: &search, seeds: seeds, maximumTime: maxTime)
    try SearchLaunch(
      search, seed: seeds[0], labels: labels, jobs: jobs, json: json,
      isDryRun: dryRun, systemMetrics: systemMetrics, detachment: detachment,
      storeOption: storeOption
    ).run()
  }
}
