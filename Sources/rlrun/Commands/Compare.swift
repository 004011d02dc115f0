import Analysis
import ArgumentParser
import Foundation
import Telemetry
import Tracker

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs over their seeds: interquartile means with confidence intervals.",
    discussion: """
      Example:
        rlrun compare --experiment first
        rlrun compare --experiment first --experiment second
        rlrun compare --where "params.gamma = 0.98"
        rlrun compare --scores results.csv --json

      Runs that share agent, environment and configuration are a group, which is named by what differs from the others,
      as 'ppo gamma=0.9'; the number of seeds is always shown. What differs comes first. From fewer than four seeds no
      interval can be given. A search stands for its trials: compared are its best settings and those at its start, with
      their fresh seeds; --trials compares all.

      --scores compares anybody's results: CSV with the columns algorithm, environment, seed and score, where scores are
      normalised already (0 a random agent, 1 the reference).
      """)

  @OptionGroup var selection: RunSelection
  @OptionGroup var damage: DamageOption

  @Option(
    help: "Compare the normalised scores in this CSV file instead of runs.", completion: .file(extensions: ["csv"]))
  var scores: String?

  @Option(
    help: """
      The score of a run: the last value of this metric (default: final/mean_reward, of fits \
      final/validation/accuracy, r2 or ndcg; eval/mean_reward, then rollout/ep_rew_mean, while no run has \
      ended).
      """)
  var metric: String?

  @Option(
    name: .customLong("merge"),
    help: "Compare groups that differ by budget, version or protocol: a list of these.")
  var merging: MergeList = MergeList(values: [])

  @Option(help: "The score up to which steps and seconds are counted (default: the environment's reference score).")
  var threshold: Double?

  @Option(help: "Seed of the bootstrap.")
  var bootstrapSeed: UInt64 = 0

  @Option(help: "Resamples of the bootstrap (default: 5000; of --scores 20000).")
  var resamples: Count?

  @OptionGroup var width: WidthOption

  @Flag(help: "The output format (default: tables for the terminal).")
  var form: Form = .text

  enum Form: EnumerableFlag {
    case text, json, csv, markdown

    static func help(for value: Form) -> ArgumentHelp? {
      switch value {
      case .text: "Print tables for the terminal."
      case .json: "Print JSON."
      case .csv: "Print CSV: a row a group, or an algorithm."
      case .markdown: "Print Markdown."
      }
    }
  }

  func run() throws {
    let resamples = try resamples?.checked(1...1_000_000, "--resamples")
    if let threshold, !threshold.isFinite { throw UsageError("--threshold takes a finite number, not \(threshold)") }
    if let scores { return try compareScores(scores, resamples) }
    let comparison = Comparison(
      of: try selection.records(mode: damage.mode, folding: .butConfirmations), metric: metric.map { Metric($0) },
      seed: bootstrapSeed,
      resamples: resamples ?? 5_000, merging: merging.values, threshold: threshold)
    switch form {
    case .text: print(comparison.text(width: width.columns))
    case .json: try printJSON(comparison)
    case .csv: try Output(nil).write(Array(comparison.csv.utf8))
    case .markdown: print(comparison.markdown)
    }
  }

  private func compareScores(_ path: String, _ resamples: Int?) throws {
    if !selection.isEmpty || metric != nil || threshold != nil || !merging.values.isEmpty {
      throw UsageError(
        "--scores compares a file by itself: leave out runs, --experiment, --where, --metric, --threshold and --merge")
    }
    let table = try ScoreTable(csv: readFile(path), path: path)
    let comparison = ScoreComparison(of: table, seed: bootstrapSeed, resamples: resamples ?? 20_000)
    switch form {
    case .text: print(comparison.text(width: width.columns))
    case .json: try printJSON(comparison)
    case .csv: try Output(nil).write(Array(comparison.csv.utf8))
    case .markdown: print(comparison.markdown)
    }
  }
}

/// `budget`, `budget,version`.
struct MergeList: ExpressibleByArgument {
  var values: Set<Merging>

  init(values: Set<Merging>) { self.values = values }

  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    let values = words.compactMap { Merging(rawValue: String($0)) }
    if values.count < words.count { return nil }
    self.values = Set(values)
  }

  var defaultValueDescription: String { "none" }
}
