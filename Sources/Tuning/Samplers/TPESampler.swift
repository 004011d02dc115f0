import Settings

/// (random for now)
struct TPESampler: Sampler {
  private let random: RandomSampler
  init(_ space: SearchSpace, seed: UInt64, direction: ScoreDirection) { random = RandomSampler(space, seed: seed) }
  func propose(_ number: Int, history: [Trial]) -> [String: HyperparameterValue]? {
    random.propose(number, history: history)
  }
}
