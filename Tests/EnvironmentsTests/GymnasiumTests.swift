import RLCore
import Testing

@testable import Environments

@Suite struct GymnasiumTests {
  let goldens = GymnasiumGoldens.recorded

  @Test func specificationsAreGymnasiums() throws {
    #expect(goldens.specifications.count == 2)
    for golden in goldens.specifications {
      let specification = try EnvironmentCatalogue.specification(golden.id)
      guard case .box(let low, let high) = specification.observationSpace else {
        Issue.record("\(golden.id) observes \(specification.observationSpace)")
        continue
      }
      #expect(digits(low) == golden.low)
      #expect(digits(high) == golden.high)
      #expect(specification.actionSpace == .discrete(count: golden.actions))
      #expect(specification.timeLimit == golden.timeLimit)
      #expect(specification.rewardThreshold == golden.rewardThreshold)
    }
  }

  @Test(arguments: GymnasiumGoldens.recorded.episodes.indices)
  func episodesAreGymnasiums(_ index: Int) throws {
    let golden = goldens.episodes[index]
    let endings = golden.endingValues
    let world = try EnvironmentCatalogue.make(golden.world, count: 1)
    var batch = StepBatch(count: 1, width: world.specification.observationSpace.width)
    var rows = golden.observations.makeIterator()
    world.reset(seed: golden.seedNumber, into: &batch)
    try #require(digits(batch.observations) == rows.next())
    for (step, action) in golden.actionNumbers.enumerated() {
      let row = [action]
      world.step(row.span, into: &batch)
      try #require(batch.rewards == [golden.rewards[step]], "step \(step)")
      try #require(batch.endings == [endings[step]], "step \(step)")
      if batch.endings != [.none] { try #require(digits(batch.finalObservations) == rows.next(), "step \(step)") }
      try #require(digits(batch.observations) == rows.next(), "step \(step)")
    }
    #expect(rows.next() == nil)
  }

  @Test(arguments: GymnasiumGoldens.recorded.vectors.indices)
  func vectorsAreGymnasiums(_ index: Int) throws {
    let golden = goldens.vectors[index]
    let (environmentCount, actions, endings) = (golden.copies!, golden.actionNumbers, golden.endingValues)
    let world = try EnvironmentCatalogue.make(golden.world, count: environmentCount)
    let width = world.specification.observationSpace.width
    var batch = StepBatch(count: environmentCount, width: width)
    var finals: [String] = []
    world.reset(seed: golden.seedNumber, into: &batch)
    try #require(digits(batch.observations) == golden.observations[0])
    for step in 0..<actions.count / environmentCount {
      let now = step * environmentCount..<(step + 1) * environmentCount
      let row = Array(actions[now])
      world.step(row.span, into: &batch)
      try #require(digits(batch.observations) == golden.observations[step + 1], "step \(step)")
      try #require(batch.rewards == Array(golden.rewards[now]), "step \(step)")
      try #require(batch.endings == Array(endings[now]), "step \(step)")
      for copy in 0..<environmentCount where batch.endings[copy] != .none {
        finals.append(digits(batch.finalObservations[copy * width..<(copy + 1) * width]))
      }
    }
    #expect(finals == golden.finalObservations)
    #expect(golden.endings.contains("t"))
  }

  @Test func goldensHoldBothEndings() {
    let endings = goldens.episodes.map(\.endings).joined()
    #expect(endings.count { $0 == "t" } > 10)
    #expect(endings.count { $0 == "l" } > 5)
  }
}
