import Foundation
import Randomness
import Telemetry

/// How much better than the best trial any point of the space may be, at most, and how much scores vary by luck: a search whose
/// bound is within the noise is unlikely to improve (Makarova et al. 2022, "Automatic Termination for Hyperparameter
/// Optimization").
///
/// A Gaussian process of the scores bounds both: what the best trial is worth at worst, and what the best point of the space
/// is worth at best. Scores worse than three quarters of the trials count as those do, as how bad they are tells nothing
/// about the best.
package struct RegretBound: Sendable, Hashable {
  /// In the units of the score; 0 or more.
  package let bound: Double
  /// The standard error of the best trial's score.
  package let noise: Double

  /// Whether a better trial is unlikely.
  package var isWithinNoise: Bool { bound <= noise }

  /// So few finished trials tell nothing of a space, or twice its dimensions where these are more.
  package static let leastTrials = 20
  /// More are thinned, the best kept.
  private static let mostTrials = (all: 150, best: 50)
  /// The bounds hold with this probability, as far as the process does.
  private static let level = 0.9
  private static let candidates = (everywhere: 1_024, nearBest: 512)
  /// Differences below this share of that between the best and the middle trial are none to go on for.
  private static let leastShare = 0.01

  /// `bestNoise`: the standard error of the best trial's mean, where it has several seeds; else the process says it.
  /// nil for too few trials, or scores that are all alike.
  package init?(
    _ space: SearchSpace, _ history: [Trial], direction: ScoreDirection, bestNoise: Double? = nil, seed: UInt64 = 0
  ) {
    let coding = SpaceCoding(space)
    let columns = Columns(coding)
    let finished = history.filter { $0.score?.isFinite == true && coding.point(of: $0.values) != nil }
    guard finished.count >= max(Self.leastTrials, 2 * coding.dimensions.count) else { return nil }
    let ranked = Self.thinned(RankedTrials(finished, direction).ranked).map { finished[$0] }
    let losses = ranked.map { direction.loss($0.score!) }
    let worst = losses[losses.count * 3 / 4]
    let points = ranked.map { coding.point(of: $0.values)! }
    let places = points.map(columns.place)
    let clipped = losses.map { min($0, worst) }
    guard let process = GaussianProcess(places, clipped, groups: columns.groups) else { return nil }

    var generator = CounterGenerator(SeedSequence(seed).child(named: "regret"))
    let (dimensions, count) = (coding.dimensions.count, Double(history.count))
    let beta = 0.4 * log(Double(dimensions) * count * count * Double.pi * Double.pi / (6 * (1 - Self.level)))
    let reach = max(0, beta).squareRoot()
    let known = process.predict(places)
    let worstOfBest = known.map { $0.mean + reach * $0.deviation }.min()!
    var others = (0..<Self.candidates.everywhere).map { _ in
      columns.place(coding.point(at: (0..<dimensions).map { _ in generator.uniformDouble() }))
    }
    for index in 0..<Self.candidates.nearBest {
      let near = points[index % min(10, points.count)]
      others.append(columns.place(Self.neighbour(of: near, coding, &generator)))
    }
    let bestOfAll = (known + process.predict(others)).map { $0.mean - reach * $0.deviation }.min()!
    bound = max(0, worstOfBest - bestOfAll)
    let middle = losses[losses.count / 2] - losses[0]
    noise = max(bestNoise ?? process.noise, Self.leastShare * middle)
  }

  private static func thinned(_ ranked: [Int]) -> [Int] {
    if ranked.count <= mostTrials.all { return ranked }
    let rest = ranked.dropFirst(mostTrials.best)
    let more = mostTrials.all - mostTrials.best
    return ranked.prefix(mostTrials.best) + (0..<more).map { rest[rest.startIndex + $0 * rest.count / more] }
  }

  /// A point with some coordinates moved a little, or drawn anew where they are levels.
  private static func neighbour(
    of point: [Double], _ coding: SpaceCoding, _ generator: inout CounterGenerator
  ) -> [Double] {
    var moved = [Double](repeating: .nan, count: point.count)
    for index in point.indices where coding.isActive(index, moved) {
      let isContinuous = coding.dimensions[index].kind == .continuous
      if !point[index].isNaN, isContinuous {
        moved[index] = min(1 - 1e-12, max(0, point[index] + 0.05 * Double(generator.normal())))
      } else if !point[index].isNaN, generator.integer(below: 3) > 0 {
        moved[index] = point[index]
      } else {
        moved[index] = coding.coordinate(index, at: generator.uniformDouble())
      }
    }
    return moved
  }
}

/// Where points of a space lie for a process: numbers and levels in order as one column, categories as a column each.
private struct Columns {
  private let coding: SpaceCoding
  private(set) var groups: [[Int]] = []

  init(_ coding: SpaceCoding) {
    self.coding = coding
    var next = 0
    for dimension in coding.dimensions {
      let width = if case .categorical(let count) = dimension.kind { count } else { 1 }
      groups.append(Array(next..<next + width))
      next += width
    }
  }

  func place(_ point: [Double]) -> [Double] {
    var place: [Double] = []
    for (coordinate, dimension) in zip(point, coding.dimensions) {
      switch dimension.kind {
      case .continuous: place.append(coordinate.isNaN ? 0.5 : coordinate)
      case .ordinal(let edges):
        let level = coordinate.isNaN ? nil : Int(coordinate)
        place.append(level.map { (edges[$0] + edges[$0 + 1]) / 2 } ?? 0.5)
      case .categorical(let count):
        // Two categories are as far apart as the ends of a line.
        for level in 0..<count { place.append(!coordinate.isNaN && Int(coordinate) == level ? 0.5.squareRoot() : 0) }
      }
    }
    return place
  }
}
