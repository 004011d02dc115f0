import Environments
import RLCore

/// A preset `best` that is shown to solve its environment, beside the zoo's.
struct BestCell: Hashable {
  var agent: String
  var environment: String
  /// Where no reward threshold is known, or the zoo does not reach it: the zoo's published score.
  var publishedScore: Double?
  /// Steps between two evaluations, each of 100 episodes.
  var evaluationFrequency: Int
  /// None of them had a part in the choice of the values.
  var seeds: ClosedRange<UInt64>

  /// The mean return that an evaluation has to reach.
  var threshold: Double {
    get throws {
      if let publishedScore { return publishedScore }
      guard let threshold = try EnvironmentCatalogue.specification(environment).rewardThreshold else {
        throw StudyError("\(environment) has no reward threshold")
      }
      return threshold
    }
  }
}

let bestCells = [
  BestCell(agent: "ppo", environment: "CartPole-v1", evaluationFrequency: 1_000, seeds: 101...120),
  // The values that were tried first failed with seeds 101 to 120.
  BestCell(agent: "ppo", environment: "MountainCar-v0", evaluationFrequency: 1_000, seeds: 201...220),
  BestCell(agent: "ppo", environment: "Acrobot-v1", evaluationFrequency: 1_000, seeds: 101...120),
  BestCell(agent: "ppo", environment: "MountainCarContinuous-v0", evaluationFrequency: 1_000, seeds: 101...120),
  // The best of eight sets of values for seeds 1 to 6.
  BestCell(agent: "sac", environment: "MountainCarContinuous-v0", evaluationFrequency: 1_000, seeds: 101...120),
  // With seeds 101 to 120 and 300,000 steps it had solved 18 of 20.
  BestCell(agent: "ppo", environment: "LunarLander-v3", evaluationFrequency: 20_000, seeds: 201...220),
  // LunarLander's values but for the learning rate, which seeds 1 to 8 chose among three.
  BestCell(agent: "ppo", environment: "LunarLanderContinuous-v3", evaluationFrequency: 20_000, seeds: 201...220),
]
