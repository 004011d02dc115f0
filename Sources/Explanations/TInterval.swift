import Foundation

/// A mean with the interval in which that of more repeats is to be expected, by Student's t distribution.
package struct TInterval: Sendable, Hashable {
  package let mean: Double
  /// Equal to the mean where there are less than two values.
  package let low, high: Double

  package init(_ values: [Double], level: Double = 0.95) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.count > 1 else {
      (low, high) = (mean, mean)
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let reach = Self.quantile(level, degrees: values.count - 1) * (variance / count).squareRoot()
    (low, high) = (mean - reach, mean + reach)
  }

  /// The t that a share `level` of the distribution is within ±t.
  static func quantile(_ level: Double, degrees: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    while within(high, degrees) < level { high *= 2 }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if within(middle, degrees) < level { low = middle } else { high = middle }
    }
    return high
  }

  /// The probability of a value between −t and t (Abramowitz and Stegun 26.7.3 and 26.7.4).
  private static func within(_ t: Double, _ degrees: Int) -> Double {
    let angle = atan(t / Double(degrees).squareRoot())
    let square = cos(angle) * cos(angle)
    let isOdd = !degrees.isMultiple(of: 2)
    var (term, sum) = (isOdd ? cos(angle) : 1, 0.0)
    for step in stride(from: isOdd ? 1 : 0, to: degrees - 1, by: 2) {
      sum += term
      let k = Double(step)
      term *= (k + 1) / (k + 2) * square
    }
    return isOdd ? 2 / .pi * (angle + sin(angle) * sum) : sin(angle) * sum
  }
}
