import Settings
import Telemetry

/// Chooses the values of trials.
package protocol Sampler: Sendable {
  /// The values of trial `number`, a pure function of space, seed, number and history; nil where there are no more (grid).
  ///
  /// `history` has the other trials in any order, those that run included.
  func propose(_ number: Int, history: [Trial]) -> [String: HyperparameterValue]?
}

/// The samplers there are.
package enum SamplerName: String, CaseIterable, Sendable, Codable {
  case tpe
  case sobol
  case random
  case grid

  /// One line for help.
  package var summary: String {
    switch self {
    case .tpe: "tree-structured Parzen estimator: more of what worked (Bergstra et al. 2011)"
    case .sobol: "scrambled Sobol points, spread more evenly than random ones"
    case .random: "independent random points"
    case .grid: "every combination, in order"
    }
  }

  /// Throws for a grid over a space that has none.
  package func makeSampler(
    space: SearchSpace, seed: UInt64, direction: ScoreDirection
  ) throws(SearchSpaceError) -> any Sampler {
    switch self {
    case .tpe: TPESampler(space, seed: seed, direction: direction)
    case .sobol: SobolSampler(space, seed: seed)
    case .random: RandomSampler(space, seed: seed)
    case .grid: try GridSampler(space)
    }
  }
}
