import Foundation
import RLCore
import Randomness
import TestSupport
import Testing

@testable import Environments

@Suite struct EnvironmentVectorTests {
  /// EnvironmentCatalogue whose every episode is built anew in a physics engine; their steps have a test of their own.
  private static let builtWorlds = Set((EnvironmentCatalogue.box2D + EnvironmentCatalogue.muJoCo).map(\.id))

  /// As many allocations for 1,500 steps as for 500: none a step. Episodes end and restart in between.
  @Test(arguments: EnvironmentCatalogue.builtIn.map(\.id).filter { !builtWorlds.contains($0) })
  func stepsAllocateNothing(
    _ id: String
  )
    throws
  {
    let world = try EnvironmentCatalogue.make(id, count: 8)
    var batch = StepBatch(count: 8, width: world.specification.observationSpace.width)
    world.reset(seed: 1, into: &batch)
    let row: [Float] = Array(repeating: 0, count: 8 * world.specification.actionSpace.width)
    world.step(row.span, into: &batch)
    var ended = 0
    func steps(_ count: Int) -> Int? {
      allocations {
        for _ in 0..<count {
          world.step(row.span, into: &batch)
          for copy in 0..<8 where batch.endings[copy] != .none { ended += 1 }
        }
      }
    }
    let (few, many) = (steps(500), steps(1500))
    #expect(few == many)
    #expect(many ?? 0 < 5)
    // Nobody reaches the end of the cliff by going up.
    #expect(ended > 8 || id.hasPrefix("CliffWalking"))
  }

  @Test func allocationsAreCounted() {
    guard let none = allocations(during: {}) else { return }
    var kept: [[Int]] = []
    kept.reserveCapacity(100)
    let hundred = allocations { for index in 0..<100 { kept.append([index, kept.count]) } }
    #expect(none == 0)
    #expect(hundred == 100)
  }

  @Test func notANumberAndInfinityAreInSnapshots() throws {
    let (vector, copy) = (EnvironmentVector(Strange(), count: 2), EnvironmentVector(Strange(), count: 2))
    var (batch, other) = (StepBatch(count: 2, width: 4), StepBatch(count: 2, width: 4))
    vector.reset(seed: 0, into: &batch)
    try copy.restore(vector.snapshot())
    let row: [Float] = [0, 0]
    vector.step(row.span, into: &batch)
    copy.step(row.span, into: &other)
    #expect(batch.observations.map(\.bitPattern) == other.observations.map(\.bitPattern))
    #expect(other.observations[0].isNaN)
    #expect(other.observations[3].bitPattern == (-0.0 as Float).bitPattern)
  }

  @Test func snapshotsThatDoNotFitAreRefused() throws {
    let (v1, v0) = (
      try EnvironmentCatalogue.make("CartPole-v1", count: 2), try EnvironmentCatalogue.make("CartPole-v0", count: 2)
    )
    let three = try EnvironmentCatalogue.make("CartPole-v1", count: 3)
    var batch = StepBatch(count: 2, width: 4)
    v1.reset(seed: 0, into: &batch)
    func refusal(_ world: any VectorEnvironment, _ snapshot: [UInt8]) -> String {
      do { try world.restore(snapshot) } catch { return "\(error)" }
      return "none"
    }
    #expect(refusal(v0, try v1.snapshot()) == "a snapshot of CartPole-v1 does not fit CartPole-v0")
    #expect(refusal(three, try v1.snapshot()) == "a snapshot of 2 environments does not fit a vector of 3")
    #expect(refusal(v1, Array("{}".utf8)) == "these 2 bytes are not a snapshot of CartPole-v1")
    // A snapshot from before the first reset gives a vector that has yet to be reset.
    #expect(refusal(v1, try EnvironmentCatalogue.make("CartPole-v1", count: 2).snapshot()) == "none")
  }

  @Test func terminationWinsOverTheLimit() {
    let world = EnvironmentVector(Strange(), count: 1)
    var batch = StepBatch(count: 1, width: 4)
    world.reset(seed: 0, into: &batch)
    let row: [Float] = [0]
    world.step(row.span, into: &batch)
    #expect(batch.endings == [.none])
    world.step(row.span, into: &batch)
    #expect(batch.endings == [.terminated])
  }

  @Test func misuseTraps() async {
    await #expect(processExitsWith: .failure) { try step("CartPole-v1", [2]) }
    await #expect(processExitsWith: .failure) { try step("CartPole-v1", [.nan]) }
    await #expect(processExitsWith: .failure) { try step("CartPole-v1", [0.5]) }
    await #expect(processExitsWith: .failure) { try step("CartPole-v1", [0, 0]) }
    await #expect(processExitsWith: .failure) { try step("CartPole-v1", [0], isReset: false) }
    await #expect(processExitsWith: .failure) { try step("CartPole-v1", [0], width: 3) }
    await #expect(processExitsWith: .success) { try step("CartPole-v1", [1]) }
  }

  @Test func trapsSayWhatIsWrong() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { try step("CartPole-v1", [7]) })
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("CartPole-v1: environment 0 got [7.0], not one of Discrete(2)"))
  }

  @Test func anUnsoundEnvironmentIsNamed() async throws {
    let result = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = EnvironmentVector(FaultyWorld(fault: .boundsAreExchanged), count: 1)
      })
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(
      text.contains(
        "Walk: the observation space Box([3.0], [-3.0]) has the lower bound 3.0 and the upper bound -3.0 for component 0"
      ))
  }
}

private func step(_ id: String, _ actions: [Float], isReset: Bool = true, width: Int = 4) throws {
  let world = try EnvironmentCatalogue.make(id, count: 1)
  var batch = StepBatch(count: 1, width: 4)
  if isReset { world.reset(seed: 0, into: &batch) }
  batch.observations = Array(repeating: 0, count: width)
  world.step(actions.span, into: &batch)
}

/// A world whose state holds what JSON has no numbers for, and that terminates on the very step of its limit.
private struct Strange: Environment {
  struct State: Sendable, Codable {
    var values: [Double]
    var steps = 0
  }

  let specification = EnvironmentSpecification(
    id: "Strange", observationSpace: .box(low: [0, 0, 0, 0], high: [0, 0, 0, 0]), actionSpace: .discrete(count: 1),
    timeLimit: 2)

  func reset(using generator: inout PCG64) -> State { State(values: [.nan, .infinity, -.infinity, -0.0]) }

  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.steps += 1
    return Outcome(reward: 0, ending: state.steps == 2 ? .terminated : .none)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in 0..<4 { observation[index] = Float(state.values[index]) }
  }
}
