import RLCore
import Randomness

/// What a vector gave, step by step; first the reset.
struct Recording: Equatable {
  /// One step of all environments; numbers as bit patterns, so that NaN equals itself and −0 is not 0.
  struct Step: Equatable {
    var observations: [UInt32]
    var finalObservations: [[UInt32]]
    var rewards: [UInt64]
    var endings: [Ending]
  }

  var steps: [Step] = []
  /// The action masks after each step; empty if there are none.
  var masks: [[Bool]] = []

  mutating func take(_ batch: StepBatch, width: Int) {
    let finals = batch.endings.indices.map { copy in
      batch.endings[copy] == .none
        ? [] : batch.finalObservations[copy * width..<(copy + 1) * width].map(\.bitPattern)
    }
    steps.append(
      Step(
        observations: batch.observations.map(\.bitPattern), finalObservations: finals,
        rewards: batch.rewards.map(\.bitPattern), endings: batch.endings))
    if !batch.actionMasks.isEmpty { masks.append(batch.actionMasks) }
  }

  /// What environment `copy` gave.
  func copy(_ copy: Int, width: Int, maskWidth: Int? = nil) -> Recording {
    var own = Recording(
      steps: steps.map {
        Step(
          observations: Array($0.observations[copy * width..<(copy + 1) * width]),
          finalObservations: [$0.finalObservations[copy]], rewards: [$0.rewards[copy]], endings: [$0.endings[copy]])
      })
    if let maskWidth { own.masks = masks.map { Array($0[copy * maskWidth..<(copy + 1) * maskWidth]) } }
    return own
  }

  /// The first step at which two recordings differ, with what differs, masks aside; nil where they are equal.
  func difference(from other: Recording) -> String? {
    if steps.count != other.steps.count { return "\(steps.count) steps against \(other.steps.count)" }
    guard let step = steps.indices.first(where: { steps[$0] != other.steps[$0] }) else { return nil }
    let (a, b) = (steps[step], other.steps[step])
    func numbers(_ bits: [UInt32]) -> [Float] { bits.map(Float.init(bitPattern:)) }
    func rewards(_ bits: [UInt64]) -> [Double] { bits.map(Double.init(bitPattern:)) }
    let what =
      a.observations != b.observations
      ? "observations \(numbers(a.observations)) instead of \(numbers(b.observations))"
      : a.rewards != b.rewards
        ? "rewards \(rewards(a.rewards)) instead of \(rewards(b.rewards))"
        : a.endings != b.endings
          ? "endings \(a.endings) instead of \(b.endings)"
          : "final observations \(a.finalObservations.map(numbers)) instead of \(b.finalObservations.map(numbers))"
    return "step \(step) gives the \(what)"
  }
}

extension VectorEnvironment {
  /// A batch of the right shape, full of what no environment should leave there.
  func soiledBatch() -> StepBatch {
    var batch = makeBatch()
    batch.soil()
    return batch
  }

  /// Steps by `actions` `[steps][count × A]`, from a reset with `seed` where there is one, and records what comes.
  ///
  /// Where auto-reset is disabled, environments that end are reset at once, and what is recorded is their ending with
  /// the first observations of the next episodes: what the mode same-step gives.
  func record(seed: UInt64?, actions: some Sequence<[Float]>, _ look: (StepBatch) -> Void = { _ in }) -> Recording {
    var batch = soiledBatch()
    var recording = Recording()
    let width = specification.observationSpace.width
    if let seed {
      reset(seed: seed, into: &batch)
      look(batch)
      recording.take(batch, width: width)
    }
    for row in actions {
      batch.soil()
      step(row.span, into: &batch)
      if autoReset == .disabled, batch.hasEnding {
        let (rewards, endings) = (batch.rewards, batch.endings)
        let ended = endings.map { $0 != .none }
        reset(where: ended.span, into: &batch)
        (batch.rewards, batch.endings) = (rewards, endings)
      }
      look(batch)
      recording.take(batch, width: width)
    }
    return recording
  }

  /// Random actions `[steps][count × A]`, the corners of a box among them.
  func randomActions(steps: Int, seed: UInt64) -> [[Float]] {
    var generator = PCG64(SeedSequence(seed).child(named: "actions"))
    let space = specification.actionSpace
    return (0..<steps).map { step in
      (0..<count).flatMap { copy in
        if case .box(let low, let high) = space, (step + copy) % 16 == 0 {
          let corner = (step / 16 + copy) % 2 == 0 ? low : high
          if corner.allSatisfy(\.isFinite) { return corner }
        }
        return space.sample(using: &generator)
      }
    }
  }
}

extension StepBatch {
  mutating func soil() {
    for index in observations.indices { (observations[index], finalObservations[index]) = (.nan, .nan) }
    for index in rewards.indices { (rewards[index], endings[index]) = (.nan, .truncated) }
  }
}
