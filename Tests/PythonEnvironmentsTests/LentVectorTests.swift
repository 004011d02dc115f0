import Environments
import Foundation
import RLCore
import Testing

@testable import PythonEnvironments

/// Environments that a program around the library steps.
@Suite struct LentVectorTests {
  @Test func `columns that the program writes are what a step gives`() throws {
    let program = Program(count: 2)
    let vector = program.vector()
    var batch = vector.makeBatch()
    vector.reset(seed: 7, into: &batch)
    #expect(batch.observations == [7, 8] && program.requests == ["reset 7"])
    let actions: [Float] = [1, 0]
    vector.step(actions.span, into: &batch)
    #expect(batch.observations == [8, 8] && batch.rewards == [1, 0] && batch.endings == [.none, .none])
    for _ in 0..<2 { vector.step(actions.span, into: &batch) }
    #expect(batch.endings == [.terminated, .none])
    #expect(batch.finalObservations[0] == 10 && batch.observations[0] == 0)
  }

  @Test func `a program that fails is told of once, and steps change nothing from then on`() throws {
    let program = Program(count: 1)
    let vector = program.vector()
    var batch = vector.makeBatch()
    vector.reset(seed: 1, into: &batch)
    program.isBroken = true
    vector.step([Float(1)].span, into: &batch)
    #expect(throws: PythonError("object:tests.Program: an environment failed in step")) { try vector.checkFailure() }
    #expect(batch.rewards == [0] && batch.observations == [1])
    let requests = program.requests.count
    vector.step([Float(1)].span, into: &batch)
    #expect(program.requests.count == requests)
  }

  @Test func `NaN of a program is a failure`() throws {
    let program = Program(count: 1)
    let vector = program.vector()
    var batch = vector.makeBatch()
    vector.reset(seed: 1, into: &batch)
    program.reward = .nan
    vector.step([Float(1)].span, into: &batch)
    #expect(throws: PythonError.self) { try vector.checkFailure() }
  }

  @Test func `a restored vector begins other episodes, and those that were left count as truncated`() throws {
    let program = Program(count: 1)
    let vector = program.vector()
    var batch = vector.makeBatch()
    vector.reset(seed: 5, into: &batch)
    vector.step([Float(1)].span, into: &batch)
    let snapshot = try vector.snapshot()
    let restored = program.vector()
    try restored.restore(snapshot)
    restored.step([Float(0)].span, into: &batch)
    #expect(batch.endings == [.truncated] && batch.rewards == [0] && batch.finalObservations == [6])
    #expect(batch.observations == [Float(5 + 2_000_000 + 1)])
    #expect(throws: PythonError.self) { try restored.restore([1, 2]) }
  }

  @Test func `a lent environment is made by its id, with as many as there are`() throws {
    let program = Program(count: 2)
    let specification = EnvironmentSpecification(
      id: "object:tests.Lent", observationSpace: program.specification.observationSpace,
      actionSpace: program.specification.actionSpace)
    #expect(throws: EnvironmentError("object:tests.Lent was an object of a Python program, which alone can step it")) {
      _ = try EnvironmentCatalogue.specification("object:tests.Lent")
    }
    try EnvironmentCatalogue.lend(specification) { count in count == 2 ? program.vector() : nil }
    #expect(try EnvironmentCatalogue.specification("object:tests.Lent") == specification)
    #expect(try EnvironmentCatalogue.make("object:tests.Lent", count: 2).failure == nil)
    #expect(try EnvironmentCatalogue.make("object:tests.Lent", count: 3).failure is PythonError)
    #expect(throws: EnvironmentError.self) {
      try EnvironmentCatalogue.lend(
        EnvironmentSpecification(
          id: "tests.Lent", observationSpace: specification.observationSpace, actionSpace: specification.actionSpace),
        by: nil)
    }
  }
}

/// A number that an action of 1 counts up, and that ends at 10.
private final class Program: @unchecked Sendable {
  let specification = EnvironmentSpecification(
    id: "object:tests.Program", observationSpace: .box(low: [-.infinity], high: [.infinity]),
    actionSpace: .discrete(count: 2))
  let count: Int
  var requests: [String] = []
  var isBroken = false
  var reward: Double?
  private let floats: UnsafeMutablePointer<Float>
  private let rewards: UnsafeMutablePointer<Double>
  private let endings: UnsafeMutablePointer<UInt8>

  init(count: Int) {
    self.count = count
    floats = .allocate(capacity: 3 * count)
    floats.initialize(repeating: 0, count: 3 * count)
    rewards = .allocate(capacity: count)
    rewards.initialize(repeating: 0, count: count)
    endings = .allocate(capacity: count)
    endings.initialize(repeating: 0, count: count)
  }

  deinit {
    floats.deallocate()
    rewards.deallocate()
    endings.deallocate()
  }

  func vector() -> LentVector {
    let columns = LentVector.Columns(
      actions: floats, observations: floats + count, finals: floats + 2 * count, rewards: rewards, endings: endings,
      masks: nil)
    return LentVector(specification, count: count, columns: columns) { [self] in answer($0, $1) }
  }

  private func answer(_ request: LentVector.Request, _ seed: UInt64) -> Bool {
    requests.append(request == .reset ? "reset \(seed)" : "step")
    if isBroken { return false }
    let (observations, finals) = (floats + count, floats + 2 * count)
    for index in 0..<count {
      if request == .reset {
        observations[index] = Float(seed) + Float(index)
        continue
      }
      observations[index] += floats[index]
      rewards[index] = reward ?? Double(floats[index])
      endings[index] = observations[index] >= 10 && observations[index] < 1_000 ? 1 : 0
      if endings[index] == 1 { (finals[index], observations[index]) = (observations[index], 0) }
    }
    return true
  }
}
