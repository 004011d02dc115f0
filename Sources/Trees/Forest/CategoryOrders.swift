/// In which order the categories of each feature are tried: by the mean number of all rows, or by the share of a class.
///
/// An order of a node's own rows fits their noise: deep in a tree a category has few of them.
struct CategoryOrders {
  /// Of each feature, of each class (of numbers and of two classes one order alone), of each bin, the last that of missing
  /// values. Empty for features of numbers.
  private let shares: [[[Double]]]

  /// Rows that a category counts as if it had more, of the mean of all.
  private static let smoothing = 10.0

  init(_ rows: BinnedRows, _ target: ForestTarget) {
    let width = target.classes.map { $0 > 2 ? $0 : 1 } ?? 1
    var totals = [Double](repeating: 0, count: width)
    var weight = 0.0
    func add(_ row: Int, _ count: Double, to sums: inout [Double], at bin: Int) {
      guard target.classes != nil else {
        sums[bin * width] += count * (Double(target.values[row]) - target.mean)
        return
      }
      let label = Int(target.values[row])
      if width > 1 { sums[bin * width + label] += count } else if label == 1 { sums[bin] += count }
    }
    for row in 0..<rows.rows {
      add(row, target.weight(row), to: &totals, at: 0)
      weight += target.weight(row)
    }
    shares = rows.features.indices.map { feature in
      let bins = rows.features[feature].bins
      guard bins.isCategory else { return [] }
      var (sums, counts) = (
        [Double](repeating: 0, count: (bins.count + 1) * width), [Double](repeating: 0, count: bins.count + 1)
      )
      let codes = rows.codes(feature)
      for row in 0..<rows.rows {
        add(row, target.weight(row), to: &sums, at: Int(codes[row]))
        counts[Int(codes[row])] += target.weight(row)
      }
      return (0..<width).map { order in
        let mean = weight > 0 ? totals[order] / weight : 0
        return counts.indices.map { bin in
          (sums[bin * width + order] + Self.smoothing * mean) / (counts[bin] + Self.smoothing)
        }
      }
    }
  }

  /// The bins in the order of a class; `order` is 0 of numbers and of two classes.
  func sorted(_ bins: [Int], of feature: Int, by order: Int) -> [Int] {
    let own = shares[feature][order]
    return bins.sorted { (own[$0], $0) < (own[$1], $1) }
  }
}
