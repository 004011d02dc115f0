import Environments
import Foundation
import RLCore
import Testing

@testable import PythonEnvironments

/// Gymnasium's environments, stepped by Python.
@Suite(.needsPython) struct PythonVectorTests {
  private func make(_ id: String, count: Int, workers: Int = 1, _ autoReset: AutoReset = .sameStep) throws
    -> any VectorEnvironment
  {
    try EnvironmentCatalogue.make(
      id, count: count, autoReset: autoReset, python: Python.settings(workers: workers))
  }

  private func bits(_ batch: StepBatch) -> [UInt64] {
    batch.observations.map { UInt64($0.bitPattern) } + batch.rewards.map(\.bitPattern)
      + batch.endings.map { UInt64($0.rawValue) }
  }

  /// All that `steps` steps give, final observations among it.
  private func play(
    _ vector: any VectorEnvironment, steps: Int, seed: UInt64 = 7, after step: (Int) throws -> Void = { _ in }
  ) throws -> [[UInt64]] {
    var batch = vector.makeBatch()
    vector.reset(seed: seed, into: &batch)
    try vector.checkFailure()
    var shown = [bits(batch)]
    let width = batch.observations.count / vector.count
    for number in 0..<steps {
      let actions = (0..<vector.count).map { Float((number / 4 + $0) % 2) }
      vector.step(actions, into: &batch)
      try vector.checkFailure()
      shown.append(bits(batch))
      for index in 0..<vector.count where batch.endings[index] != .none {
        shown.append(batch.finalObservations[index * width..<(index + 1) * width].map { UInt64($0.bitPattern) })
      }
      try step(number)
    }
    return shown
  }

  @Test(arguments: [1, 2, 5])
  func `CartPole gives the bits of the one in Swift, however many workers step it`(workers: Int) throws {
    let expected = try play(EnvironmentCatalogue.make("CartPole-v1", count: 5), steps: 600)
    #expect(try play(make("py:CartPole-v1", count: 5, workers: workers), steps: 600) == expected)
  }

  @Test(arguments: [AutoReset.sameStep, .nextStep])
  func `every way to reset gives the same`(autoReset: AutoReset) throws {
    let expected = try play(
      EnvironmentCatalogue.make("CartPole-v1:time_limit=15", count: 3, autoReset: autoReset), steps: 100)
    #expect(try play(make("py:CartPole-v1:time_limit=15", count: 3, workers: 2, autoReset), steps: 100) == expected)
  }

  @Test func `some can be reset by hand`() throws {
    let (vector, native) = (
      try make("py:CartPole-v1", count: 2, workers: 2, .disabled),
      try EnvironmentCatalogue.make("CartPole-v1", count: 2, autoReset: .disabled)
    )
    var shown: [[UInt64]] = []
    for one in [vector, native] {
      var batch = one.makeBatch()
      one.reset(seed: 1, into: &batch)
      one.step([1, 0], into: &batch)
      one.reset(where: [false, true], into: &batch)
      shown.append(bits(batch))
      one.step([1, 0], into: &batch)
      shown.append(bits(batch))
    }
    #expect(Array(shown[..<2]) == Array(shown[2...]))
  }

  @Test func `a snapshot goes on as if nothing had been, with other workers too`() throws {
    let vector = try make("py:CartPole-v1", count: 4, workers: 2)
    var (saved, rest): ([UInt8], [[UInt64]]) = ([], [])
    let shown = try play(vector, steps: 200) { if $0 == 99 { saved = try vector.snapshot() } }
    let other = try make("py:CartPole-v1", count: 4, workers: 3)
    try other.restore(saved)
    var batch = other.makeBatch()
    for number in 100..<200 {
      other.step((0..<4).map { Float((number / 4 + $0) % 2) }, into: &batch)
      rest.append(bits(batch))
    }
    #expect(shown.filter { $0.count == 24 }.suffix(100) == rest[...])
    #expect(throws: SnapshotError.self) { try other.restore([1, 2]) }
    #expect(throws: SnapshotError.self) { try make("py:CartPole-v1", count: 3).restore(saved) }
  }

  @Test(arguments: ["unpicklable", "forgetful"])
  func `what pickles badly begins its episodes anew, and says so`(function: String) throws {
    let id = "py:worlds.\(function)()"
    let reason = try #require(
      try EnvironmentCatalogue.pythonDescription(of: id, in: Python.settings)?.restores)
    #expect(reason.contains(function == "forgetful" ? "AttributeError" : "generator"))
    let vector = try make(id, count: 2)
    var batch = vector.makeBatch()
    vector.reset(seed: 4, into: &batch)
    vector.step([0, 0], into: &batch)
    let left = batch.observations
    let saved = try vector.snapshot()
    var continued: [[Float]] = []
    for _ in 0..<2 {
      let other = try make(id, count: 2)
      try other.restore(saved)
      other.step([0, 0], into: &batch)
      #expect(batch.endings == [.truncated, .truncated] && batch.rewards == [0, 0] && batch.finalObservations == left)
      let first = batch.observations
      other.step([0, 0], into: &batch)
      #expect(batch.endings == [.none, .none] && batch.observations == first.map { $0 + 1 })
      continued.append(batch.observations)
    }
    // The same whenever it is resumed.
    #expect(continued[0] == continued[1])
  }

  @Test func `the rows of masks come from info`() throws {
    for (id, width) in [("py:worlds.masked()", 3), ("py:worlds.masked():several=true", 5)] {
      let vector = try make(id, count: 2, workers: 2)
      #expect(vector.specification.masksActions && vector.specification.maskWidth == width)
      var batch = vector.makeBatch()
      vector.reset(seed: 0, into: &batch)
      for step in 0..<12 {
        let chosen = step % 3
        let expected = (0..<3).map { $0 == chosen } + (width == 5 ? [true, true] : [])
        #expect(batch.actionMasks == expected + expected)
        let action = width == 5 ? [Float(chosen), 0] : [Float(chosen)]
        vector.step(action + action, into: &batch)
        #expect(batch.rewards == [1, 1] && batch.endings[0] == (step == 11 ? .truncated : .none))
      }
      try vector.checkFailure()
    }
  }

  @Test func `keyword arguments reach the environment`() throws {
    let vector = try make("py:worlds.masked():count=7", count: 1)
    #expect(vector.specification.id == "py:worlds.masked():count=7")
    #expect(vector.specification.actionSpace == .discrete(count: 7))
    let slippery = try make("py:FrozenLake-v1:is_slippery=false,time_limit=9", count: 1)
    #expect(slippery.specification.id == "py:FrozenLake-v1:is_slippery=false,time_limit=9")
    #expect(slippery.specification.timeLimit == 9)
  }

  @Test func `pictures travel as bytes`() throws {
    let vector = try make("py:worlds.picture()", count: 2)
    var batch = vector.makeBatch()
    vector.reset(seed: 0, into: &batch)
    #expect(batch.observations == (0..<120).map { Float($0 % 60) })
    vector.step([0, 255], into: &batch)
    #expect(batch.observations == Array(repeating: 0, count: 60) + Array(repeating: 255, count: 60))
  }
}
