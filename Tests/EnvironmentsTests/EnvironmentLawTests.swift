import RLCore
import Randomness
import Testing

@testable import Environments

@Suite struct EnvironmentLawTests {
  /// Those that need more than the program are in MuJoCoTests.
  @Test(arguments: EnvironmentCatalogue.builtIn.filter { $0.needs == nil }.map(\.id))
  func everyEnvironmentKeepsTheLaws(_ id: String) throws {
    let isBox2D = EnvironmentCatalogue.box2D.contains { $0.id == id }
    func check(_ world: some Environment) {
      // Where a copy of a state takes up its past, its price grows with the square of the steps.
      #expect(EnvironmentLaw.violations(of: world, steps: isBox2D ? 160 : nil) == [])
      let found = EnvironmentLaw.violations(of: world, seed: 1 << 40, steps: 120) {
        try! EnvironmentCatalogue.make(id, count: $0, autoReset: $1, threads: $2)
      }
      #expect(found == [])
    }
    check(try EnvironmentCatalogue.environment(id))
  }

  @Test func aSoundWorldBreaksNone() {
    #expect(EnvironmentLaw.violations(of: FaultyWorld(fault: .none)) == [])
    #expect(EnvironmentLaw.violations(of: FaultyWalk(fault: .none)) == [])
  }

  private static let faults: [(FaultyWorld.Fault, EnvironmentLaw)] = [
    (.idIsEmpty, .specification), (.boundsAreExchanged, .specification), (.limitIsZero, .specification),
    (.masksNumbers, .specification), (.observationOutside, .spaces), (.finalObservationOutside, .spaces),
    (.observationNotWritten, .spaces), (.observationInfinite, .finite), (.rewardNotFinite, .finite),
    (.drawsFromElsewhere, .determinism), (.truncatesByItself, .limits), (.stateIsShared, .values),
    (.stateIsCodedInPart, .snapshot), (.ignoresTheSeed, .variety), (.masksEverything, .masks),
  ]

  @Test(arguments: faults) func aFaultInTheRulesIsFound(fault: FaultyWorld.Fault, law: EnvironmentLaw) {
    #expect(EnvironmentLaw.violations(of: FaultyWorld(fault: fault)).map(\.law).contains(law))
  }

  @Test(arguments: FaultyWalk.Fault.allCases.filter { $0 != .none })
  func aFaultInTheTableIsFound(fault: FaultyWalk.Fault) {
    #expect(EnvironmentLaw.violations(of: FaultyWalk(fault: fault)).map(\.law) == [.model])
  }

  /// The laws a vector breaks that `tamper` has changed.
  private func laws(
    of fault: FaultyWorld.Fault = .none, _ tamper: @escaping (TamperedVector, AutoReset, Int) -> Void
  ) -> [EnvironmentLaw] {
    let world = FaultyWorld(fault: fault)
    return EnvironmentLaw.violations(of: world) { count, mode, threads in
      let vector = TamperedVector(EnvironmentVector(world, count: count, autoReset: mode, threads: threads))
      tamper(vector, mode, threads)
      return vector
    }.map(\.law)
  }

  private func laws(_ tamper: @escaping (TamperedVector) -> Void) -> [EnvironmentLaw] {
    laws { vector, _, _ in tamper(vector) }
  }

