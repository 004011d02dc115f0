import Foundation
import Randomness

/// How wide kernels are.
struct KernelBandwidth: Sendable {
  enum Width: Sendable {
    /// The larger distance to the neighbours in the dimension, times this.
    case neighbours(Double)
    /// This times n^(-1 / (d + 4)): Scott's rule.
    case scott(Double)
  }

  var width: Width
  /// The standard deviation is at least so much of a dimension, divided by the number of kernels or 100.
  var least: Double
  /// The mass that the kernel of a category shares out among all, divided by the number of kernels.
  var categories: Double
}

/// The kernels in one dimension.
enum KernelColumn: Sendable {
  /// The logarithm of kernel k at x is `constant[k] - precision[k] (x - mean[k])²`; a uniform one has no precision.
  case continuous(mean: [Double], precision: [Double], constant: [Double])
  /// The logarithm of kernel k's mass on a level is in row `rows[k]` of the table.
  case levels(rows: [Int], table: [Double], count: Int)

  /// `own` are the coordinates of the points, NaN where one lacks the dimension; a uniform kernel is added after them.
  init(_ kind: SpaceCoding.Kind, _ own: [Double], _ bandwidth: KernelBandwidth, dimensions: Int) {
    let kernels = Double(own.count + 1)
    let least = bandwidth.least / min(100, kernels)
    func deviations(_ places: [Double]) -> [Double] {
      switch bandwidth.width {
      case .neighbours(let factor): return Self.gaps(places).map { min(1, max(least, factor * $0)) }
      case .scott(let scale):
        let deviation = max(least, scale * pow(max(1, kernels - 1), -1 / Double(dimensions + 4)))
        return [Double](repeating: deviation, count: places.count)
      }
    }
    switch kind {
    case .continuous: self = .continuous(own, deviations(own))
    case .ordinal(let edges):
      let centres = own.map { $0.isNaN ? .nan : (edges[Int($0)] + edges[Int($0) + 1]) / 2 }
      self = .ordered(own, edges, deviations(centres))
    case .categorical(let count):
      let shared = bandwidth.categories / kernels
      let all = 1 + shared * Double(count)
      var table = [Double](repeating: -log(Double(count)), count: count)
      for level in 0..<count {
        for other in 0..<count { table.append(log((shared + (other == level ? 1 : 0)) / all)) }
      }
      self = .levels(rows: own.map { $0.isNaN ? 0 : 1 + Int($0) } + [0], table: table, count: count)
    }
  }

  private static func continuous(_ own: [Double], _ deviations: [Double]) -> KernelColumn {
    var (mean, precision, constant) = ([Double](), [Double](), [Double]())
    for (place, deviation) in zip(own, deviations) {
      if place.isNaN {
        mean.append(0)
        precision.append(0)
        constant.append(0)
        continue
      }
      mean.append(place)
      precision.append(0.5 / (deviation * deviation))
      let mass = normal((1 - place) / deviation) - normal(-place / deviation)
      constant.append(-log(deviation * (2 * Double.pi).squareRoot() * mass))
    }
    return .continuous(mean: mean + [0], precision: precision + [0], constant: constant + [0])
  }

  /// Deviations are taken to the next power of √2, so that kernels share rows of the table.
  private static func ordered(_ own: [Double], _ edges: [Double], _ deviations: [Double]) -> KernelColumn {
    let count = edges.count - 1
    var table = (0..<count).map { log(edges[$0 + 1] - edges[$0]) }
    var known: [Int: Int] = [:]
    let rows = zip(own, deviations).map { place, exact -> Int in
      if place.isNaN { return 0 }
      let level = Int(place)
      let octave = Int((-2 * log2(exact)).rounded())
      let key = octave * count + level
      if let row = known[key] { return row }
      let deviation = exp2(-0.5 * Double(octave))
      let centre = (edges[level] + edges[level + 1]) / 2
      let places = edges.map { normal(($0 - centre) / deviation) }
      let mass = places[count] - places[0]
      let row = table.count / count
      for other in 0..<count { table.append(log(max(1e-300, (places[other + 1] - places[other]) / mass))) }
      known[key] = row
      return row
    }
    return .levels(rows: rows + [0], table: table, count: count)
  }

  /// The larger distance of each to its neighbours; of one alone, to the ends.
  private static func gaps(_ places: [Double]) -> [Double] {
    let order = places.indices.filter { !places[$0].isNaN }.sorted { (places[$0], $0) < (places[$1], $1) }
    var gaps = [Double](repeating: 1, count: places.count)
    if order.count == 1 {
      gaps[order[0]] = max(places[order[0]], 1 - places[order[0]])
      return gaps
    }
    for (rank, index) in order.enumerated() {
      let left = rank == 0 ? 0 : places[index] - places[order[rank - 1]]
      let right = rank == order.count - 1 ? 0 : places[order[rank + 1]] - places[index]
      gaps[index] = max(left, right)
    }
    return gaps
  }

  private static func normal(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// A random coordinate of dimension `index` from kernel `kernel`.
  func sample(_ kernel: Int, _ coding: SpaceCoding, _ index: Int, _ generator: inout CounterGenerator) -> Double {
    switch self {
    case .continuous(let mean, let precision, _):
      if precision[kernel] == 0 { return generator.uniformDouble() }
      let deviation = (0.5 / precision[kernel]).squareRoot()
      // A third of a kernel or more lies between 0 and 1.
      for _ in 0..<100 {
        let value = mean[kernel] + deviation * Double(generator.normal())
        if value >= 0 && value <= 1 { return value }
      }
      return mean[kernel]
    case .levels(let rows, let table, let count):
      var rest = generator.uniformDouble()
      for level in 0..<count - 1 {
        rest -= exp(table[rows[kernel] * count + level])
        if rest < 0 { return Double(level) }
      }
      return Double(count - 1)
    }
  }

  /// Adds the logarithm of each kernel at `x`.
  func add(_ x: Double, to sums: inout [Double]) {
    switch self {
    case .continuous(let mean, let precision, let constant):
      for kernel in sums.indices {
        let distance = x - mean[kernel]
        sums[kernel] += constant[kernel] - precision[kernel] * distance * distance
      }
    case .levels(let rows, let table, let count):
      let level = Int(x)
      for kernel in sums.indices { sums[kernel] += table[rows[kernel] * count + level] }
    }
  }
}
