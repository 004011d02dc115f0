import Glibc

/// Values far from the others, by robust distances that allow for skewed and heavy-tailed columns.
///
/// The distance of a value is that from the median over the spread of its own side: where its outer 2.5 % begin (10 % of few
/// values), scaled to be the standard deviation of a normal distribution. Columns of positive numbers skewed to the right are
/// taken as logarithms; of them only large values, and a few negative ones, are outliers. A value is an outlier from a distance
/// that grows with the number of values, and where a gap parts it from those nearer: no tail is cut off in its midst.
struct OutlierRule {
  /// Indices of the outliers among the values, ascending.
  private(set) var places: [Int] = []
  /// The bounds beyond which they lie, in the values' own terms; infinite where a side has none.
  private(set) var low = -Double.infinity
  private(set) var high = Double.infinity
  private(set) var isLogarithmic = false

  private static let leastCount = 20
  private static let leastDistinct = 8

  /// NaN is left aside.
  init(_ values: [Double]) {
    let sorted = values.filter { $0.isFinite }.sorted()
    guard sorted.count >= Self.leastCount, Self.hasDistinct(sorted, Self.leastDistinct) else { return }
    func quantile(_ share: Double) -> Double { sorted[Int((share * Double(sorted.count - 1)).rounded())] }
    let (left, middle, right) = (quantile(0.05), quantile(0.5), quantile(0.95))
    let skew = right > left ? (right + left - 2 * middle) / (right - left) : 0
    var offset: Double?
    if skew > 0.2 {
      // Zeros are as good as values; a few negative ones are not a column's own.
      let floor = quantile(0.02)
      if floor > 0, sorted[0] > 0 { offset = 0 } else if floor >= 0, middle > 0 { offset = middle }
    }
    isLogarithmic = offset != nil
    let isNegative = offset != nil && sorted[0] < 0
    func scaled(_ value: Double) -> Double {
      guard let offset else { return value }
      return log(max(value + offset, min(middle, right) * 1e-6))
    }
    find(sorted.map(scaled)) { offset == nil ? $0 : exp($0) - offset! }
    // Near zero there is no end of small logarithms.
    if isLogarithmic { low = isNegative ? 0 : -.infinity }
    guard high < .infinity || low > -.infinity else { return }
    // The bounds lie in gaps, so that rounding cannot put a value on the other side.
    places = values.indices.filter { values[$0] > high || values[$0] < low }
  }

  /// Finds the bounds of values in ascending order, scaled as they are compared.
  private mutating func find(_ sorted: [Double], _ unscaled: (Double) -> Double) {
    let count = sorted.count
    let middle = sorted[count / 2]
    let (outer, reach) = count >= 200 ? (0.025, 1.96) : (0.1, 1.2816)
    let place = Int((outer * Double(count - 1)).rounded())
    let down = (middle - sorted[place]) / reach
    let up = (sorted[count - 1 - place] - middle) / reach
    let limit = max(5.5, (2 * log(Double(count))).squareRoot() + 1.6)
    if up > 0, let bound = Self.bound(sorted[(count / 2)...].map { ($0 - middle) / up }, limit) {
      high = unscaled(middle + bound * up)
    }
    if down > 0, let bound = Self.bound(sorted[...(count / 2)].reversed().map { (middle - $0) / down }, limit) {
      low = unscaled(middle - bound * down)
    }
  }

  /// A distance in the middle of the first gap beyond which outliers lie; nil where there are none. `distances` ascend.
  private static func bound(_ distances: [Double], _ limit: Double) -> Double? {
    guard let first = distances.firstIndex(where: { $0 > limit }), first > 0 else { return nil }
    for place in first..<distances.count {
      let (before, next) = (distances[place - 1], distances[place])
      if next > 1.25 * before || next > 2 * limit {
        // More than one of twenty are no outliers but a part of the column.
        return 20 * (distances.count - place) <= 2 * distances.count ? (before + next) / 2 : nil
      }
    }
    return nil
  }

  private static func hasDistinct(_ sorted: [Double], _ count: Int) -> Bool {
    var found = 1
    for place in sorted.indices.dropFirst() where sorted[place] != sorted[place - 1] {
      found += 1
      if found >= count { return true }
    }
    return false
  }
}
