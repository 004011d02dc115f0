import Foundation

/// Points and weights between 0 and 1 with which sums are the integrals of polynomials of degree 2 · count − 1.
struct GaussLegendre {
  let points: [Double]
  let weights: [Double]

  init(count: Int) {
    var (points, weights) = ([Double](), [Double]())
    for place in 0..<count {
      // The roots of the Legendre polynomial between -1 and 1, by Newton's method.
      var x = cos(.pi * (Double(place) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (value, last) = (1.0, 0.0)
        for degree in 0..<count {
          let n = Double(degree)
          (value, last) = (((2 * n + 1) * x * value - n * last) / (n + 1), value)
        }
        slope = Double(count) * (x * value - last) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      points.append((1 + x) / 2)
      weights.append(1 / ((1 - x * x) * slope * slope))
    }
    (self.points, self.weights) = (points, weights)
  }
}
