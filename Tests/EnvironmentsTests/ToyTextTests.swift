import RLCore
import Testing

@testable import Environments

private struct ToyTextSpecification: Decodable, Sendable {
  var id: String
  var observations: [Int]
  var actions: Int
  var timeLimit: Int?
  var rewardThreshold: Double?
}

private let recorded = RecordedEpisodes<ToyTextSpecification>("gymnasium_toytext")

@Suite struct ToyTextTests {
  @Test func specificationsAreGymnasiums() throws {
    #expect(recorded.specifications.count == 6)
    for expected in recorded.specifications {
      let found = try EnvironmentCatalogue.specification(expected.id)
      let counts = expected.observations
      #expect(found.observationSpace == (counts.count == 1 ? .discrete(count: counts[0]) : .multiDiscrete(counts)))
      #expect(found.actionSpace == .discrete(count: expected.actions))
      #expect(found.timeLimit == expected.timeLimit)
      #expect(found.rewardThreshold == expected.rewardThreshold)
    }
  }

  @Test(arguments: recorded.episodes) func episodesAreGymnasiums(_ episode: RecordedEpisode) throws {
    let played = try episode.replayed()
    #expect(played.endings == episode.endings)
    #expect(played.observations == episode.observationRows)
    #expect(played.rewards == episode.rewards)
  }

  @Test func recordingsSeeEveryReward() {
    #expect(recorded.episodes.count == 26)
    func rewards(_ id: String) -> Set<Double> {
      Set(recorded.episodes.filter { $0.world.hasPrefix(id) }.flatMap(\.rewards))
    }
    #expect(rewards("FrozenLake-v1") == [0, 1])
    #expect(rewards("CliffWalking-v1") == [-1, -100])
    #expect(rewards("Taxi-v4") == [-1, -10, 20])
    #expect(rewards("Blackjack-v1") == [-1, 0, 1, 1.5])
  }

  @Test func taxisActionMasksAreGymnasiums() throws {
    let taxi = try #require(try EnvironmentCatalogue.environment("Taxi-v4") as? Taxi)
    let masks = try #require(recorded.masks)
    #expect(masks.count == 500)
    for (index, mask) in masks.enumerated() {
      let found = taxi.mask(of: Taxi.State(index: index, isFickle: false))
      #expect(found.map { $0 ? "1" : "0" }.joined() == mask, "state \(index)")
    }
  }

  @Test(arguments: [
    ("FrozenLake-v1:map_name=5x5", "FrozenLake-v1: 'map_name' takes 4x4 or 8x8, not '5x5'"),
    ("FrozenLake-v1:success_rate=1.5", "FrozenLake-v1: 'success_rate' takes a number from 0 to 1, not '1.5'"),
    (
      "FrozenLake-v1:desc=SF/G",
      "FrozenLake-v1:desc=SF/G: the rows of 'desc' are not all of the same length, at least 1"
    ),
    ("FrozenLake-v1:desc=SX/FG", "FrozenLake-v1:desc=SX/FG: 'desc' has a tile 'X', but the tiles are SFHG"),
    ("FrozenLake-v1:desc=FF/FG", "FrozenLake-v1:desc=FF/FG: 'desc' has no start, 'S'"),
    ("Taxi-v4:is_rainy", "'is_rainy' is not of the form option=value in 'Taxi-v4:is_rainy'"),
    ("Taxi-v4:is_rainy=true,is_rainy=true", "Taxi-v4: 'is_rainy' is given twice"),
    ("Bandit-v0:arms=0", "Bandit-v0: 'arms' takes an integer from 1 to 1000, not '0'"),
    ("Gridworld-v0:map=S#", "Gridworld-v0:map=S#: 'map' has neither a goal, 'G', nor a hole, 'H'"),
  ])
  func badOptionsAreRefused(id: String, sentence: String) {
    #expect(throws: EnvironmentError(sentence)) { try EnvironmentCatalogue.make(id, count: 1) }
  }

  @Test func equalWorldsHaveEqualIds() throws {
    #expect(
      try EnvironmentCatalogue.specification("FrozenLake-v1:success_rate=0.50").id == "FrozenLake-v1:success_rate=0.5")
    #expect(
      try EnvironmentCatalogue.specification("FrozenLake8x8-v1:map_name=8x8,is_slippery=true").id == "FrozenLake8x8-v1")
  }
}
