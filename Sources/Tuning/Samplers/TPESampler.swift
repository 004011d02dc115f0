import Foundation
import Randomness
import Settings
import Telemetry

/// The tree-structured Parzen estimator (Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization"), multivariate
/// (Falkner et al. 2018): points are drawn near the best trials, and the one is proposed whose density among the best is
/// highest beside that among the others.
///
/// Trials that run count among the others, so that workers keep apart (the constant liar), and so do those that failed; pruned
/// ones rank below the finished, by step and score. The first trials are Sobol points. How near to the best trials points are
/// drawn differs from proposal to proposal, from far to a quarter of it: no one width is right for the whole of a search.
struct TPESampler: Sampler {
  /// Chosen by mean regret after 100 trials on the functions in `bench search --choosing`.
  private enum Choice {
    static let startup = 10
    static let candidates = 24
    static let best = (share: 0.1, most: 25)
    /// The least factor of the width of the best trials' kernels.
    static let nearest = 0.25
    static let below = KernelBandwidth(width: .neighbours(1), least: 1, categories: 2)
    static let above = KernelBandwidth(width: .scott(0.1), least: 1, categories: 1)
    /// So many of the others describe them all.
    static let most = 2_000
    static let mostOthers = 500
    /// So often a finite space is asked for a point that has not been tried.
    static let freshDraws = 200
  }

  private let coding: SpaceCoding
  private let known: KnownTrials
  private let direction: ScoreDirection
  private let startup: SobolSequence
  private let root: CounterGenerator

  init(_ space: SearchSpace, seed: UInt64, direction: ScoreDirection) {
    coding = SpaceCoding(space)
    known = KnownTrials(coding)
    self.direction = direction
    let sequence = SeedSequence(seed)
    startup = SobolSequence(dimensions: coding.dimensions.count, scrambledBy: sequence.child(named: "sobol"))
    root = CounterGenerator(sequence.child(named: "tpe"))
  }

  func propose(_ number: Int, history: [Trial]) -> [String: HyperparameterValue]? {
    let trials = known.ranking(of: history, direction)
    guard trials.ranked.count >= Choice.startup else {
      return coding.values(of: coding.point(at: startup.point(number)))
    }
    let count = min(Choice.best.most, Int((Choice.best.share * Double(trials.ranked.count)).rounded(.up)))
    let best = known.points(of: trials.ranked.prefix(count).lazy.map { history[$0] })
    let others = thinned(trials.ranked.dropFirst(count)) + trials.others.suffix(Choice.mostOthers)
    let rest = known.points(of: others.lazy.map { history[$0] })
    var generator = root.split(UInt64(bitPattern: Int64(number)))
    let below = below(best, factor: pow(Choice.nearest, generator.uniformDouble()))
    let above = ParzenEstimator(coding, rest, weights: rest.map { _ in 1 }, Choice.above)
    let tried = coding.isFinite ? Set((best + rest).map(Self.key)) : []
    var scratch: [Double] = []
    var chosen: (point: [Double], isKnown: Bool, gain: Double)?
    for _ in 0..<Choice.candidates {
      let point = below.sample(&generator)
      let gain = below.logDensity(point, &scratch) - above.logDensity(point, &scratch)
      // In a finite space a point that has been tried is the last choice.
      let isKnown = tried.contains(Self.key(point))
      guard let other = chosen else {
        chosen = (point, isKnown, gain)
        continue
      }
      if isKnown != other.isKnown ? other.isKnown : gain > other.gain { chosen = (point, isKnown, gain) }
    }
    var point = chosen!.point
    if coding.isFinite {
      for _ in 0..<Choice.freshDraws where tried.contains(Self.key(point)) {
        point = coding.point(at: coding.dimensions.map { _ in generator.uniformDouble() })
      }
    }
    return coding.values(of: point)
  }

  /// NaN does not equal itself.
  private static func key(_ point: [Double]) -> [Double] { point.map { $0.isNaN ? -1 : $0 } }

  /// The better a trial, the more its kernel weighs; as much in all as there are.
  private func below(_ best: [[Double]], factor: Double) -> ParzenEstimator {
    let weights = best.indices.map { log(Double(best.count) + 0.5) - log(Double($0) + 1) }
    let scale = Double(best.count) / weights.reduce(0, +)
    var bandwidth = Choice.below
    bandwidth.width = .neighbours(factor)
    bandwidth.least *= factor
    return ParzenEstimator(coding, best, weights: weights.map { $0 * scale }, bandwidth)
  }

  /// At most so many, evenly among the ranks.
  private func thinned(_ indices: ArraySlice<Int>) -> [Int] {
    if indices.count <= Choice.most { return Array(indices) }
    return (0..<Choice.most).map { indices[indices.startIndex + $0 * indices.count / Choice.most] }
  }
}
