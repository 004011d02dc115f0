import ArgumentParser
import Foundation
import RLCore
import Runs
import Telemetry
import Tracker
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Play whole episodes with the policies of runs; writes nothing into them.",
    discussion: """
      Example:
        rlrun evaluate latest --checkpoint best --episodes 100
        rlrun evaluate --experiment first --where "seed < 3" --json

      Rewards are raw and undiscounted. Without --seed the episodes are those of the training's own evaluations.
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

  @Flag(help: "Print JSON, with every episode; of several runs a list.")
  var json = false

  func run() throws {
    let episodes = try episodes.checked(Count.episodes, "--episodes")
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

  private func evaluate(_ id: String, _ episodes: Int, in store: Store) throws -> EvaluationResult {
    let result = try RunEvaluation.evaluate(
      CheckpointReference(run: id, choice: checkpoint), episodes: episodes, deterministic: !stochastic, seed: seed,
      in: store, python: pythonOptions.given, shouldStop: { Interruption.hasBeenRequested })
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
