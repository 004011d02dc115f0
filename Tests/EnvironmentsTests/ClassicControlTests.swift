import RLCore
import Testing

@testable import Environments

private struct ClassicSpecification: Decodable, Sendable {
  var id, low, high: String
  var actions: Int?
  var highestAction: Float?
  var timeLimit: Int
  var rewardThreshold: Double?
}

private let recorded = RecordedEpisodes<ClassicSpecification>("gymnasium_classic")

@Suite struct ClassicControlTests {
  @Test func specificationsAreGymnasiums() throws {
    #expect(recorded.specifications.count == 4)
    for expected in recorded.specifications {
      let found = try EnvironmentCatalogue.specification(expected.id)
      #expect(found.observationSpace == .box(low: floats(expected.low), high: floats(expected.high)))
      let actions: Space =
        expected.actions.map { .discrete(count: $0) }
        ?? .box(low: [-expected.highestAction!], high: [expected.highestAction!])
      #expect(found.actionSpace == actions)
      #expect(found.timeLimit == expected.timeLimit)
      #expect(found.rewardThreshold == expected.rewardThreshold)
    }
  }

  /// Observations have the same bits but for one in a thousand, where a square's last bit differs; rewards too.
  @Test(arguments: recorded.episodes) func episodesAreGymnasiums(_ episode: RecordedEpisode) throws {
    let played = try episode.replayed()
    #expect(played.endings == episode.endings)
    let expected = episode.observationRows
    try #require(played.observations.count == expected.count)
    var differing = 0
    for (row, other) in zip(played.observations, expected) where row != other {
      differing += 1
      #expect(zip(row, other).allSatisfy { abs($0 - $1) <= 1e-6 })
    }
    #expect(differing * 1000 <= expected.count)
    #expect(zip(played.rewards, episode.rewards).allSatisfy { abs($0 - $1) <= abs($1) * 4e-16 })
  }

  @Test func recordingsReachGoalsAndLimits() {
    #expect(recorded.episodes.count == 14)
    for id in ["MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1"] {
      #expect(recorded.episodes.contains { $0.world == id && $0.endings.contains("t") }, "\(id)")
    }
    #expect(recorded.episodes.contains { $0.world == "Pendulum-v1" && $0.endings.contains("l") })
  }

  /// A step by hand: the torque of 5 counts as 2, and the reward is that of the state before the step.
  @Test func pendulumClipsTorques() throws {
    let world = try EnvironmentCatalogue.make("Pendulum-v1", count: 1)
    var (batch, other) = (StepBatch(count: 1, width: 3), StepBatch(count: 1, width: 3))
    func step(_ torque: Float, into batch: inout StepBatch) {
      world.reset(seed: 5, into: &batch)
      let row = [torque]
      world.step(row.span, into: &batch)
    }
    step(5, into: &batch)
    step(2, into: &other)
    #expect(batch.observations == other.observations)
    #expect(batch.rewards == other.rewards)
    step(1.9, into: &other)
    #expect(batch.observations != other.observations)
  }

  /// The cost of a force beyond the bounds is that of the force as given: 0.1 × 3².
  @Test func mountainCarPaysForTheForceItIsGiven() throws {
    let world = try EnvironmentCatalogue.make("MountainCarContinuous-v0", count: 1)
    var batch = StepBatch(count: 1, width: 2)
    world.reset(seed: 5, into: &batch)
    let row: [Float] = [-3]
    world.step(row.span, into: &batch)
    #expect(batch.rewards == [-(9 * 0.1)])
  }

  @Test func boxActionsAreClippedButMustBeFinite() {
    let box = Space.box(low: [-1, 0], high: [1, 2])
    func accepts(_ space: Space, _ action: [Float]) -> Bool { space.acceptsAction(action.span) }
    #expect(accepts(box, [5, -5]))
    #expect(!accepts(box, [.nan, 0]))
    #expect(!accepts(box, [0, .infinity]))
    #expect(!accepts(box, [0]))
    #expect(accepts(.discrete(count: 3), [2]))
    #expect(!accepts(.discrete(count: 3), [3]))
    #expect(!accepts(.discrete(count: 3), [0.5]))
  }

  @Test(arguments: [
    ("Pendulum-v1:g=heavy", "Pendulum-v1: 'g' takes a number from -1000 to 1000, not 'heavy'"),
    ("Pendulum-v1:g=nan", "Pendulum-v1: 'g' takes a number from -1000 to 1000, not 'nan'"),
    ("Pendulum-v1:g=2000", "Pendulum-v1: 'g' takes a number from -1000 to 1000, not '2000'"),
    (
      "MountainCar-v0:goal_speed=0",
      "MountainCar-v0 has no option 'goal_speed'; it has goal_velocity, and those of wrappers: "
        + EnvironmentCatalogueTests.wrappers
    ),
    ("CartPole-v1:sutton_barto_reward=1", "CartPole-v1: 'sutton_barto_reward' takes true or false, not '1'"),
  ])
  func badOptionsAreRefused(id: String, sentence: String) {
    #expect(throws: EnvironmentError(sentence)) { try EnvironmentCatalogue.make(id, count: 1) }
  }

  @Test func equalWorldsHaveEqualIds() throws {
    #expect(try EnvironmentCatalogue.specification("Pendulum-v1:g=10.0").id == "Pendulum-v1")
    #expect(try EnvironmentCatalogue.specification("Pendulum-v1:g=9.810").id == "Pendulum-v1:g=9.81")
  }
}
