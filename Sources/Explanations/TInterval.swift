import Validation

/// A mean with the interval in which that of more repeats is to be expected, by Student's t distribution.
package struct TInterval: Sendable, Hashable {
  package let mean: Double
  /// Equal to the mean where there are less than two values.
  package let low, high: Double

  /// Traps without values.
  package init(_ values: [Double], level: Double = 0.95) {
    let own = ResampledMean(values, testToTraining: 0, level: level)
    (mean, low, high) = (own.mean, own.low ?? own.mean, own.high ?? own.mean)
  }
}
