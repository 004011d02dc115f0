import RLCore
import Randomness

/// The laws that take the rules themselves: what the vector gives is compared with the rules stepped one by one.
func ruleViolations<World: Environment>(
  of world: World, seed: UInt64, steps: Int, vector: (Int) -> any VectorEnvironment
) -> [Violation] {
  let vector = vector(1)
  let actions = vector.randomActions(steps: steps, seed: seed)
  var found: [Violation] = []
  func violate(_ law: EnvironmentLaw, _ evidence: String) {
    found.append(Violation(law: law, evidence: "\(world.specification.id), seed \(seed), \(evidence)"))
  }
  let reference = play(world, seed: seed, actions: actions)
  if let difference = vector.record(seed: seed, actions: actions).difference(from: reference.recording) {
    violate(.rules, difference)
  }
  if let step = reference.changedCopy { violate(.values, "step \(step)") }
  let others = (1...8).map { play(world, seed: seed + $0, actions: actions) }
  if reference.draws, others.allSatisfy({ $0.recording == reference.recording }) {
    violate(.variety, "nine seeds give the same")
  }
  return found
}

/// One copy of `world`, stepped in the plainest way: what it gives, whether it drew random numbers, and the first step at
/// which a copy of the state changed along with the original.
private func play<World: Environment>(
  _ world: World, seed: UInt64, actions: [[Float]]
) -> (recording: Recording, draws: Bool, changedCopy: Int?) {
  let width = world.specification.observationSpace.width
  var generator = PCG64(seed: seed)
  var state = world.reset(using: &generator)
  var (length, changedCopy): (Int, Int?) = (0, nil)
  func observation(of state: World.State) -> [Float] {
    var values = Array(repeating: Float.nan, count: width)
    var span = values.mutableSpan
    world.observe(state, into: &span)
    return values
  }

  var batch = StepBatch(count: 1, width: width)
  var recording = Recording()
  batch.observations = observation(of: state)
  recording.take(batch, width: width)
  for (index, action) in actions.enumerated() {
    let (kept, seen) = (state, observation(of: state).map(\.bitPattern))
    let outcome = world.step(&state, action: action.span, using: &generator)
    if changedCopy == nil, observation(of: kept).map(\.bitPattern) != seen { changedCopy = index + 1 }
    length += 1
    batch.rewards = [outcome.reward]
    batch.endings = [outcome.ending]
    if outcome.ending == .none, let limit = world.specification.timeLimit, length == limit {
      batch.endings = [.truncated]
    }
    if batch.endings != [.none] {
      batch.finalObservations = observation(of: state)
      state = world.reset(using: &generator)
      length = 0
    }
    batch.observations = observation(of: state)
    recording.take(batch, width: width)
  }
  return (recording, generator != PCG64(seed: seed), changedCopy)
}
