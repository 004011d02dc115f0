import Foundation

/// Student's t distribution, by the regularised incomplete beta function.
package struct StudentT: Sendable {
  /// Greater than 0.
  package let degreesOfFreedom: Double

  package init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The probability of a value of at most `t`.
  package func cumulative(_ t: Double) -> Double {
    if t.isInfinite { return t > 0 ? 1 : 0 }
    let tail = 0.5 * Self.incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
    return t > 0 ? 1 - tail : tail
  }

  /// The probability of a value that is as far from 0 as `t`, or farther.
  package func twoSided(_ t: Double) -> Double { min(1, 2 * cumulative(-abs(t))) }

  /// The value that a share `probability` in (0, 1) is at or below.
  package func quantile(_ probability: Double) -> Double {
    if probability == 0.5 { return 0 }
    if probability > 0.5 { return -quantile(1 - probability) }
    var low = -1.0
    while cumulative(low) > probability { low *= 2 }
    var high = low == -1 ? 0 : low / 2
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return middle }
      if cumulative(middle) > probability { high = middle } else { low = middle }
    }
  }

  /// The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8, by Lentz's method).
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    func away(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    var (c, d) = (1.0, 1 / away(1 - (a + b) * x / (a + 1)))
    var fraction = d
    for step in 1...10_000 {
      let m = Double(step)
      for numerator in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / away(1 + numerator * d)
        c = away(1 + numerator / c)
        fraction *= c * d
      }
      if abs(c * d - 1) < 1e-15 { break }
    }
    return front * fraction
  }
}
