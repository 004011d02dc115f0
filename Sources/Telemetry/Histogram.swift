import Formats

/// How many values lie where, and their moments and norms. Record one where a mean says too little: the weights or gradients
/// of a layer, a batch of returns.
///
/// ```swift
/// let histogram = Histogram(of: [0.0, 1, 1, 4] as [Double], bins: 4)
/// print(histogram.bins, histogram.mean)  // [1, 2, 0, 1] 1.5
/// print(histogram.minimum, histogram.maximum, histogram.norm1)  // 0.0 4.0 6.0
/// ```
public struct Histogram: Sendable, Hashable {
  /// Values, the non-finite ones too.
  public var count: Int
  /// Values that are NaN or infinite; everything below is of the others, and NaN if there are none.
  public var nonFinite: Int
  public var minimum: Double
  public var maximum: Double
  public var mean: Double
  /// Of the population: divided by the count.
  public var standardDeviation: Double
  /// The sum of the magnitudes.
  public var norm1: Double
  /// The root of the sum of squares.
  public var norm2: Double
  /// How many values lie in each of as many equal parts from `minimum` to `maximum`; the last includes `maximum`.
  public var bins: [Int]

  /// - Precondition: `bins` is at least 1.
  public init(of values: some Collection<Float>, bins: Int = 64) {
    self.init(values.count, bins) { visit in for value in values { visit(Double(value)) } }
  }

  /// - Precondition: `bins` is at least 1.
  public init(of values: some Collection<Double>, bins: Int = 64) {
    self.init(values.count, bins) { visit in for value in values { visit(value) } }
  }

  private init(_ count: Int, _ bins: Int, _ each: ((Double) -> Void) -> Void) {
    precondition(bins >= 1, "a histogram has at least one bin, not \(bins)")
    var (low, high) = (Double.infinity, -Double.infinity)
    var moments = Moments()
    var (magnitudes, squares) = (0.0, 0.0)
    each { value in
      guard value.isFinite else { return }
      moments.take(value)
      low = min(low, value)
      high = max(high, value)
      magnitudes += value.magnitude
      squares += value * value
    }
    self.count = count
    let finite = moments.count
    nonFinite = count - finite
    self.bins = Array(repeating: 0, count: finite == 0 ? 0 : bins)
    guard finite > 0 else {
      (minimum, maximum, mean, standardDeviation, norm1, norm2) = (.nan, .nan, .nan, .nan, .nan, .nan)
      return
    }
    (minimum, maximum, mean) = (low, high, moments.mean)
    standardDeviation = moments.deviation
    (norm1, norm2) = (magnitudes, squares.squareRoot())
    var counts = self.bins
    // Halved, so that the width of the widest range is finite.
    let width = high / 2 - low / 2
    each { value in
      guard value.isFinite else { return }
      let part = width > 0 ? (value / 2 - low / 2) / width * Double(bins) : 0
      counts[min(bins - 1, Int(part))] += 1
    }
    self.bins = counts
  }
}
