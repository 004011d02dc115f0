import ArgumentParser
import Telemetry
import Tracker

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs over their seeds: interquartile means with confidence intervals.",
    discussion: """
      Example:
        rlrun compare --experiment first

      Runs that share agent, environment and configuration are a group; the number of seeds is always shown. What differs
      between the groups' configurations comes first.
      """)

  @OptionGroup var selection: RunSelection

  @Option(
    help: """
      The score of a run: the last value of this metric (default: final/mean_reward, of fits \
      final/validation/accuracy or final/validation/r2; eval/mean_reward, then rollout/ep_rew_mean, while no run has \
      ended).
      """)
  var metric: String?

  @Option(help: "Seed of the bootstrap.")
  var bootstrapSeed: UInt64 = 0

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let records = try selection.records()
    let comparison = Comparison(of: records, metric: metric.map { Metric($0) }, seed: bootstrapSeed)
    if json { return try printJSON(comparison) }
    print(comparison.text)
  }
}
