import Randomness
import Settings

/// Scrambled Sobol points: trial k is point k, whoever proposes it.
struct SobolSampler: Sampler {
  private let coding: SpaceCoding
  private let sequence: SobolSequence

  init(_ space: SearchSpace, seed: UInt64) {
    coding = SpaceCoding(space)
    sequence = SobolSequence(
      dimensions: coding.dimensions.count, scrambledBy: SeedSequence(seed).child(named: "sobol"))
  }

  func propose(_ number: Int, history: [Trial]) -> [String: HyperparameterValue]? {
    coding.values(of: coding.point(at: sequence.point(number)))
  }
}
