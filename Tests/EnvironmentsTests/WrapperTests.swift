import RLCore
import Randomness
import TestSupport
import Testing

@testable import Environments

@Suite struct WrapperTests {
  /// Of each copy: wrapped environments are environments, and keep the laws; their batch kernels equal their rules.
  static let perCopy = [
    "CartPole-v1:time_limit=7", "FrozenLake-v1:time_limit=9", "Pendulum-v1:rescale_action=true",
    "MountainCarContinuous-v0:clip_action=true", "CartPole-v1:time_aware=true",
    "FrozenLake-v1:time_aware=true,normalize_time=true", "CartPole-v1:frame_stack=4", "Taxi-v4:frame_stack=2",
    "Blackjack-v1:frame_stack=3", "Probe-ObservedReward-v0:time_aware=true,frame_stack=2",
    "Pendulum-v1:time_limit=30,rescale_action=true,clip_action=true,time_aware=true,frame_stack=3",
    "FrozenLake-v1:time_aware=true,frame_stack=2",
  ]
  /// Of all copies together.
  static let shared = [
    "CartPole-v1:clip_reward=0.5", "Pendulum-v1:normalize_observation=true", "Pendulum-v1:normalize_reward=true",
    "Pendulum-v1:time_aware=true,clip_reward=5,normalize_observation=true,normalize_reward=true,reward_gamma=0.9",
  ]

