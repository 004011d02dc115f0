import ArgumentParser
import DataVersions
import Fitting
import Formats
import Foundation
import RLCore
import Runs
import Telemetry
import Tracker
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Play whole episodes with the policies of runs, or judge their models by rows; writes nothing into them.",
    discussion: """
      Example:
        rlrun evaluate latest --checkpoint best --episodes 100
        rlrun evaluate --experiment first --where "seed < 3" --json
        rlrun evaluate latest --data new.csv --interval 0.9

      Rewards are raw and undiscounted. Without --seed the episodes are those of the training's own evaluations.

      With --data the runs are fits or autopilots, and their models are judged by the rows that have a value of the target. Scores
      come with what they may be by chance: the 95 % interval of the rows drawn again with replacement. With --interval it is
      counted how many intervals, or sets of classes, hold the truth.
      """)

  @OptionGroup var selection: RunSelection

  @Option(help: "Which checkpoint: last or best.")
  var checkpoint: CheckpointChoice = .last

  @Option(help: "How many episodes.")
  var episodes: Count = 100

  @Flag(help: "Sample actions from the policy instead of using the most likely ones.")
  var stochastic = false

  @Option(help: "Seed of the environments.")
  var seed: UInt64?

  @OptionGroup var pythonOptions: PythonOptions

  @Option(
    help: ArgumentHelp(
      "Judge models by the rows of a CSV file, or of a version of a data set as data:NAME@VERSION.", valueName: "rows"),
    completion: .file(extensions: ["csv"]))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "With --data: count the intervals, or sets of classes, that hold the truth, where such a share should.",
      valueName: "share"))
  var interval: Double?

  @Flag(help: "Print JSON, with every episode; of several runs a list.")
  var json = false

  func run() throws {
    if let data { return try judge(by: data) }
    if interval != nil { throw UsageError("--interval goes with --data, the rows that it is counted on") }
    let episodes = try episodes.checked(Count.episodes, "--episodes")
    try pythonOptions.replaceRecorded()
    let store = try selection.open()
    let ids = try selection.ids(in: store)
    Interruption.install()
    var reports: [Report] = []
    for id in ids {
      if ids.count > 1 {
        let record = try store.load(id)
        do throws(ConfigurationError) {
          try record.requirePolicy()
        } catch {
          complain("left out: \(error.sentence)")
          continue
        }
      }
      let report = Report(id, checkpoint, deterministic: !stochastic, try evaluate(id, episodes, in: store))
      if json { reports.append(report) } else { report.show() }
    }
    if json { try selection.isOneRun ? printJSON(reports[0]) : printJSON(reports) }
  }

  private func judge(by data: String) throws {
    let store = try selection.open()
    let ids = try selection.ids(in: store)
    var reports: [ModelReport] = []
    // Of a file; what is wrong with it is said when it is read.
    let digest = (try? DataSet.digest(data))?.sha256
    for id in ids {
      let predictor = try Predictor(of: id, in: store)
      let fitted = try store.load(id).description.protocolSettings
      if fitted["data"] == .text(data) || digest.map({ fitted["data-sha256"] == .text($0) }) == true {
        complain("run \(id) was fitted to rows of '\(data)': scores on such rows are too good, judge it by others")
      }
      let evaluation = try ModelEvaluation(of: predictor, on: data, storeAt: store.path, coverage: interval)
      reports.append(ModelReport(run: id, model: predictor.name, data: data, evaluation: evaluation))
    }
    if json { return try selection.isOneRun ? printJSON(reports[0]) : printJSON(reports) }
    for report in reports { report.show(interval: interval) }
  }

  private struct ModelReport: Encodable {
    var run: String
    var model: String
    var data: String
    var evaluation: ModelEvaluation

    func show(interval share: Double?) {
      let rows = evaluation.rows
      printPage("run \(run), \(model), \(rows) row\(rows == 1 ? "" : "s") of \(data)")
      var table = TextTable(["score", "value", "95 %"])
      for score in evaluation.scores {
        let bounds = score.value.low.flatMap { low in score.value.high.map { "\(rounded(low)) to \(rounded($0))" } }
        table.add([score.name, rounded(score.value.value), bounds ?? "–"])
      }
      printPage(table)
      guard let share, let coverage = evaluation.coverage else { return }
      let bounds = coverage.low.flatMap { low in coverage.high.map { " [\(percent(low)), \(percent($0))]" } } ?? ""
      let size = rounded(evaluation.width ?? .nan)
      let (name, width) =
        evaluation.isOfClasses
        ? ("sets of classes", "in the mean of \(size) classes") : ("intervals", "in the mean \(size) wide")
      printPage("\(name) for \(percent(share)) hold the truth of \(percent(coverage.value))\(bounds), \(width)")
    }

    private func percent(_ share: Double) -> String { "\(rounded((share * 1_000).rounded() / 10)) %" }
  }

  private func evaluate(_ id: String, _ episodes: Int, in store: Store) throws -> EvaluationResult {
    try PythonOptions.remarkDifferences(from: store.load(id))
    let result = try RunEvaluation.evaluate(
      CheckpointReference(run: id, choice: checkpoint), episodes: episodes, deterministic: !stochastic, seed: seed,
      in: store, shouldStop: { Interruption.hasBeenRequested })
    guard result.episodes.count == episodes else {
      complain("interrupted after \(result.episodes.count) of \(episodes) episodes")
      throw ExitCode(Interruption.status)
    }
    return result
  }

  private struct Report: Encodable {
    struct Item: Encodable {
      var reward: Double
      var length: Int
      var truncated: Bool
    }
    var run: String
    var checkpoint: String
    var deterministic: Bool
    var meanReward: Double
    var stdReward: Double
    var meanEpisodeLength: Double
    var episodes: [Item]

    init(_ run: String, _ checkpoint: CheckpointChoice, deterministic: Bool, _ result: EvaluationResult) {
      (self.run, self.checkpoint, self.deterministic) = (run, checkpoint.rawValue, deterministic)
      (meanReward, stdReward) = (result.meanReward, result.rewardDeviation)
      meanEpisodeLength = result.meanLength
      episodes = result.episodes.map { Item(reward: $0.reward, length: $0.length, truncated: $0.truncated) }
    }

    /// Two lines for people.
    func show() {
      let rewards = episodes.map(\.reward)
      printPage(
        "run \(run), \(checkpoint) checkpoint, \(episodes.count) episodes, "
          + (deterministic ? "deterministic actions" : "sampled actions"))
      printPage(
        String(
          format: "mean reward %.2f ± %.2f (min %.2f, max %.2f), mean length %.1f", meanReward, stdReward,
          rewards.min()!, rewards.max()!, meanEpisodeLength))
    }
  }
}

extension CheckpointChoice: ExpressibleByArgument {}
