import RLCore

/// The laws about the columns of one run.
func columnViolations(seed: UInt64, steps: Int, vector: (Int) -> any VectorEnvironment) -> [Violation] {
  let vector = vector(3)
  let (specification, width) = (vector.specification, vector.specification.observationSpace.width)
  var found: [Violation] = []
  var step = 0
  var lengths = Array(repeating: 0, count: vector.count)

  func lies(_ copy: Int, _ column: [Float]) -> Bool {
    let row = Array(column[copy * width..<(copy + 1) * width])
    return specification.observationSpace.contains(row.span)
  }

  _ = vector.record(seed: seed, actions: vector.randomActions(steps: steps, seed: seed)) { batch in
    func violate(_ law: EnvironmentLaw, _ what: String) {
      found.append(Violation(law: law, evidence: "\(specification.id), seed \(seed), step \(step): \(what)"))
    }
    if step == 0 && (batch.rewards != [0, 0, 0] || batch.endings != [.none, .none, .none]) {
      violate(.cleanReset, "rewards \(batch.rewards), endings \(batch.endings)")
    }
    for copy in 0..<vector.count {
      if !lies(copy, batch.observations) { violate(.spaces, "the observation of copy \(copy)") }
      if batch.endings[copy] != .none, step > 0, !lies(copy, batch.finalObservations) {
        violate(.spaces, "the final observation of copy \(copy)")
      }
      if !batch.rewards[copy].isFinite { violate(.finiteRewards, "reward \(batch.rewards[copy]) of copy \(copy)") }
      guard step > 0 else { continue }
      lengths[copy] += 1
      let limit = specification.timeLimit
      switch batch.endings[copy] {
      case .none where lengths[copy] >= limit ?? .max:
        violate(.limits, "copy \(copy) goes on after \(lengths[copy]) steps, with a limit of \(limit!)")
      case .truncated where lengths[copy] != limit:
        violate(
          .limits,
          "copy \(copy) is truncated after \(lengths[copy]) steps, with a limit of \(limit.map(String.init) ?? "none")")
      default: break
      }
      if batch.endings[copy] != .none { lengths[copy] = 0 }
    }
    step += 1
  }
  return found
}

/// The laws about runs that must equal one another.
func repetitionViolations(seed: UInt64, steps: Int, vector make: (Int) -> any VectorEnvironment) -> [Violation] {
  let vector = make(3)
  let width = vector.specification.observationSpace.width
  let actionWidth = vector.specification.actionSpace.width
  let actions = vector.randomActions(steps: steps, seed: seed)
  let first = vector.record(seed: seed, actions: actions)
  var found: [Violation] = []
  func compare(_ law: EnvironmentLaw, _ a: Recording, _ b: Recording, _ what: String) {
    guard let difference = a.difference(from: b) else { return }
    found.append(Violation(law: law, evidence: "\(vector.specification.id), seed \(seed), \(what): \(difference)"))
  }

  // The same object again, in the middle of episodes, and a new one.
  _ = vector.record(seed: seed + 1000, actions: actions.prefix(7))
  compare(.determinism, first, vector.record(seed: seed, actions: actions), "reset in the middle of an episode")
  compare(.determinism, first, make(3).record(seed: seed, actions: actions), "a vector made anew")

  for copy in 0..<3 {
    let own = actions.map { Array($0[copy * actionWidth..<(copy + 1) * actionWidth]) }
    compare(
      .seeding, first.copy(copy, width: width), make(1).record(seed: seed + UInt64(copy), actions: own), "copy \(copy)")
  }

  do {
    for half in [0, 1, 13, steps / 2] {
      _ = vector.record(seed: seed, actions: actions.prefix(half))
      let snapshot = try vector.snapshot()
      let rest = Recording(steps: Array(first.steps.dropFirst(half + 1)))
      compare(
        .snapshot, rest, vector.record(seed: nil, actions: actions.dropFirst(half)),
        "the original after a snapshot at step \(half)")
      let fresh = make(3)
      try fresh.restore(snapshot)
      compare(.snapshot, rest, fresh.record(seed: nil, actions: actions.dropFirst(half)), "restored at step \(half)")
    }
  } catch {
    found.append(Violation(law: .snapshot, evidence: "\(vector.specification.id): \(error)"))
  }
  return found
}
