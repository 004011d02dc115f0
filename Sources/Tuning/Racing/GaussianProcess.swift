import BLASBridge
import Foundation

/// A Gaussian process over points between 0 and 1 with a Matérn 5/2 kernel, a constant mean and noise, whose parameters are those
/// of the highest likelihood on a grid: one length for all dimensions first, then each dimension's own.
struct GaussianProcess {
  private let points: [[Double]]
  /// Of each dimension, one over its length.
  private var scales: [Double]
  /// The noise's variance as a share of the kernel's.
  private var nugget: Double
  private var fit: Fit

  private struct Fit {
    var factor: Cholesky<Double>
    var mean: Double
    /// Of the kernel.
    var variance: Double
    /// K⁻¹ (y − mean).
    var weights: [Double]
    var logLikelihood: Double
  }

  private static let lengths = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]
  private static let nuggets = [1e-6, 1e-3, 1e-2, 0.1, 0.3, 1]
  /// What a dimension's scale is multiplied by: less variation, none to speak of, more.
  private static let changes = [0.4, 0.05, 2.5]

  /// `groups` are the dimensions that share a length, as those of one category do. nil where the values do not differ.
  init?(_ points: [[Double]], _ values: [Double], groups: [[Int]]) {
    guard let width = points.first?.count, values.contains(where: { $0 != values[0] }) else { return nil }
    self.points = points
    var best: (scales: [Double], nugget: Double, fit: Fit)?
    func consider(_ scales: [Double], _ nugget: Double) {
      guard let fit = Self.fit(points, values, scales, nugget) else { return }
      if best == nil || fit.logLikelihood > best!.fit.logLikelihood { best = (scales, nugget, fit) }
    }
    for length in Self.lengths {
      for nugget in Self.nuggets { consider([Double](repeating: 1 / length, count: width), nugget) }
    }
    for group in groups where groups.count > 1 {
      guard let start = best else { break }
      for change in Self.changes {
        var scales = start.scales
        for dimension in group { scales[dimension] *= change }
        consider(scales, start.nugget)
      }
    }
    guard let best else { return nil }
    (scales, nugget, fit) = best
  }

  /// The standard deviation of the noise.
  var noise: Double { (fit.variance * nugget).squareRoot() }

  /// The mean of the function at points and its standard deviation, without noise.
  func predict(_ others: [[Double]]) -> [(mean: Double, deviation: Double)] {
    let kernel = Matrix<Double>(rows: points.count, columns: others.count)
    for (row, point) in points.enumerated() {
      for (column, other) in others.enumerated() { kernel[row, column] = Self.kernel(point, other, scales) }
    }
    let solved = fit.factor.solve(kernel)
    return others.indices.map { column in
      var (mean, explained) = (fit.mean, 0.0)
      for row in points.indices {
        mean += kernel[row, column] * fit.weights[row]
        explained += kernel[row, column] * solved[row, column]
      }
      return (mean, (fit.variance * max(0, 1 - explained)).squareRoot())
    }
  }

  private static func kernel(_ a: [Double], _ b: [Double], _ scales: [Double]) -> Double {
    var squares = 0.0
    for index in scales.indices {
      let distance = (a[index] - b[index]) * scales[index]
      squares += distance * distance
    }
    let distance = (5 * squares).squareRoot()
    return (1 + distance + distance * distance / 3) * exp(-distance)
  }

  private static func fit(_ points: [[Double]], _ values: [Double], _ scales: [Double], _ nugget: Double) -> Fit? {
    let count = points.count
    let covariance = Matrix<Double>(rows: count, columns: count)
    for row in 0..<count {
      for column in 0..<row { covariance[row, column] = kernel(points[row], points[column], scales) }
      covariance[row, row] = 1 + nugget
    }
    guard let factor = try? Cholesky(covariance) else { return nil }
    let right = Matrix<Double>(rows: count, columns: 2)
    for row in 0..<count { (right[row, 0], right[row, 1]) = (values[row], 1) }
    let solved = factor.solve(right)
    var (ofValues, ofOnes) = (0.0, 0.0)
    for row in 0..<count {
      ofValues += solved[row, 0]
      ofOnes += solved[row, 1]
    }
    let mean = ofValues / ofOnes
    let weights = (0..<count).map { solved[$0, 0] - mean * solved[$0, 1] }
    let variance = zip(values, weights).reduce(0) { $0 + ($1.0 - mean) * $1.1 } / Double(count)
    guard variance > 0, variance.isFinite else { return nil }
    let logDeterminant = (0..<count).reduce(0) { $0 + 2 * log(factor.factor[$1, $1]) }
    return Fit(
      factor: factor, mean: mean, variance: variance, weights: weights,
      logLikelihood: -0.5 * (Double(count) * log(variance) + logDeterminant))
  }
}
