import RLCore
import Randomness
import Synchronization

/// A small sound world, a walk that may fall off its end, or one with a fault that a law is to find.
struct FaultyWorld: Environment {
  enum Fault: CaseIterable {
    case none
    case idIsEmpty, boundsAreExchanged, limitIsZero, masksNumbers
    case observationOutside, finalObservationOutside, observationNotWritten
    case observationInfinite, rewardNotFinite
    case drawsFromElsewhere
    case truncatesByItself
    case stateIsShared
    case stateIsCodedInPart
    case ignoresTheSeed
    /// None is a fault: a sound world with masks.
    case masksLeft
    case masksEverything
  }

  final class Shared: Sendable, Codable {
    let position: Mutex<Int>

    init(_ position: Int) { self.position = Mutex(position) }

    convenience init(from decoder: any Decoder) throws {
      self.init(try decoder.singleValueContainer().decode(Int.self))
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(position.withLock { $0 })
    }
  }

  struct State: Sendable, Codable {
    var position: Int
    var steps = 0
    var shared: Shared?
    /// Part of the state of one of the faults, and not coded.
    var omitted: Int?

    init(position: Int) { self.position = position }

    enum CodingKeys: CodingKey { case position, steps, shared }
  }

  static let elsewhere = Atomic<Int>(0)

  var fault: Fault

  var specification: EnvironmentSpecification {
    let bound: Float = fault == .observationInfinite ? .infinity : 3
    let actions: Space = fault == .masksNumbers ? .box(low: [0], high: [1]) : .discrete(count: 2)
    return EnvironmentSpecification(
      id: fault == .idIsEmpty ? "" : "Walk",
      observationSpace: fault == .boundsAreExchanged ? .box(low: [3], high: [-3]) : .box(low: [-bound], high: [bound]),
      actionSpace: actions, timeLimit: fault == .limitIsZero ? 0 : 9,
      masksActions: [.masksNumbers, .masksLeft, .masksEverything].contains(fault))
  }

  /// Left of the middle one may not go left.
  func maskActions(_ state: State, into mask: inout MutableSpan<Bool>) {
    mask[0] = state.position >= 0
    mask[1] = true
    if fault == .masksEverything, state.position > 0 { (mask[0], mask[1]) = (false, false) }
  }

  func reset(using generator: inout PCG64) -> State {
    let start = generator.integers(-1, 2)
    var state = State(position: fault == .ignoresTheSeed ? 0 : start)
    if fault == .stateIsShared { state.shared = Shared(state.position) }
    if fault == .stateIsCodedInPart { state.omitted = 0 }
    return state
  }

  func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    let slips = generator.integers(0, 4) == 0 && fault != .ignoresTheSeed
    let push = slips ? 0 : (action[0] == 1 ? 1 : -1)
    state.position += push
    state.steps += 1
    state.shared?.position.withLock { $0 += push }
    state.omitted? += 1
    if fault == .drawsFromElsewhere {
      let draws = Self.elsewhere.wrappingAdd(1, ordering: .relaxed).newValue
      if draws % 17 == 0 { return Outcome(reward: 2, ending: .none) }
    }
    if fault == .truncatesByItself && state.steps == 4 { return Outcome(reward: 0, ending: .truncated) }
    let reward = fault == .rewardNotFinite && state.steps == 6 ? .infinity : Double(state.omitted ?? state.position)
    return Outcome(reward: reward, ending: abs(state.position) >= 3 ? .terminated : .none)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    let position = Float(state.shared.map { $0.position.withLock { $0 } } ?? state.position)
    switch fault {
    case .observationOutside where state.steps == 5: observation[0] = 3.5
    case .finalObservationOutside where abs(position) >= 3: observation[0] = .nan
    case .observationNotWritten where state.steps == 5: break
    case .observationInfinite where state.steps == 5: observation[0] = .infinity
    default: observation[0] = min(3, max(-3, position))
    }
  }
}

/// A vector whose columns are tampered with after each call.
final class TamperedVector: VectorEnvironment {
  let inner: any VectorEnvironment
  var specification: EnvironmentSpecification
  var count: Int { inner.count }
  var autoReset: AutoReset { inner.autoReset }
  var afterReset: (inout StepBatch) -> Void = { _ in }
  var afterStep: (inout StepBatch) -> Void = { _ in }
  var forgetsSnapshots = false

  init(_ inner: any VectorEnvironment) {
    self.inner = inner
    specification = inner.specification
  }

  func reset(seed: UInt64, into batch: inout StepBatch) {
    inner.reset(seed: seed, into: &batch)
    afterReset(&batch)
  }

  func reset(where chosen: Span<Bool>, into batch: inout StepBatch) { inner.reset(where: chosen, into: &batch) }

  func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    inner.step(actions, into: &batch)
    afterStep(&batch)
  }

  func snapshot() throws -> [UInt8] { try inner.snapshot() }

  func restore(_ snapshot: [UInt8]) throws {
    try inner.restore(snapshot)
    var batch = StepBatch(count: count, width: specification.observationSpace.width)
    if forgetsSnapshots { inner.reset(seed: 0, into: &batch) }
  }
}
