import RLCore

extension ConformanceTrial {
  /// The laws about the columns of one run.
  func columnViolations() -> [Violation] {
    let vector = makeVector()
    let (stated, width) = (vector.specification, vector.specification.observationSpace.width)
    var found: [Violation] = []
    var step = 0
    var lengths = Array(repeating: 0, count: environmentCount)

    _ = vector.record(seed: seed, actions: vector.randomActions(steps: steps, seed: seed)) { batch in
      // One of a law is enough.
      func violate(_ law: EnvironmentLaw, _ what: @autoclosure () -> String) {
        if !found.contains(where: { $0.law == law }) { found.append(violation(law, "step \(step): \(what())")) }
      }
      func look(at column: [Float], of copy: Int, _ name: String) {
        let row = Array(column[copy * width..<(copy + 1) * width])
        let isInside = stated.observationSpace.contains(row.span)
        if !isInside {
          violate(.spaces, "the \(name) \(row) of environment \(copy) is not in \(stated.observationSpace)")
        }
        if !row.allSatisfy(\.isFinite) { violate(.finite, "the \(name) of environment \(copy) is \(row)") }
      }
      if step == 0, batch.rewards.contains(where: { $0 != 0 }) || batch.hasEnding {
        violate(.cleanReset, "rewards \(batch.rewards), endings \(batch.endings)")
      }
      for copy in 0..<environmentCount {
        look(at: batch.observations, of: copy, "observation")
        if batch.endings[copy] != .none, step > 0 { look(at: batch.finalObservations, of: copy, "final observation") }
        if !batch.rewards[copy].isFinite {
          violate(.finite, "the reward of environment \(copy) is \(batch.rewards[copy])")
        }
        guard step > 0 else { continue }
        lengths[copy] += 1
        let limit = stated.timeLimit
        switch batch.endings[copy] {
        case .none where lengths[copy] >= limit ?? .max:
          violate(.limits, "environment \(copy) goes on after \(lengths[copy]) steps, with a limit of \(limit!)")
        case .truncated where lengths[copy] != limit:
          violate(
            .limits,
            "environment \(copy) is truncated after \(lengths[copy]) steps, with "
              + (limit.map { "a limit of \($0)" } ?? "no limit"))
        default: break
        }
        if batch.endings[copy] != .none { lengths[copy] = 0 }
      }
      step += 1
    }
    return found
  }

  /// The laws about runs that must equal one another.
  func repetitionViolations() -> [Violation] {
    let vector = makeVector()
    let width = vector.specification.observationSpace.width
    let actionWidth = vector.specification.actionSpace.width
    let actions = vector.randomActions(steps: steps, seed: seed)
    let first = vector.record(seed: seed, actions: actions)
    var found: [Violation?] = []

    // The same object again, in the middle of episodes, and a new one.
    _ = vector.record(seed: seed &+ 1000, actions: actions.prefix(7))
    let again = vector.record(seed: seed, actions: actions)
    found.append(violation(.determinism, again, first, "after a reset in the middle of an episode"))
    let anew = makeVector().record(seed: seed, actions: actions)
    found.append(violation(.determinism, anew, first, "in a vector made anew"))

    for copy in 0..<environmentCount {
      let own = actions.map { Array($0[copy * actionWidth..<(copy + 1) * actionWidth]) }
      let alone = makeVector(1).record(seed: seed &+ UInt64(copy), actions: own)
      found.append(
        violation(.seeding, first.copy(copy, width: width), alone, "environment \(copy) of \(environmentCount)"))
    }

    for threads in [2, environmentCount] {
      let shared = makeVector(threads: threads).record(seed: seed, actions: actions)
      found.append(violation(.threads, shared, first, "with \(threads) threads"))
    }

    do {
      for half in [0, 1, 13, steps / 2] {
        _ = vector.record(seed: seed, actions: actions.prefix(half))
        let snapshot = try vector.snapshot()
        let rest = Recording(steps: Array(first.steps.dropFirst(half + 1)))
        let original = vector.record(seed: nil, actions: actions.dropFirst(half))
        found.append(violation(.snapshot, original, rest, "the original after a snapshot at step \(half)"))
        let fresh = makeVector()
        try fresh.restore(snapshot)
        let restored = fresh.record(seed: nil, actions: actions.dropFirst(half))
        found.append(violation(.snapshot, restored, rest, "restored at step \(half)"))
      }
    } catch {
      found.append(violation(.snapshot, "\(error)"))
    }
    return found.compactMap(\.self)
  }
}