  @Test(arguments: perCopy) func wrappedEnvironmentsKeepTheLaws(_ id: String) throws {
    func check(_ world: some Environment) { #expect(EnvironmentLaw.violations(of: world, steps: 260) == []) }
    check(try EnvironmentCatalogue.environment(id))
  }

  @Test(arguments: perCopy + shared) func idsAreCanonical(_ id: String) throws {
    #expect(try EnvironmentCatalogue.specification(id).id == id)
    let parts = id.split(separator: ":")
    let reversed = "\(parts[0]):" + parts[1].split(separator: ",").reversed().joined(separator: ",")
    #expect(try EnvironmentCatalogue.specification(reversed).id == id)
    #expect(try EnvironmentCatalogue.make(reversed, count: 2).specification == EnvironmentCatalogue.specification(id))
  }

  @Test(arguments: perCopy + shared) func stepsAllocateNothing(_ id: String) throws {
    let vector = try EnvironmentCatalogue.make(id, count: 5)
    var batch = vector.makeBatch()
    batch.actionMasks = []
    vector.reset(seed: 1, into: &batch)
    let actions = vector.randomActions(steps: 1, seed: 1)[0]
    for _ in 0..<40 { vector.step(actions.span, into: &batch) }
    #expect(allocations { for _ in 0..<500 { vector.step(actions.span, into: &batch) } } ?? 0 == 0)
  }

  @Test(arguments: shared) func statisticsAreInTheSnapshot(_ id: String) throws {
    for mode in AutoReset.allCases {
      let vector = try EnvironmentCatalogue.make(id, count: 3, autoReset: mode)
      let actions = vector.randomActions(steps: 300, seed: 2)
      _ = vector.record(seed: 4, actions: actions.prefix(211))
      let snapshot = try vector.snapshot()
      let rest = vector.record(seed: nil, actions: actions.dropFirst(211))
      let fresh = try EnvironmentCatalogue.make(id, count: 3, autoReset: mode, threads: 2)
      try fresh.restore(snapshot)
      #expect(fresh.record(seed: nil, actions: actions.dropFirst(211)).difference(from: rest) == nil)
      #expect(throws: SnapshotError.self) {
        try EnvironmentCatalogue.make(id, count: 4, autoReset: mode).restore(snapshot)
      }
      #expect(throws: SnapshotError.self) {
        try EnvironmentCatalogue.make("MountainCar-v0", count: 3).restore(snapshot)
      }
    }
  }

  @Test func frozenStatisticsStay() throws {
    let id = "Pendulum-v1:normalize_observation=true,normalize_reward=true"
    let trained = try EnvironmentCatalogue.make(id, count: 4)
    _ = trained.record(seed: 1, actions: trained.randomActions(steps: 300, seed: 1))
    #expect(trained.statistics.keys.sorted() == ["observation", "reward"])
    #expect(trained.statistics["observation"]?.count == 301 * 4 + 1e-4)
    let evaluated = try EnvironmentCatalogue.make(id, count: 2)
    evaluated.freeze(trained.statistics)
    var batch = evaluated.makeBatch()
    evaluated.reset(seed: 8, into: &batch)
    let plain = try EnvironmentCatalogue.make("Pendulum-v1", count: 2)
    var raw = plain.makeBatch()
    plain.reset(seed: 8, into: &raw)
    let moments = try #require(trained.statistics["observation"])
    for action in evaluated.randomActions(steps: 250, seed: 3) {
      evaluated.step(action.span, into: &batch)
      plain.step(action.span, into: &raw)
      for index in raw.observations.indices {
        let column = index % 3
        let expected = (Double(raw.observations[index]) - moments.means[column]) * moments.scale(of: column)
        #expect(batch.observations[index] == Float(expected))
      }
      for copy in 0..<2 {
        #expect(batch.rewards[copy] == raw.rewards[copy] * trained.statistics["reward"]!.scale(of: 0))
        #expect(batch.environmentReward(of: copy) == raw.rewards[copy])
      }
    }
    #expect(evaluated.statistics == trained.statistics)
  }

  /// Partial resets normalise the rows they write and no others.
  @Test func partialResetsNormalizeTheirRows() throws {
    let vector = try NormalizeObservation(EnvironmentCatalogue.make("Pendulum-v1", count: 3, autoReset: .disabled))
    var batch = vector.makeBatch()
    vector.reset(seed: 1, into: &batch)
    let before = batch.observations
    vector.freeze(vector.statistics)
    let chosen = [false, true, false]
    vector.reset(where: chosen.span, into: &batch)
    #expect(Array(batch.observations[..<3]) == Array(before[..<3]))
    #expect(Array(batch.observations[6...]) == Array(before[6...]))
    #expect(Array(batch.observations[3..<6]) != Array(before[3..<6]))
    #expect(batch.observations.allSatisfy { abs($0) < 5 })
  }

  @Test func returnsAreOfTheEnvironmentsRewards() throws {
    let plain = RecordEpisodeStatistics(try EnvironmentCatalogue.make("Pendulum-v1", count: 3))
    let actions = plain.randomActions(steps: 420, seed: 6)
    _ = plain.record(seed: 2, actions: actions)
    let id = "Pendulum-v1:clip_reward=1,normalize_reward=true"
    let wrapped = RecordEpisodeStatistics(try EnvironmentCatalogue.make(id, count: 3))
    _ = wrapped.record(seed: 2, actions: actions)
    #expect(plain.episodes.returns.count == 6)
    #expect(wrapped.episodes.returns == plain.episodes.returns)
    #expect(wrapped.steps == 1260)
    let restored = RecordEpisodeStatistics(try EnvironmentCatalogue.make(id, count: 3))
    try restored.restore(wrapped.snapshot())
    #expect(restored.episodes.returns == plain.episodes.returns && restored.steps == 1260)
  }

  @Test func limitsKeepTheTable() throws {
    let vector = try EnvironmentCatalogue.make("FrozenLake-v1:time_limit=5,clip_reward=0.5", count: 1)
    #expect(vector.model?.stateCount == 16)
    #expect(try EnvironmentCatalogue.make("FrozenLake-v1:frame_stack=2", count: 1).model == nil)
  }

  @Test func spacesOfStacksAreGymnasiums() throws {
    func observations(_ id: String) throws -> Space { try EnvironmentCatalogue.specification(id).observationSpace }
    #expect(try observations("FrozenLake-v1:frame_stack=3") == .multiDiscrete([16, 16, 16]))
    #expect(try observations("Blackjack-v1:frame_stack=2") == .multiDiscrete([32, 11, 2, 32, 11, 2]))
    #expect(
      try observations("FrozenLake-v1:time_aware=true")
        == .dict(["obs": .discrete(count: 16), "time": .box(low: [0], high: [100])]))
    #expect(
      try observations("Pendulum-v1:time_aware=true,normalize_time=true")
        == .box(low: [-1, -1, -8, 0], high: [1, 1, 8, 1]))
  }

  @Test func wrappersOfVectorsAreNotForOneEnvironment() {
    #expect(
      throws: EnvironmentError(
        "Pendulum-v1: 'normalize_reward' is for vectors of environments, not for one environment")
    ) { try EnvironmentCatalogue.environment("Pendulum-v1:normalize_reward=true") }
  }
}
