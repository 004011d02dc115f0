import RLCore
import Randomness
import TestSupport
import Testing

@testable import Environments

@Suite struct ActionMaskTests {
  /// After every step, endings and resets included, the masks are those that Gymnasium has for the states observed.
  @Test(arguments: AutoReset.allCases) func masksAreThoseOfTheObservations(_ mode: AutoReset) throws {
    let vector = try EnvironmentCatalogue.make("Taxi-v4:is_rainy=true", count: 4, autoReset: mode, threads: 2)
    let taxi = try #require(try EnvironmentCatalogue.environment("Taxi-v4") as? Taxi)
    var batch = vector.makeBatch()
    func check() {
      for copy in 0..<4 {
        let state = Taxi.State(index: Int(batch.observations[copy]), isFickle: false)
        #expect(Array(batch.actionMasks[copy * 6..<(copy + 1) * 6]) == taxi.mask(of: state))
      }
    }
    #expect(batch.actionMasks.count == 24)
    vector.reset(seed: 8, into: &batch)
    check()
    for row in vector.randomActions(steps: 405, seed: 1) {
      vector.step(row.span, into: &batch)
      if mode == .disabled, batch.endings.contains(where: { $0 != .none }) {
        let ended = batch.endings.map { $0 != .none }
        vector.reset(where: ended.span, into: &batch)
      }
      check()
    }
  }

  @Test func otherWorldsHaveNone() throws {
    for entry in EnvironmentCatalogue.builtIn where !entry.id.hasPrefix("Taxi") {
      #expect(try EnvironmentCatalogue.described(entry.id).makeBatch().actionMasks.isEmpty)
    }
  }

  /// Whoever does not ask for masks gets none, and masks cost no allocation.
  @Test func masksAreOptional() throws {
    let vector = try EnvironmentCatalogue.make("Taxi-v4", count: 3)
    var (plain, masked) = (StepBatch(count: 3, width: 1), vector.makeBatch())
    vector.reset(seed: 2, into: &plain)
    #expect(plain.actionMasks.isEmpty)
    vector.reset(seed: 2, into: &masked)
    let row: [Float] = [0, 1, 2]
    vector.step(row.span, into: &masked)
    #expect(allocations { for _ in 0..<100 { vector.step(row.span, into: &masked) } } ?? 0 == 0)
  }

  /// One flag for each value of each component, all set unless the world says otherwise.
  @Test func masksOfSeveralComponentsAreInARow() {
    let specification = EnvironmentSpecification(
      id: "Two", observationSpace: .discrete(count: 1), actionSpace: .multiDiscrete([2, 3]), masksActions: true)
    #expect(specification.maskWidth == 5)
    let vector = EnvironmentVector(Still(specification: specification), count: 2)
    var batch = vector.makeBatch()
    batch.actionMasks = Array(repeating: false, count: 10)
    vector.reset(seed: 0, into: &batch)
    #expect(batch.actionMasks == Array(repeating: true, count: 10))
  }

  @Test func aColumnForMasksOfAWorldWithoutTraps() async {
    await #expect(processExitsWith: .failure) {
      let vector = try EnvironmentCatalogue.make("CartPole-v1", count: 2)
      var batch = StepBatch(count: 2, width: 4, maskWidth: 2)
      vector.reset(seed: 0, into: &batch)
    }
  }
}

private struct Still: Environment {
  struct State: Sendable, Codable {}
  let specification: EnvironmentSpecification
  func reset(using generator: inout PCG64) -> State { State() }
  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    Outcome(reward: 0, ending: .none)
  }
  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = 0 }
}

extension Taxi {
  /// The actions that make sense, `[6]`.
  func mask(of state: State) -> [Bool] {
    var mask = Array(repeating: false, count: 6)
    var span = mask.mutableSpan
    maskActions(state, into: &span)
    return mask
  }
}
