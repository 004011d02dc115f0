import Telemetry

/// A histogram as TensorBoard's event files have it: counts between edges of their own.
///
/// Ours have equal parts. Buckets of one width stay as they are; what lies in others, as PyTorch's and TensorFlow's that
/// grow outwards by a tenth, is taken to lie evenly between their edges and counted into `parts`. Counts add up to the same.
/// What the file does not say of the values (of all their magnitudes, and in TensorFlow's second format their mean and
/// squares) is NaN.
enum TensorBoardHistogram {
  private static let parts = 64
  /// Counts are sums of doubles; beyond this they are no whole numbers any more.
  private static let mostValues = Double(1 << 53)

  private struct Bucket {
    var left: Double
    var right: Double
    var count: Double
  }

  /// From the message `HistogramProto`: extremes, sums, and right ends with counts; nil where it makes no sense.
  static func read(_ message: ProtocolBuffer) -> Histogram? {
    var numbers = [Double](repeating: 0, count: 6)
    var (ends, counts): ([Double], [Double]) = ([], [])
    var message = message
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1...5, .fixed64(let bits)): numbers[Int(field.number)] = Double(bitPattern: bits)
      case (6, .bytes(let packed)): ends += packed.doubles
      case (6, .fixed64(let bits)): ends.append(Double(bitPattern: bits))
      case (7, .bytes(let packed)): counts += packed.doubles
      case (7, .fixed64(let bits)): counts.append(Double(bitPattern: bits))
      default: break
      }
    }
    let (minimum, maximum, count, sum, squares) = (numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    guard !message.isBroken, ends.count == counts.count, minimum <= maximum else { return nil }
    // The outermost edges may be as far away as numbers go.
    let edges = [minimum] + ends.map { min(max($0, minimum), maximum) }
    let buckets = counts.indices.map { Bucket(left: edges[$0], right: edges[$0 + 1], count: counts[$0]) }
    guard var histogram = histogram(of: buckets, from: minimum, to: maximum), Double(histogram.count) == count else {
      return nil
    }
    histogram.mean = sum / count
    histogram.standardDeviation = max(0, squares / count - histogram.mean * histogram.mean).squareRoot()
    histogram.norm2 = squares.squareRoot()
    if minimum >= 0 || maximum <= 0 { histogram.norm1 = sum.magnitude }
    return histogram
  }

  /// From the rows left, right, count of a tensor `[k, 3]`; nil where they make no sense.
  static func read(rows: [Double]) -> Histogram? {
    guard rows.count % 3 == 0 else { return nil }
    let buckets = stride(from: 0, to: rows.count, by: 3).map {
      Bucket(left: rows[$0], right: rows[$0 + 1], count: rows[$0 + 2])
    }
    let filled = buckets.filter { $0.count > 0 }
    guard let first = filled.first, let last = filled.last else { return nil }
    return histogram(of: filled, from: first.left, to: last.right)
  }

  /// With extremes and counts only.
  private static func histogram(of buckets: [Bucket], from minimum: Double, to maximum: Double) -> Histogram? {
    let total = buckets.reduce(0) { $0 + $1.count }
    let isRising = zip(buckets, buckets.dropFirst()).allSatisfy { $0.right <= $1.left }
    guard isRising, minimum.isFinite, maximum.isFinite, total >= 1, total <= mostValues,
      buckets.allSatisfy({ $0.left <= $0.right && $0.count >= 0 && $0.count == $0.count.rounded() })
    else { return nil }
    var histogram = Histogram(of: EmptyCollection<Double>())
    (histogram.count, histogram.minimum, histogram.maximum) = (Int(total), minimum, maximum)
    histogram.bins = bins(of: buckets, from: minimum, to: maximum)
    return histogram
  }

  private static func bins(of buckets: [Bucket], from minimum: Double, to maximum: Double) -> [Int] {
    // Halved, so that the width of the widest range is finite.
    let width = maximum / 2 - minimum / 2
    let even = width / Double(buckets.count)
    let areEven = buckets.allSatisfy { abs($0.right / 2 - $0.left / 2 - even) <= 1e-6 * even }
    let parts = areEven ? buckets.count : Self.parts
    var (bins, counted, below): ([Int], Int, Double) = ([], 0, 0)
    var next = 0
    for part in 1...parts {
      let end = part == parts ? maximum : 2 * (minimum / 2 + width * (Double(part) / Double(parts)))
      while next < buckets.count, buckets[next].right <= end {
        below += buckets[next].count
        next += 1
      }
      var here = 0.0
      if next < buckets.count, buckets[next].left < end {
        let bucket = buckets[next]
        here = bucket.count * ((end / 2 - bucket.left / 2) / (bucket.right / 2 - bucket.left / 2))
      }
      let upTo = Int((below + here).rounded())
      bins.append(upTo - counted)
      counted = upTo
    }
    return bins
  }
}
