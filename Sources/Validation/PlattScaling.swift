import Foundation

/// A logistic function of the log-odds of a probability (Platt 1999), fitted to smoothed targets by Newton's method (Lin, Lin
/// and Weng 2007, "A Note on Platt's Probabilistic Outputs").
package struct PlattScaling: Codable, Hashable, Sendable {
  package let slope: Double
  package let intercept: Double

  /// Probabilities that are nearer to 0 or 1 count as so near: single precision tells no more of them.
  package static let least = 1e-7

  static func logOdds(_ probability: Double) -> Double {
    let p = min(max(probability, least), 1 - least)
    return log(p / (1 - p))
  }

  package init(probabilities: [Double], isPositive: [Bool]) {
    self.init(logOdds: probabilities.map(Self.logOdds), isPositive: isPositive)
  }

  init(logOdds x: [Double], isPositive: [Bool]) {
    let positives = Double(isPositive.count { $0 })
    let negatives = Double(isPositive.count) - positives
    let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
    func loss(_ a: Double, _ b: Double) -> Double {
      zip(x, isPositive).reduce(0) { sum, point in
        let z = a * point.0 + b
        // log(1 + e^z) − t z
        return sum + max(z, 0) + log1p(exp(-abs(z))) - (point.1 ? high : low) * z
      }
    }
    var (a, b) = (0.0, log((positives + 1) / (negatives + 1)))
    var least = loss(a, b)
    for _ in 0..<100 {
      var (ga, gb, haa, hab, hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
      for (value, positive) in zip(x, isPositive) {
        let p = 1 / (1 + exp(-(a * value + b)))
        let (error, weight) = (p - (positive ? high : low), p * (1 - p))
        ga += error * value
        gb += error
        haa += weight * value * value
        hab += weight * value
        hbb += weight
      }
      if max(abs(ga), abs(gb)) < 1e-9 * Double(x.count) { break }
      let determinant = haa * hbb - hab * hab
      guard determinant > 0 else { break }
      let (da, db) = (-(hbb * ga - hab * gb) / determinant, -(haa * gb - hab * ga) / determinant)
      var step = 1.0
      while step > 1e-10, loss(a + step * da, b + step * db) > least + 1e-4 * step * (ga * da + gb * db) { step /= 2 }
      if step <= 1e-10 { break }
      (a, b) = (a + step * da, b + step * db)
      least = loss(a, b)
    }
    (slope, intercept) = (a, b)
  }

  package func callAsFunction(_ probability: Double) -> Double {
    1 / (1 + exp(-(slope * Self.logOdds(probability) + intercept)))
  }
}
