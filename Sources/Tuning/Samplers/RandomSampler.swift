import Randomness
import Settings

/// Independent points: each parameter evenly over its range, by its logarithm where the range says so.
struct RandomSampler: Sampler {
  private let coding: SpaceCoding
  private let root: CounterGenerator

  init(_ space: SearchSpace, seed: UInt64) {
    coding = SpaceCoding(space)
    root = CounterGenerator(SeedSequence(seed).child(named: "random"))
  }

  func propose(_ number: Int, history: [Trial]) -> [String: HyperparameterValue]? {
    var generator = root.split(UInt64(bitPattern: Int64(number)))
    return coding.values(of: coding.point(at: coding.dimensions.map { _ in generator.uniformDouble() }))
  }
}
