import RLCore
import Randomness

/// What a vector gave, step by step; first the reset.
struct Recording: Equatable {
  /// One step of all copies; numbers as bit patterns, so that NaN equals itself and −0 is not 0.
  struct Step: Equatable {
    var observations: [UInt32]
    var finalObservations: [[UInt32]]
    var rewards: [UInt64]
    var endings: [Ending]
  }

  var steps: [Step] = []

  mutating func take(_ batch: StepBatch, width: Int) {
    let finals = batch.endings.indices.map { copy in
      batch.endings[copy] == .none
        ? [] : batch.finalObservations[copy * width..<(copy + 1) * width].map(\.bitPattern)
    }
    steps.append(
      Step(
        observations: batch.observations.map(\.bitPattern), finalObservations: finals,
        rewards: batch.rewards.map(\.bitPattern), endings: batch.endings))
  }

  /// What copy `copy` gave.
  func copy(_ copy: Int, width: Int) -> Recording {
    Recording(
      steps: steps.map {
        Step(
          observations: Array($0.observations[copy * width..<(copy + 1) * width]),
          finalObservations: [$0.finalObservations[copy]], rewards: [$0.rewards[copy]], endings: [$0.endings[copy]])
      })
  }

  /// The first step at which two recordings differ, with what differs; nil where they are equal.
  func difference(from other: Recording) -> String? {
    if steps.count != other.steps.count { return "\(steps.count) steps against \(other.steps.count)" }
    guard let step = steps.indices.first(where: { steps[$0] != other.steps[$0] }) else { return nil }
    let (a, b) = (steps[step], other.steps[step])
    let what =
      a.observations != b.observations
      ? "observations" : a.rewards != b.rewards ? "rewards" : a.endings != b.endings ? "endings" : "final observations"
    return "the \(what) of step \(step)"
  }
}

extension VectorEnvironment {
  /// A batch of the right shape, full of what no environment should leave there.
  func soiledBatch() -> StepBatch {
    var batch = StepBatch(count: count, width: specification.observationSpace.width)
    for index in batch.observations.indices { batch.observations[index] = .nan }
    for index in batch.finalObservations.indices { batch.finalObservations[index] = .nan }
    for index in batch.rewards.indices { (batch.rewards[index], batch.endings[index]) = (.nan, .truncated) }
    return batch
  }

  /// Steps by `actions` `[steps][count × A]`, from a reset with `seed` where there is one, and records what comes.
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
      for index in batch.finalObservations.indices { batch.finalObservations[index] = .nan }
      step(row.span, into: &batch)
      look(batch)
      recording.take(batch, width: width)
    }
    return recording
  }

  /// Random actions `[steps][count × A]`.
  func randomActions(steps: Int, seed: UInt64) -> [[Float]] {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "actions"))
    return (0..<steps).map { _ in
      (0..<count).flatMap { _ in specification.actionSpace.sample(using: &generator) }
    }
  }
}
