import CKernels

/// Finds the best split of a leaf by its histogram.
struct SplitSearch {
  let features: [BinnedRows.Feature]
  let settings: GBDT
  /// -1, 0 or 1 for each binned feature; empty without monotone constraints.
  let directions: [Int]

  typealias Sums = UnsafePointer<UInt64>

  /// The best of the splits by `allowed` features. `counts` is the histogram of the rows themselves, where rows are counted.
  func best(
    for leaf: OpenLeaf, allowed: [Int], counts: Sums?, limits: RLTreeLimits
  ) -> Split? {
    guard let histogram = leaf.histogram else { return nil }
    var limits = limits
    let units = WordSum(leaf.total).hessian
    limits.rows_per_unit = units > 0 ? Double(leaf.count) / units : 0
    let total = WordSum(leaf.total, limits)
    let unsplit =
      directions.isEmpty
      ? limits.gain(total)
      : limits.gain(total, value: limits.value(total).clamped(to: leaf.bounds))
    let floor = unsplit + settings.leastGain
    var best: Split?
    for feature in allowed {
      let sums = Sums(histogram + feature * BinnedRows.places)
      let own = counts.map { $0 + feature * BinnedRows.places }
      let bins = features[feature].bins
      let found: Split?
      if bins.isCategory {
        found = CategorySplits(settings: settings, limits: limits, bounds: directions.isEmpty ? nil : leaf.bounds)
          .best(feature, bins, sums, counts: own, total: leaf.total, rows: leaf.count)
      } else if directions.isEmpty {
        var threshold = RLTreeThreshold()
        rl_tree_threshold(sums, own, bins.count, bins.hasMissing ? 1 : 0, leaf.total, &limits, &threshold)
        found =
          threshold.gain > floor
          ? Split(
            feature: feature,
            sides: .upTo(Int(threshold.threshold), missingIsLeft: threshold.missing_is_left != 0),
            gain: threshold.gain, left: threshold.left) : nil
      } else {
        found = monotone(feature, bins, sums, counts: own, leaf, limits)
      }
      if let found, found.gain > floor, found.gain > best?.gain ?? -.infinity { best = found }
    }
    best?.gain -= floor
    return best
  }

  /// The best threshold with values within the leaf's bounds, in the order that the feature's direction asks for.
  private func monotone(
    _ feature: Int, _ bins: FeatureBins, _ sums: Sums, counts: Sums?, _ leaf: OpenLeaf, _ limits: RLTreeLimits
  ) -> Split? {
    let (missing, direction) = (bins.count, directions[feature])
    var best: Split?
    for missingIsLeft in bins.hasMissing ? [false, true] : [false] {
      var left = missingIsLeft ? sums[missing] : 0
      var leftRows = missingIsLeft ? counts?[missing] ?? 0 : 0
      for threshold in 0..<(bins.hasMissing && !missingIsLeft ? bins.count : bins.count - 1) {
        left &+= sums[threshold]
        if let counts { leftRows += counts[threshold] }
        let (a, b) = (WordSum(left, limits), WordSum(leaf.total &- left, limits))
        let rows =
          counts == nil
          ? (limits.rows(WordSum(left)), limits.rows(WordSum(leaf.total &- left)))
          : (Double(leftRows), Double(leaf.count) - Double(leftRows))
        guard min(rows.0, rows.1) >= limits.minimum_rows, min(a.hessian, b.hessian) >= limits.minimum_hessian,
          min(a.hessian, b.hessian) + limits.l2 > 0
        else { continue }
        let (x, y) = (limits.value(a).clamped(to: leaf.bounds), limits.value(b).clamped(to: leaf.bounds))
        if direction > 0 && x > y || direction < 0 && x < y { continue }
        let gain = limits.gain(a, value: x) + limits.gain(b, value: y)
        if gain > best?.gain ?? -.infinity {
          best = Split(
            feature: feature, sides: .upTo(threshold, missingIsLeft: missingIsLeft), gain: gain, left: left)
        }
      }
    }
    return best
  }
}

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
