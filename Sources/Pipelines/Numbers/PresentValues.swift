import Foundation

/// Statistics of the values that are not missing (NaN), in double precision with eight sums side by side.
struct PresentValues {
  let count: Int
  let sum: Double
  let least: Double
  let greatest: Double

  init(_ values: [Double]) {
    var (counts, sums) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var (least, greatest) = (SIMD8<Double>(repeating: .infinity), SIMD8<Double>(repeating: -.infinity))
    Self.forEachEight(values) { lane in
      let present = lane .== lane
      counts += SIMD8<Double>.zero.replacing(with: 1, where: present)
      sums += SIMD8<Double>.zero.replacing(with: lane, where: present)
      least.replace(with: lane, where: present .& (lane .< least))
      greatest.replace(with: lane, where: present .& (lane .> greatest))
    }
    (count, sum) = (Int(counts.sum()), sums.sum())
    (self.least, self.greatest) = (least.min(), greatest.max())
  }

  /// NaN for no values.
  var mean: Double { sum / Double(count) }

  /// Over n, in two passes with the correction of Chan, Golub and LeVeque (1979); NaN for no values.
  func variance(_ values: [Double]) -> Double {
    let mean = mean
    var (sums, squares) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    Self.forEachEight(values) { lane in
      let distance = (lane - mean).replacing(with: 0, where: lane .!= lane)
      sums += distance
      squares += distance * distance
    }
    let (rest, n) = (sums.sum(), Double(count))
    return (squares.sum() - rest * rest / n) / n
  }

  /// Whether a variance is no more than the rounding of a constant's (scikit-learn's bound).
  func isConstant(variance: Double) -> Bool {
    let (n, epsilon) = (Double(count), Double.ulpOfOne)
    let error = n * mean * epsilon
    return variance <= n * epsilon * variance + error * error
  }

  /// Calls with eight values at a time, the last ones filled with NaN.
  @inline(__always)
  private static func forEachEight(_ values: [Double], _ body: (SIMD8<Double>) -> Void) {
    values.withUnsafeBufferPointer { values in
      let whole = values.count / 8 * 8
      var place = 0
      if let bytes = UnsafeRawPointer(values.baseAddress) {
        while place < whole {
          body(bytes.loadUnaligned(fromByteOffset: 8 * place, as: SIMD8<Double>.self))
          place += 8
        }
      }
      if whole == values.count { return }
      var last = SIMD8<Double>(repeating: .nan)
      for place in whole..<values.count { last[place - whole] = values[place] }
      body(last)
    }
  }
}

extension [Double] {
  /// The values that are not missing, ascending.
  func sortedPresent() -> [Double] {
    var present = filter { !$0.isNaN }
    present.sort()
    return present
  }

  /// Of sorted values, linear between order statistics, with NumPy's rounding; NaN for none. `fraction` is 0 to 1.
  func percentile(_ fraction: Double) -> Double {
    guard let last else { return .nan }
    let place = fraction * Double(count - 1)
    let lower = Int(Swift.max(0, Swift.min(place, Double(count - 1))))
    guard lower + 1 < count else { return last }
    let (a, b, share) = (self[lower], self[lower + 1], place - Double(lower))
    return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share
  }

  /// Changes every value in place.
  @inline(__always)
  mutating func change(_ body: (Double) -> Double) {
    withUnsafeMutableBufferPointer { values in
      for place in values.indices { values[place] = body(values[place]) }
    }
  }

  /// NumPy's `linspace`; one point is the low end.
  static func evenly(from low: Double, to high: Double, count: Int) -> [Double] {
    if count == 1 { return [low] }
    let step = (high - low) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? high : Double($0) * step + low }
  }
}
