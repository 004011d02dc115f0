import RLCore
import TestSupport
import Testing

@testable import Environments

@Suite struct EnvironmentLawTests {
  @Test(arguments: Worlds.all.map(\.id)) func everyEnvironmentKeepsTheLaws(_ id: String) throws {
    let isBox2D = Worlds.box2D.contains { $0.id == id }
    func check(_ world: some Environment) {
      // Where a copy of a state takes up its past, its price grows with the square of the steps.
      #expect(violations(of: world, steps: isBox2D ? 160 : 700) == [])
      #expect(violations(of: world, seed: 1 << 40, steps: 120) { try! Worlds.make(id, count: $0) } == [])
    }
    check(try Worlds.world(id))
  }

  @Test func aSoundWorldBreaksNone() {
    #expect(violations(of: FaultyWorld(fault: .none)) == [])
  }

  @Test(
    arguments: [
      (.observationOutside, .spaces), (.finalObservationOutside, .spaces), (.observationNotWritten, .rules),
      (.rewardNotFinite, .finiteRewards), (.drawsFromElsewhere, .determinism), (.truncatesByItself, .limits),
      (.stateIsShared, .values), (.stateIsCodedInPart, .snapshot), (.ignoresTheSeed, .variety),
    ] as [(FaultyWorld.Fault, EnvironmentLaw)])
  func aFaultInTheRulesIsFound(fault: FaultyWorld.Fault, law: EnvironmentLaw) {
    #expect(violations(of: FaultyWorld(fault: fault)).map(\.law).contains(law))
  }

  /// The laws a vector breaks that `tamper` has changed.
  private func laws(_ tamper: @escaping (TamperedVector) -> Void) -> [EnvironmentLaw] {
    let world = FaultyWorld(fault: .none)
    return violations(of: world) { count in
      let vector = TamperedVector(EnvironmentVector(world, count: count))
      tamper(vector)
      return vector
    }.map(\.law)
  }

  @Test func anUntouchedVectorBreaksNone() {
    #expect(laws { _ in } == [])
  }

  @Test func leftoversOfAResetAreFound() {
    #expect(laws { $0.afterReset = { $0.rewards[0] = 1 } }.contains(.cleanReset))
    #expect(laws { $0.afterReset = { $0.endings[0] = .terminated } }.contains(.cleanReset))
  }

  @Test func exchangedCopiesAreFound() {
    let broken = laws { $0.afterReset = { if $0.rewards.count > 2 { $0.observations.swapAt(1, 2) } } }
    #expect(broken.contains(.seeding))
  }

  @Test func otherRewardsThanTheRulesGiveAreFound() {
    #expect(laws { $0.afterStep = { $0.rewards[0] += 1 } }.contains(.rules))
  }

  @Test func aForgottenSnapshotIsFound() {
    #expect(laws { $0.forgetsSnapshots = true }.contains(.snapshot))
  }

  @Test func aWrongLimitIsFound() {
    #expect(laws { $0.specification.timeLimit = 4 }.contains(.limits))
    #expect(laws { $0.specification.timeLimit = nil }.contains(.limits))
  }

  @Test func terminationsCalledTruncationsAreFound() {
    let broken = laws { vector in
      vector.afterStep = { batch in
        for copy in batch.endings.indices where batch.endings[copy] == .terminated { batch.endings[copy] = .truncated }
      }
    }
    #expect(broken.contains(.limits))
  }

  @Test func theNextFirstObservationInPlaceOfTheFinalOneIsFound() {
    let broken = laws { vector in
      vector.afterStep = { batch in
        for copy in batch.endings.indices where batch.endings[copy] != .none {
          batch.finalObservations[copy] = batch.observations[copy]
        }
      }
    }
    #expect(broken.contains(.rules))
  }
}