  @Test func anUntouchedVectorBreaksNone() {
    #expect(laws { _ in } == [])
    #expect(laws(of: .masksLeft) { _, _, _ in } == [])
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

  @Test(arguments: [AutoReset.nextStep, .disabled]) func aModeOfItsOwnIsFound(_ broken: AutoReset) {
    let found = laws { vector, mode, _ in
      if mode == broken { vector.afterStep = { $0.rewards[0] += 1 } }
    }
    #expect(found == [.autoReset])
  }

  @Test func resultsThatDependOnThreadsAreFound() {
    let found = laws { vector, _, threads in
      if threads > 1 { vector.afterStep = { $0.rewards[0] += 1 } }
    }
    #expect(found == [.threads])
  }

  @Test(arguments: AutoReset.allCases) func masksOfOtherStatesAreFound(_ broken: AutoReset) {
    let found = laws(of: .masksLeft) { vector, mode, _ in
      if mode == broken { vector.afterStep = { $0.actionMasks[0] = true } }
    }
    #expect(found == [.masks])
  }

  /// Every law was found broken above; one that no test can break would be none.
  @Test func everyLawHasAFaultThatBreaksIt() {
    let others: [EnvironmentLaw] = [.cleanReset, .seeding, .rules, .autoReset, .threads, .model]
    #expect(Set(Self.faults.map(\.1) + others) == Set(EnvironmentLaw.allCases))
  }

  @Test func aViolationIsASentence() throws {
    let found = EnvironmentLaw.violations(of: FaultyWorld(fault: .boundsAreExchanged))
    #expect(
      found.map(\.description) == [
        "Walk: the observation space Box([3.0], [-3.0]) has the lower bound 3.0 and the upper bound -3.0 for component "
          + "0, against the law 'specification': the id, the spaces and the limits that an environment states are sound"
      ])
    let outside = try #require(EnvironmentLaw.violations(of: FaultyWorld(fault: .observationOutside)).first)
    #expect(outside.description.hasPrefix("Walk, seed 20, step 5: the observation [3.5] of environment "))
    #expect(outside.description.contains(" is not in Box([-3.0], [3.0]), against the law 'spaces': "))
  }

  @Test func lawsSayWhatTheyApplyTo() throws {
    func applied(_ id: String) throws -> [EnvironmentLaw] {
      let world = try EnvironmentCatalogue.environment(id)
      return EnvironmentLaw.allCases.filter { $0.applies(to: world) }
    }
    #expect(try applied("Taxi-v4") == EnvironmentLaw.allCases)
    #expect(try applied("FrozenLake-v1") == EnvironmentLaw.allCases.filter { $0 != .masks })
    #expect(try applied("CartPole-v1") == EnvironmentLaw.allCases.filter { $0 != .masks && $0 != .model })
  }
}

/// A walk along a row of five states, known as a table, or one whose table has a fault.
struct FaultyWalk: TabularModel {
  enum Fault: CaseIterable {
    case none, probabilitiesDoNotAddUp, noProbability, startsDoNotAddUp, startsElsewhere, tooFewStarts, leadsNowhere
    case rewardInfinite, rewardOther, leadsElsewhere, endsElsewhere, tooManyActions
  }

  var fault: Fault
  var stateCount: Int { 5 }
  var actionCount: Int { fault == .tooManyActions ? 3 : 2 }

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "Row", observationSpace: .discrete(count: 5), actionSpace: .discrete(count: 2), timeLimit: 30)
  }

  var startProbabilities: [Double] {
    switch fault {
    case .startsDoNotAddUp: [0, 0, 0.5, 0, 0]
    case .startsElsewhere: [0, 1, 0, 0, 0]
    case .tooFewStarts: [0, 0, 1]
    default: [0, 0, 1, 0, 0]
    }
  }

  func transitions(from state: Int, action: Int) -> [Transition] {
    let next = action == 1 ? min(4, state + 1) : max(0, state - 1)
    let isEnd = next == 0 || next == 4
    let reward: Double = next == 4 ? 1 : 0
    switch fault {
    case .probabilitiesDoNotAddUp where state == 2: return [Transition(0.9, to: next, reward: 0)]
    case .noProbability: return [Transition(2, to: next, reward: 0), Transition(-1, to: next, reward: 0)]
    case .leadsNowhere where state == 1: return [Transition(1, to: 5, reward: 0)]
    case .rewardInfinite: return [Transition(1, to: next, reward: .infinity)]
    case .rewardOther: return [Transition(1, to: next, reward: 2, terminated: isEnd)]
    case .leadsElsewhere: return [Transition(1, to: state, reward: reward, terminated: isEnd)]
    case .endsElsewhere: return [Transition(1, to: next, reward: reward)]
    default: return [Transition(1, to: next, reward: reward, terminated: isEnd)]
    }
  }

  struct State: Sendable, Codable {
    var index: Int
  }

  func index(of state: State) -> Int { state.index }
  func reset(using generator: inout PCG64) -> State { State(index: 2) }

  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    state.index = action[0] == 1 ? min(4, state.index + 1) : max(0, state.index - 1)
    return Outcome(reward: state.index == 4 ? 1 : 0, ending: state.index % 4 == 0 ? .terminated : .none)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = Float(state.index) }
}
