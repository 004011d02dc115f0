import ArgumentParser
import Foundation
import Runs
import Telemetry
import Tracker
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Play whole episodes with a run's policy; writes nothing into the run.",
    discussion: """
      Example:
        rlrun evaluate latest --checkpoint best --episodes 100

      Rewards are raw and undiscounted. Without --seed the episodes are those of the training's own evaluations.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Option(help: "Which checkpoint: last or best.")
  var checkpoint: CheckpointChoice = .last

  @Option(help: "How many episodes.")
  var episodes: Count = 100

  @Flag(help: "Draw actions from the policy instead of taking the most likely ones.")
  var stochastic = false

  @Option(help: "Seed of the environments.")
  var seed: UInt64?

  @Flag(help: "Print JSON, with every episode.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let episodes = try episodes.checked(Count.episodes, "--episodes")
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    Interruption.install()
    let result = try RunEvaluation.evaluate(
      CheckpointReference(run: id, choice: checkpoint), episodes: episodes, deterministic: !stochastic, seed: seed,
      in: store, shouldStop: { Interruption.hasBeenRequested })
    guard result.episodes.count == episodes else {
      complain("interrupted after \(result.episodes.count) of \(episodes) episodes")
      throw ExitCode(Interruption.status)
    }
    if json {
      try printJSON(
        Report(
          run: id, checkpoint: checkpoint.rawValue, deterministic: !stochastic, meanReward: result.meanReward,
          stdReward: result.rewardDeviation, meanEpisodeLength: result.meanLength,
          episodes: result.episodes.map {
            .init(reward: $0.reward, length: $0.length, truncated: $0.truncated)
          }))
    } else {
      let rewards = result.episodes.map(\.reward)
      printPage(
        "run \(id), \(checkpoint.rawValue) checkpoint, \(episodes) episodes, "
          + (stochastic ? "sampled actions" : "deterministic actions"))
      printPage(
        String(
          format: "mean reward %.2f ± %.2f (min %.2f, max %.2f), mean length %.1f", result.meanReward,
          result.rewardDeviation, rewards.min()!, rewards.max()!, result.meanLength))
    }
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
  }
}

extension CheckpointChoice: ExpressibleByArgument {}
