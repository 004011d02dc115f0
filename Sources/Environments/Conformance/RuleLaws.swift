import RLCore
import Randomness

/// The laws that take the rules themselves: what the vector gives is compared with the rules stepped one by one.
extension ConformanceTrial {
  func ruleViolations() -> [Violation] {
    let vector = makeVector(1)
    let actions = vector.randomActions(steps: steps, seed: seed)
    var found: [Violation?] = []
    let reference = play(seed: seed, actions: actions, watchingCopies: true)
    let played = vector.record(seed: seed, actions: actions)
    found.append(violation(.rules, played, reference.recording, "a vector of one environment"))
    if let step = reference.changedCopy {
      found.append(violation(.values, "step \(step) changes what a copy of the state before it shows"))
    }
    let isLikeReference = { (offset: UInt64) in
      play(seed: seed &+ offset, actions: actions).recording.steps == reference.recording.steps
    }
    if reference.draws, (1...8).allSatisfy(isLikeReference) {
      found.append(violation(.variety, "it and the eight seeds after it give the same"))
    }
    found.append(maskViolation(played, reference.recording, .sameStep))
    let isEmpty = { (mask: [Bool]) in !components(of: mask).allSatisfy { $0.contains(true) } }
    if let step = played.masks.firstIndex(where: isEmpty) {
      found.append(violation(.masks, "the mask after step \(step) leaves nothing to choose"))
    }
    return found.compactMap(\.self)
  }

  /// The law about the modes of auto-reset.
  func modeViolations() -> [Violation] {
    let vector = makeVector(environmentCount, .nextStep)
    let (width, actionWidth) = (specification.observationSpace.width, specification.actionSpace.width)
    let actions = vector.randomActions(steps: steps, seed: seed)
    let later = vector.record(seed: seed, actions: actions)
    var found: [Violation?] = []
    for copy in 0..<environmentCount {
      let own = actions.map { Array($0[copy * actionWidth..<(copy + 1) * actionWidth]) }
      let expected = play(seed: seed &+ UInt64(copy), actions: own, .nextStep).recording
      let seen = later.copy(copy, width: width, maskWidth: vector.specification.maskWidth)
      found.append(violation(.autoReset, seen, expected, "mode next-step, environment \(copy)"))
      found.append(maskViolation(seen, expected, .nextStep))
    }
    // Environments that are reset as soon as they end play what they do in the mode same-step.
    let same = makeVector().record(seed: seed, actions: actions)
    let byHand = makeVector(environmentCount, .disabled).record(seed: seed, actions: actions)
    found.append(violation(.autoReset, byHand, same, "mode disabled"))
    found.append(maskViolation(byHand, same, .disabled))
    return found.compactMap(\.self)
  }

  private func maskViolation(_ found: Recording, _ expected: Recording, _ mode: AutoReset) -> Violation? {
    guard specification.masksActions, found.masks != expected.masks else { return nil }
    guard let step = zip(found.masks, expected.masks).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
      return violation(.masks, "the vector gives \(found.masks.count) masks for \(expected.masks.count) steps")
    }
    return violation(
      .masks,
      "mode \(mode.rawValue), step \(step) gives the mask \(found.masks[step]) instead of "
        + "\(expected.masks[step])")
  }

  /// A mask, taken apart into those of the action's components.
  private func components(of mask: [Bool]) -> [ArraySlice<Bool>] {
    guard case .multiDiscrete(let counts) = specification.actionSpace else { return [mask[...]] }
    var start = 0
    return counts.map { count in
      defer { start += count }
      return mask[start..<start + count]
    }
  }

  /// One environment, stepped in the plainest way: what it gives, whether it drew random numbers, and the first step at
  /// which a copy of the state changed along with the original, if that is watched.
  private func play(
    seed: UInt64, actions: [[Float]], _ mode: AutoReset = .sameStep, watchingCopies: Bool = false
  ) -> (recording: Recording, draws: Bool, changedCopy: Int?) {
    let width = specification.observationSpace.width
    var generator = PCG64(seed: seed)
    var state = environment.reset(using: &generator)
    var (length, changedCopy): (Int, Int?) = (0, nil)
    var batch = StepBatch(count: 1, width: width, maskWidth: specification.maskWidth)
    var recording = Recording()
    func take() {
      batch.observations = observation(of: state)
      if !batch.actionMasks.isEmpty { batch.actionMasks = mask(of: state) }
      recording.take(batch, width: width)
    }
    take()
    for (index, action) in actions.enumerated() {
      if mode == .nextStep, batch.endings != [.none] {
        state = environment.reset(using: &generator)
        (length, batch.rewards, batch.endings) = (0, [0], [.none])
        take()
        continue
      }
      // Not at every step: where a state cannot be copied but by living its past anew, that takes the longer the later.
      let kept = watchingCopies && (index < 30 || index % 100 == 0) ? state : nil
      let seen = kept.map { observation(of: $0).map(\.bitPattern) }
      let outcome = environment.step(&state, action: action.span, using: &generator)
      if changedCopy == nil, kept.map({ observation(of: $0).map(\.bitPattern) }) != seen { changedCopy = index + 1 }
      length += 1
      batch.rewards = [outcome.reward]
      batch.endings = [outcome.ending]
      if outcome.ending == .none, let limit = specification.timeLimit, length == limit {
        batch.endings = [.truncated]
      }
      if batch.endings != [.none] {
        batch.finalObservations = observation(of: state)
        if mode == .sameStep {
          state = environment.reset(using: &generator)
          length = 0
        }
      }
      take()
    }
    return (recording, generator != PCG64(seed: seed), changedCopy)
  }

  private func observation(of state: World.State) -> [Float] {
    var values = Array(repeating: Float.nan, count: specification.observationSpace.width)
    var span = values.mutableSpan
    environment.observe(state, into: &span)
    return values
  }

  private func mask(of state: World.State) -> [Bool] {
    var flags = Array(repeating: false, count: specification.maskWidth!)
    var span = flags.mutableSpan
    environment.maskActions(state, into: &span)
    return flags
  }
}
