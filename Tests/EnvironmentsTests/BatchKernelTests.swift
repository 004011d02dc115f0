import Randomness
import Testing

@testable import Environments
@testable import RLCore

/// A world without the kernel it brings: its copies are stepped one by one.
private struct Unbatched<World: Environment>: Environment {
  var world: World
  var specification: EnvironmentSpecification { world.specification }
  func reset(using generator: inout PCG64) -> World.State { world.reset(using: &generator) }
  func step(_ state: inout World.State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    world.step(&state, action: action, using: &generator)
  }
  func observe(_ state: World.State, into observation: inout MutableSpan<Float>) {
    world.observe(state, into: &observation)
  }
}

/// Random actions for most copies; for the others such as pump energy into the world or bring it near its goal.
private func actions(for vector: any VectorEnvironment, after batch: StepBatch, step: Int) -> [Float] {
  let (specification, width) = (vector.specification, vector.specification.observationSpace.width)
  var generator = CounterGenerator(SeedSequence(UInt64(step)).child(named: "choice"))
  return (0..<vector.count).map { copy in
    let row = batch.observations[copy * width..<(copy + 1) * width]
    let speed = row[row.endIndex - 1]
    switch specification.actionSpace {
    case .discrete(let count, let start):
      let isGuided = copy % 3 == 0 && width > 1 && count == 3
      return Float(start) + (isGuided ? (speed < 0 ? 0 : 2) : Float(generator.integer(below: count)))
    default:
      return copy % 3 == 0 ? (speed < 0 ? -1.5 : 1.5) : 6 * generator.uniform() - 3
    }
  }
}

@Suite struct BatchKernelTests {
  static let ids = [
    "CartPole-v0", "CartPole-v1", "CartPole-v1:sutton_barto_reward=true", "MountainCar-v0",
    "MountainCar-v0:goal_velocity=0.02", "MountainCarContinuous-v0", "MountainCarContinuous-v0:goal_velocity=0.03",
    "Acrobot-v1", "Pendulum-v1", "Pendulum-v1:g=9.81", "FrozenLake-v1", "FrozenLake-v1:is_slippery=false",
    "FrozenLake8x8-v1:success_rate=0.8", "FrozenLake-v1:desc=SFSF/FHFG", "CliffWalking-v1",
    "CliffWalkingSlippery-v1", "Taxi-v4", "Taxi-v4:is_rainy=true", "Taxi-v4:fickle_passenger=true",
    "Taxi-v4:is_rainy=true,fickle_passenger=true,fickle_probability=1", "Blackjack-v1", "Blackjack-v1:sab=false",
    "Blackjack-v1:natural=true,sab=false", "RandomWalk-v0", "WindyGridworld-v0:stochastic_wind=true", "Gridworld-v0",
  ]

  /// Every column of 37 copies over 650 steps, and the snapshots, in every mode of auto-reset.
  @Test(arguments: ids) func batchesEqualSingleEnvironments(_ id: String) throws {
    func check(_ world: some Environment) throws {
      for mode in AutoReset.allCases {
        let batched = EnvironmentVector(world, count: 37, autoReset: mode)
        let single = EnvironmentVector(Unbatched(world: world), count: 37, autoReset: mode)
        var (batch, other) = (batched.makeBatch(), single.makeBatch())
        batched.reset(seed: 77, into: &batch)
        single.reset(seed: 77, into: &other)
        var ended = 0
        for step in 0..<650 {
          let row = actions(for: batched, after: batch, step: step)
          batched.step(row.span, into: &batch)
          single.step(row.span, into: &other)
          let isEqual =
            batch.observations.map(\.bitPattern) == other.observations.map(\.bitPattern)
            && batch.finalObservations.map(\.bitPattern) == other.finalObservations.map(\.bitPattern)
            && batch.rewards.map(\.bitPattern) == other.rewards.map(\.bitPattern) && batch.endings == other.endings
          try #require(isEqual, "\(id), \(mode), step \(step)")
          let done = batch.endings.map { $0 != .none }
          ended += done.count { $0 }
          if mode == .disabled, done.contains(true) {
            batched.reset(where: done.span, into: &batch)
            single.reset(where: done.span, into: &other)
            #expect(batch.observations == other.observations)
          }
          if step == 3 || step == 400 {
            let snapshot = try batched.snapshot()
            #expect(try single.snapshot() == snapshot)
            try batched.restore(snapshot)
            #expect(try batched.snapshot() == snapshot)
          }
        }
        #expect(ended >= 10 || id.hasPrefix("CliffWalking"), "\(ended)")
      }
    }
    try check(try EnvironmentCatalogue.environment(id))
  }

  /// A copy's numbers do not depend on its place among the others, nor on how many there are.
  @Test(arguments: ["CartPole-v1", "Acrobot-v1", "Pendulum-v1", "Taxi-v4:fickle_passenger=true"])
  func batchesOfAnySizeAgree(_ id: String) throws {
    let large = try EnvironmentCatalogue.make(id, count: 41)
    let width = large.specification.observationSpace.width
    let all = large.randomActions(steps: 120, seed: 5)
    let reference = large.record(seed: 9, actions: all)
    for count in [1, 2, 7, 8, 9, 16, 33] {
      let vector = try EnvironmentCatalogue.make(id, count: count)
      let actions = all.map { Array($0[..<(count * large.specification.actionSpace.width)]) }
      let recording = vector.record(seed: 9, actions: actions)
      for copy in 0..<count {
        #expect(
          recording.copy(copy, width: width).difference(from: reference.copy(copy, width: width)) == nil,
          "copy \(copy) of \(count)")
      }
    }
  }

  @Test func aBadActionIsNamedAmongMany() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let vector = try EnvironmentCatalogue.make("Pendulum-v1", count: 500)
        var batch = vector.makeBatch()
        vector.reset(seed: 0, into: &batch)
        var row: [Float] = Array(repeating: 0.5, count: 500)
        row[347] = .nan
        vector.step(row.span, into: &batch)
      })
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("Pendulum-v1: environment 347 got [nan], not one of Box([-2.0], [2.0])"))
  }

  @Test(arguments: [-1, 0.5, 2, .nan, .infinity, -.infinity, 1e30] as [Float]) func noBadActionPasses(_ bad: Float) {
    for position in [0, 15, 16, 62] {
      var row: [Float] = (0..<63).map { Float($0 % 2) }
      #expect(Space.discrete(count: 2).refused(row) == nil)
      row[position] = bad
      #expect(Space.discrete(count: 2).refused(row) == position)
      #expect(Space.multiBinary(9).refused(row) == position / 9)
      #expect(Space.multiDiscrete([2, 2, 2]).refused(row) == position / 3)
      #expect(Space.box(low: [0], high: [1]).refused(row) == (bad.isFinite ? nil : position))
      #expect(Space.tuple([.discrete(count: 2), .dict(["b": .multiBinary(2)])]).refused(row) == position / 3)
    }
  }
}

extension Space {
  fileprivate func refused(_ actions: [Float]) -> Int? { firstRefused(in: actions.span) }
}
