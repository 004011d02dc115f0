import CKernels

/// Splits a leaf by sets of categories: sorted by their mean gradients, the best set is among those from one end on (Fisher
/// 1958). Few categories are tried one by one as well, and the fewest in no other way.
struct CategorySplits {
  let settings: GBDT
  let limits: RLTreeLimits
  /// nil where values of leaves are not bounded.
  let bounds: ClosedRange<Double>?

  /// So few categories are tried one by one beside the sets.
  private static let fewCategories = 16

  typealias Sums = UnsafePointer<UInt64>

  func best(
    _ feature: Int, _ bins: FeatureBins, _ sums: Sums, counts: Sums?, total: UInt64, rows: Int
  ) -> Split? {
    func rowsIn(_ bin: Int) -> Double { counts.map { Double($0[bin]) } ?? limits.rows(WordSum(sums[bin])) }
    var best: Split?
    if bins.count <= max(settings.mostOneHot, Self.fewCategories) {
      for bin in 0..<bins.count {
        let split = split(feature, [bin], sums[bin], rowsIn(bin), total, rows, penalty: 0, leastOnRight: 0)
        if let split, split.gain > best?.gain ?? -.infinity { best = split }
      }
      if bins.count <= settings.mostOneHot { return best }
    }
    let smoothing = settings.categorySmoothing
    let means = (0..<bins.count).map { bin in
      let sum = WordSum(sums[bin], limits)
      return sum.gradient / (sum.hessian + smoothing)
    }
    // Rare categories are left where missing ones go.
    let sorted = (0..<bins.count).filter { rowsIn($0) >= max(1, smoothing) }
      .sorted { (means[$0], $0) < (means[$1], $1) }
    let most = min(settings.mostCategories, (sorted.count + 1) / 2)
    for order in [sorted, sorted.reversed()] {
      var (left, leftRows, group) = (UInt64(0), 0.0, 0.0)
      for (index, bin) in order.prefix(most).enumerated() {
        left &+= sums[bin]
        leftRows += rowsIn(bin)
        group += rowsIn(bin)
        if Double(rows) - leftRows < Double(settings.leastRowsInGroup) { break }
        if leftRows < limits.minimum_rows || group < Double(settings.leastRowsInGroup) { continue }
        group = 0
        let set = Array(order.prefix(index + 1))
        if let split = split(
          feature, set, left, leftRows, total, rows, penalty: settings.categoryL2,
          leastOnRight: Double(settings.leastRowsInGroup)),
          split.gain > best?.gain ?? -.infinity
        {
          best = split
        }
      }
    }
    return best
  }

  private func split(
    _ feature: Int, _ set: [Int], _ left: UInt64, _ leftRows: Double, _ total: UInt64, _ rows: Int, penalty: Double,
    leastOnRight: Double
  ) -> Split? {
    let (a, b) = (WordSum(left, limits), WordSum(total &- left, limits))
    let rightRows = Double(rows) - leftRows
    guard min(leftRows, rightRows) >= limits.minimum_rows, rightRows >= leastOnRight,
      min(a.hessian, b.hessian) >= limits.minimum_hessian, min(a.hessian, b.hessian) + limits.l2 + penalty > 0
    else { return nil }
    let gain =
      if let bounds {
        limits.gain(a, value: limits.value(a, penalty: penalty).clamped(to: bounds), penalty: penalty)
          + limits.gain(b, value: limits.value(b, penalty: penalty).clamped(to: bounds), penalty: penalty)
      } else {
        limits.gain(a, penalty: penalty) + limits.gain(b, penalty: penalty)
      }
    return Split(feature: feature, sides: .bins(set), gain: gain, left: left, penalty: penalty)
  }
}
