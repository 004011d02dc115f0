import Glibc

/// How far apart two samples are, and how probable that is for two samples of one distribution.
enum DistributionDistance {
  /// The largest distance between both empirical distribution functions (Kolmogorov and Smirnov). `p` is the asymptotic one
  /// with Stephens' correction for finite samples. Neither empty.
  static func kolmogorovSmirnov(_ a: [Double], _ b: [Double]) -> (effect: Double, p: Double) {
    let (a, b) = (a.sorted(), b.sorted())
    var (i, j, most) = (0, 0, 0.0)
    while i < a.count, j < b.count {
      let value = min(a[i], b[j])
      while i < a.count, a[i] == value { i += 1 }
      while j < b.count, b[j] == value { j += 1 }
      most = max(most, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    let size = (Double(a.count) * Double(b.count) / Double(a.count + b.count)).squareRoot()
    return (most, kolmogorov((size + 0.12 + 0.11 / size) * most))
  }

  /// The population stability index Σ (p − q) ln (p / q) over bins. `p`: under one distribution it is nearly χ² over the
  /// harmonic size, with a degree of freedom less than there are bins (Yurdakul 2018). An empty bin counts as half a row.
  static func stabilityIndex(_ a: [Int], _ b: [Int]) -> (effect: Double, p: Double) {
    let bins = a.indices.filter { a[$0] + b[$0] > 0 }
    let (sumA, sumB) = (Double(a.reduce(0, +)), Double(b.reduce(0, +)))
    guard bins.count > 1 else { return (0, 1) }
    let index = bins.reduce(0.0) { sum, bin in
      let (p, q) = (max(Double(a[bin]), 0.5) / sumA, max(Double(b[bin]), 0.5) / sumB)
      return sum + (p - q) * log(p / q)
    }
    return (index, chiSquareTail(index / (1 / sumA + 1 / sumB), degrees: Double(bins.count - 1)))
  }

  /// The probability of a larger value of Kolmogorov's distribution.
  static func kolmogorov(_ x: Double) -> Double {
    if x < 0.2 { return 1 }
    var (sum, sign) = (0.0, 1.0)
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * x * x)
      sum += sign * term
      if term < 1e-17 { break }
      sign = -sign
    }
    return max(0, min(1, 2 * sum))
  }

  /// The probability of a larger value of χ²: the regularised upper incomplete gamma function, as a series or a continued
  /// fraction (Abramowitz and Stegun 6.5.29 and 6.5.31).
  static func chiSquareTail(_ x: Double, degrees: Double) -> Double {
    let (a, x) = (degrees / 2, x / 2)
    if !(x > 0) { return 1 }
    let front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var (sum, term) = (1 / a, 1 / a)
      for n in 1...10_000 {
        term *= x / (a + Double(n))
        sum += term
        if term < sum * 1e-16 { break }
      }
      return max(0, 1 - front * sum)
    }
    // Lentz's method.
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    for n in 1...10_000 {
      let an = -Double(n) * (Double(n) - a)
      b += 2
      d = an * d + b
      d = 1 / (abs(d) < 1e-300 ? 1e-300 : d)
      c = b + an / c
      if abs(c) < 1e-300 { c = 1e-300 }
      h *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return min(1, front * h)
  }
}
