import Foundation
import Randomness

/// A density over the points of a space: the weighted mean of a kernel around each of some points and of the uniform density.
///
/// A kernel is a product over the dimensions: a normal density cut off at 0 and 1 where they are continuous, its mass on
/// each level where they are ordered, and most of the mass on its own level where they are categories. In a dimension that a
/// kernel's point lacks the kernel is uniform.
struct ParzenEstimator: Sendable {
  private let coding: SpaceCoding
  /// Of the kernels, the uniform one last.
  private let count: Int
  private let logWeights: [Double]
  private let cumulative: [Double]
  private let columns: [KernelColumn]

  /// `weights` are of the points; the uniform density has the weight 1.
  init(_ coding: SpaceCoding, _ points: [[Double]], weights: [Double], _ bandwidth: KernelBandwidth) {
    self.coding = coding
    count = points.count + 1
    let total = weights.reduce(1, +)
    let shares = (weights + [1]).map { $0 / total }
    logWeights = shares.map(log)
    var sum = 0.0
    cumulative = shares.map { share in
      sum += share
      return sum
    }
    columns = coding.dimensions.indices.map { index in
      KernelColumn(
        coding.dimensions[index].kind, points.map { $0[index] }, bandwidth, dimensions: coding.dimensions.count)
    }
  }

  /// A random point.
  func sample(_ generator: inout CounterGenerator) -> [Double] {
    let place = generator.uniformDouble()
    let kernel = cumulative.firstIndex { place < $0 } ?? count - 1
    var point = [Double](repeating: .nan, count: columns.count)
    for (index, column) in columns.enumerated() where coding.isActive(index, point) {
      point[index] = column.sample(kernel, coding, index, &generator)
    }
    return point
  }

  /// The logarithm of the density at a point; `scratch` is overwritten.
  func logDensity(_ point: [Double], _ scratch: inout [Double]) -> Double {
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: logWeights)
    for (column, x) in zip(columns, point) where !x.isNaN { column.add(x, to: &scratch) }
    var highest = -Double.infinity
    for value in scratch { highest = max(highest, value) }
    var sum = 0.0
    // Others add nothing to the digits.
    for value in scratch where value > highest - 40 { sum += exp(value - highest) }
    return highest + log(sum)
  }
}
