import RLCore
import Randomness
import Testing

@testable import Environments

/// Environments with goals: what they show and what they reward.
@Suite struct GoalTests {
  @Test(arguments: ["BitFlip-v0", "BitFlip-v0:bits=3", "PointReach-v0", "PointReach-v0:dense=true"])
  func `they keep the laws of environments`(id: String) throws {
    func violations(_ environment: some Environment) -> [String] {
      EnvironmentLaw.violations(of: environment).map { "\($0)" }
    }
    #expect(violations(try EnvironmentCatalogue.environment(id)) == [])
  }

  @Test func `goals have columns of an observation`() throws {
    let bits = try EnvironmentCatalogue.specification("BitFlip-v0:bits=3").observationSpace
    #expect(bits.goalColumns == GoalColumns(achieved: 0..<3, desired: 3..<6) && bits.width == 9)
    let point = try EnvironmentCatalogue.specification("PointReach-v0").observationSpace
    #expect(point.goalColumns == GoalColumns(achieved: 0..<2, desired: 2..<4))
    #expect(Space.dict(["achieved_goal": .multiBinary(2), "desired_goal": .multiBinary(3)]).goalColumns == nil)
    #expect(Space.dict(["desired_goal": .multiBinary(2)]).goalColumns == nil)
    #expect(Space.box(low: [0], high: [1]).goalColumns == nil)
  }

  @Test(arguments: ["BitFlip-v0:bits=4", "PointReach-v0:tolerance=0.5", "PointReach-v0:dense=true"])
  func `the reward of a step follows from the goals that it shows`(id: String) throws {
    let rules = try #require(try EnvironmentCatalogue.environment(id) as? any GoalEnvironment)
    let vector = try EnvironmentCatalogue.make(id, count: 3)
    let columns = try #require(vector.specification.observationSpace.goalColumns)
    let width = vector.specification.observationSpace.width
    var (batch, generator, rewards) = (vector.makeBatch(), PCG64(seed: 9), Set<Double>())
    vector.reset(seed: 2, into: &batch)
    for _ in 0..<120 {
      let actions: [Float] = (0..<3).flatMap { _ in
        id.hasPrefix("Bit")
          ? [Float(generator.choice(4))] : [Float(generator.uniform(-1, 1)), Float(generator.uniform(-1, 1))]
      }
      vector.step(actions.span, into: &batch)
      for index in 0..<3 {
        let column = batch.endings[index] == .none ? batch.observations : batch.finalObservations
        let row = column.span.extracting(index * width..<(index + 1) * width)
        let reward = rules.reward(
          achieved: row.extracting(columns.achieved), desired: row.extracting(columns.desired))
        #expect(reward == batch.rewards[index])
        rewards.insert(reward)
      }
    }
    #expect(rewards.count > 1)
  }

  @Test func `the wrong bits lead to the goal`() throws {
    let vector = try EnvironmentCatalogue.make("BitFlip-v0:bits=12", count: 1)
    var batch = vector.makeBatch()
    vector.reset(seed: 5, into: &batch)
    let wrong = (0..<12).filter { batch.observations[$0] != batch.observations[12 + $0] }
    #expect(!wrong.isEmpty)
    for (step, bit) in wrong.enumerated() {
      let isLast = step == wrong.count - 1
      let action = [Float(bit)]
      vector.step(action.span, into: &batch)
      #expect(batch.rewards[0] == (isLast ? 0 : -1) && batch.endings[0] == (isLast ? .terminated : .none))
    }
  }

  @Test func `a push towards the goal reaches it`() throws {
    let vector = try EnvironmentCatalogue.make("PointReach-v0", count: 4)
    var (batch, reached) = (vector.makeBatch(), 0)
    vector.reset(seed: 5, into: &batch)
    for step in 0..<50 {
      let actions = (0..<4).flatMap { index -> [Float] in
        let row = index * 8
        return (0..<2).map {
          2 * (batch.observations[row + 2 + $0] - batch.observations[row + $0]) - 12 * batch.observations[row + 6 + $0]
        }
      }
      vector.step(actions.span, into: &batch)
      if step == 49 {
        reached = batch.rewards.count { $0 == 0 }
        #expect(batch.endings == Array(repeating: .truncated, count: 4))
      }
    }
    #expect(reached == 4)
  }
}
