/// What one pass over numbers, and a second one around their mean, come to. NaN is a missing value.
struct NumberSums {
  private(set) var present = 0
  private(set) var least = Double.nan
  private(set) var most = Double.nan
  private(set) var mean = Double.nan
  /// Over n − 1; NaN for fewer than two values.
  private(set) var deviation = Double.nan

  init(_ values: UnsafeBufferPointer<Double>) {
    typealias Lanes = SIMD8<Double>
    let whole = values.count / 8 * 8
    let base = UnsafeRawPointer(values.baseAddress)
    var (sums, lows, highs) = (Lanes.zero, Lanes(repeating: .infinity), Lanes(repeating: -.infinity))
    var counts = SIMD8<Int64>.zero
    for start in stride(from: 0, to: whole, by: 8) {
      let lanes = base!.loadUnaligned(fromByteOffset: start * 8, as: Lanes.self)
      let isThere = lanes .== lanes
      sums += Lanes.zero.replacing(with: lanes, where: isThere)
      lows.replace(with: lanes, where: lanes .< lows)
      highs.replace(with: lanes, where: lanes .> highs)
      counts &+= SIMD8<Int64>.zero.replacing(with: 1, where: isThere)
    }
    var (sum, low, high) = (sums.sum(), lows.min(), highs.max())
    var count = Int(counts.wrappedSum())
    for value in values[whole...] where !value.isNaN {
      sum += value
      (low, high) = (min(low, value), max(high, value))
      count += 1
    }
    guard count > 0 else { return }
    let mean = sum / Double(count)
    (present, least, most, self.mean) = (count, low, high, mean)
    guard count > 1 else { return }
    var squares = Lanes.zero
    for start in stride(from: 0, to: whole, by: 8) {
      let lanes = base!.loadUnaligned(fromByteOffset: start * 8, as: Lanes.self)
      let distances = Lanes.zero.replacing(with: lanes - mean, where: lanes .== lanes)
      squares += distances * distances
    }
    var square = squares.sum()
    for value in values[whole...] where !value.isNaN { square += (value - mean) * (value - mean) }
    deviation = (square / Double(count - 1)).squareRoot()
  }
}
