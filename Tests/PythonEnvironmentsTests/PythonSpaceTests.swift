import Environments
import RLCore
import Testing

@testable import PythonEnvironments

/// Each space of Gymnasium's, there and back: an environment shows the action that it was given.
@Suite(.needsPython) struct PythonSpaceTests {
  @Test(
    arguments: [
      ("box", [-2, 2, 0.5, -0.25, 1, 0]), ("scalar", [1.5]), ("whole", [-5, 4]), ("discrete", [-2]), ("discrete", [2]),
      ("multi", [2, 1, 3]), ("started", [2, 1]), ("grid", [2, 1, 3, 4]), ("binary", [1, 0, 1]),
      ("plane", [0, 1, 1, 0]),
      ("tuple", [2, 0.25, 1]), ("dict", [1, 0, 4, -1, 0.5]),
    ] as [(String, [Float])])
  func `what is sent comes back`(kind: String, action: [Float]) throws {
    let vector = try EnvironmentCatalogue.make("py:worlds.echo():kind=\(kind)", count: 2, python: Python.settings)
    let space = vector.specification.observationSpace
    #expect(space == vector.specification.actionSpace && space.flaw == nil && space.width == action.count)
    var batch = vector.makeBatch()
    vector.reset(seed: 3, into: &batch)
    try vector.checkFailure()
    let isMember = space.contains(batch.observations.span.extracting(first: action.count))
    #expect(isMember)
    let other = Array(batch.observations[action.count...])
    vector.step(action + other, into: &batch)
    try vector.checkFailure()
    #expect(batch.observations == action + other)
    // Gymnasium's space has what it was given.
    #expect(batch.rewards == [1, 1])
  }

  @Test func `spaces keep Gymnasium's names and order`() throws {
    let dict = try EnvironmentCatalogue.specification("py:worlds.echo():kind=dict", python: Python.settings)
    #expect(
      dict.observationSpace
        == .dict(
          keys: ["a", "gear", "speed"],
          spaces: [
            .dict(keys: ["b"], spaces: [.multiBinary(2)]), .discrete(count: 4, start: 1),
            .box(low: [-1, -1], high: [1, 1]),
          ]))
  }

  @Test func `goals are found in the columns`() throws {
    let vector = try EnvironmentCatalogue.make("py:worlds.reach()", count: 1, python: Python.settings)
    #expect(vector.specification.observationSpace.goalColumns == GoalColumns(achieved: 0..<2, desired: 2..<4))
    var batch = vector.makeBatch()
    vector.reset(seed: 0, into: &batch)
    #expect(batch.observations == [4, 5, 6, 7, 1, 2, 3])
  }

  @Test func `proposed actions are clipped to the space`() throws {
    let vector = try EnvironmentCatalogue.make("py:worlds.echo():kind=scalar", count: 1, python: Python.settings)
    var batch = vector.makeBatch()
    vector.reset(seed: 3, into: &batch)
    vector.step([9], into: &batch)
    #expect(batch.observations == [2])
  }

  @Test func `a space that has no columns is refused`() throws {
    let error = #expect(throws: EnvironmentError.self) {
      try EnvironmentCatalogue.specification("py:worlds.echo():kind=sequence", python: Python.settings)
    }
    #expect(
      error?.sentence
        == "py:worlds.echo():kind=sequence: has a space of a kind that rlrun does not know: Sequence")
    #expect(error?.status == .badUsage)
  }
}
