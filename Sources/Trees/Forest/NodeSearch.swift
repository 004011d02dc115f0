import CKernels
import Randomness

/// How a node of a forest's tree is parted.
struct ForestSplit {
  /// The place of the feature among the binned ones.
  var feature: Int
  var sides: Split.Sides
  /// Whether a row of the node has no value for it.
  var hasMissing: Bool
  /// By how much the impurity times the weight is lowered.
  var gain: Double
}

/// Looks for the split of a node whose sums stand ready.
struct NodeSearch {
  let sums: NodeSums
  let orders: CategoryOrders
  let leastRows: Int
  let drawsThresholds: Bool
  /// More classes than two are put into order by the share of one class after another, the most frequent ones.
  static let mostOrders = 8

  /// The best split by a feature, or the one drawn; nil where its rows do not differ enough.
  func best(_ feature: Int, _ bins: FeatureBins, _ generator: inout CounterGenerator) -> ForestSplit? {
    var found: (worth: Double, sides: Split.Sides)?
    let hasMissing = sums.hasMissing
    if case .numbers(let bounds) = bins.values {
      guard sums.count + (hasMissing ? 1 : 0) > 1 else { return nil }
      found =
        drawsThresholds && sums.count > 1
        ? drawn(bounds, missing: bins.count, &generator) : threshold(bins.count)
    } else {
      sums.takeMissing(bins.count)
      guard sums.count > 1 else { return nil }
      found = drawsThresholds ? drawnSet(bins.count, &generator) : set(feature, bins.count)
    }
    return found.map { ForestSplit(feature: feature, sides: $0.sides, hasMissing: hasMissing, gain: $0.worth) }
  }

  // MARK: Numbers

  private func threshold(_ missing: Int) -> (Double, Split.Sides)? {
    var (best, place, isLeft) = (-Double.infinity, -1, false)
    let (count, bins) = (sums.count, sums.bins)
    for missingIsLeft in sums.hasMissing ? [false, true] : [false] {
      let last = sums.hasMissing && !missingIsLeft ? count : count - 1
      if sums.isPair {
        let found = sums.bestOfPairs(upTo: last, from: missingIsLeft ? missing : nil, leastRows: leastRows, above: best)
        if let found { (best, place, isLeft) = (found.worth, found.place, missingIsLeft) }
        continue
      }
      sums.startLeft()
      var rows = 0
      if missingIsLeft {
        sums.addLeft(missing)
        rows = sums.rows[missing]
      }
      for index in 0..<last {
        let bin = bins[index]
        sums.addLeft(bin)
        rows &+= sums.rows[bin]
        guard rows >= leastRows, sums.totalRows &- rows >= leastRows else { continue }
        let worth = sums.worthOfSides
        if worth > best { (best, place, isLeft) = (worth, index, missingIsLeft) }
      }
    }
    guard place >= 0 else { return nil }
    // Halfway to the next bin with rows; beyond the last one there are missing values only.
    let bin = place == count - 1 ? missing - 1 : (bins[place] + bins[place + 1]) / 2
    return (best, .upTo(bin, missingIsLeft: isLeft))
  }

  /// The best of one threshold of numbers without missing values, which are not summed up by bins. nil where all are alike.
  func drawn(
    _ feature: Int, _ bounds: [Double], _ codes: NodeSums.Codes, _ generator: inout CounterGenerator
  ) -> ForestSplit? {
    guard codes.low < codes.high else { return nil }
    let bin = bin(between: codes.low, codes.high, bounds, &generator)
    let rows = sums.fillLeft(codes, upTo: bin)
    guard rows >= leastRows, sums.totalRows - rows >= leastRows else { return nil }
    let worth = sums.worthOfSides
    guard worth > -.infinity else { return nil }
    return ForestSplit(feature: feature, sides: .upTo(bin, missingIsLeft: false), hasMissing: false, gain: worth)
  }

  /// The bound nearest to a number that is as likely anywhere between the least and the largest value.
  private func bin(between low: Int, _ high: Int, _ bounds: [Double], _ generator: inout CounterGenerator) -> Int {
    let (first, last) = (Self.value(low, bounds), Self.value(high, bounds))
    let place = generator.uniformDouble()
    let value = first + place * (last - first)
    guard value.isFinite, first < last else { return low + min(high - low - 1, Int(place * Double(high - low))) }
    // The first bound that is not below it, of those between the bins.
    var (start, end) = (low, high)
    while start < end {
      let middle = (start + end) / 2
      if bounds[middle] < value { start = middle + 1 } else { end = middle }
    }
    if start == high { return high - 1 }
    return start > low && value - bounds[start - 1] < bounds[start] - value ? start - 1 : start
  }

  /// Such a threshold, and missing values where they do better.
  private func drawn(
    _ bounds: [Double], missing: Int, _ generator: inout CounterGenerator
  ) -> (Double, Split.Sides)? {
    let bin = bin(between: sums.bins[0], sums.bins[sums.count - 1], bounds, &generator)
    var best: (Double, Split.Sides)?
    for missingIsLeft in sums.hasMissing ? [false, true] : [false] {
      sums.startLeft()
      var rows = 0
      if missingIsLeft {
        sums.addLeft(missing)
        rows = sums.rows[missing]
      }
      for index in 0..<sums.count where sums.bins[index] <= bin {
        sums.addLeft(sums.bins[index])
        rows += sums.rows[sums.bins[index]]
      }
      guard rows >= leastRows, sums.totalRows - rows >= leastRows else { continue }
      let worth = sums.worthOfSides
      if worth > best?.0 ?? -.infinity { best = (worth, .upTo(bin, missingIsLeft: missingIsLeft)) }
    }
    return best
  }

  /// About the middle of a bin; the first and the last are taken for as wide as their neighbours.
  private static func value(_ bin: Int, _ bounds: [Double]) -> Double {
    if bin > 0, bin < bounds.count { return bounds[bin - 1] / 2 + bounds[bin] / 2 }
    let edge = bin == 0 ? bounds[0] : bounds[bounds.count - 1]
    guard bounds.count > 1 else { return bin == 0 ? edge - 1 : edge + 1 }
    return bin == 0
      ? edge - (bounds[1] - bounds[0]) / 2
      : edge + (bounds[bounds.count - 1] - bounds[bounds.count - 2]) / 2
  }

  // MARK: Categories

  /// The best of the sets from one end of an order: by the mean number or the share of the second class no other set of all
  /// rows is better (Fisher 1958; Breiman et al. 1984).
  private func set(_ feature: Int, _ missing: Int) -> (Double, Split.Sides)? {
    let (width, sums) = (sums.width, sums)
    let bins = (0..<sums.count).map { sums.bins[$0] }
    var classes: [Int] = [0]
    if sums.measure != .variance, width > 2 {
      classes = (0..<width).filter { sums.total[$0] > 0 }.sorted { (sums.total[$0], $1) > (sums.total[$1], $0) }
      classes = Array(classes.prefix(Self.mostOrders))
    }
    var best: (worth: Double, bins: [Int])?
    for order in classes {
      let sorted = orders.sorted(bins, of: feature, by: order)
      sums.startLeft()
      var rows = 0
      for index in 0..<sorted.count - 1 {
        sums.addLeft(sorted[index])
        rows += sums.rows[sorted[index]]
        guard rows >= leastRows, sums.totalRows - rows >= leastRows else { continue }
        let worth = sums.worthOfSides
        if worth > best?.worth ?? -.infinity { best = (worth, Array(sorted[...index])) }
      }
    }
    return best.map { ($0.worth, sides($0.bins, of: bins, missing)) }
  }

  /// Every category goes to a side by chance, but not all to one.
  private func drawnSet(_ missing: Int, _ generator: inout CounterGenerator) -> (Double, Split.Sides)? {
    let bins = (0..<sums.count).map { sums.bins[$0] }
    var left = bins.filter { _ in generator.next32() & 1 == 0 }
    if left.isEmpty || left.count == bins.count { left = [bins[generator.integer(below: bins.count)]] }
    sums.startLeft()
    var rows = 0
    for bin in left {
      sums.addLeft(bin)
      rows += sums.rows[bin]
    }
    guard rows >= leastRows, sums.totalRows - rows >= leastRows else { return nil }
    let worth = sums.worthOfSides
    return worth > -.infinity ? (worth, sides(left, of: bins, missing)) : nil
  }

  /// Missing values, and with them categories that were not seen, are always on the right.
  private func sides(_ left: [Int], of bins: [Int], _ missing: Int) -> Split.Sides {
    .bins(left.contains(missing) ? bins.filter { !left.contains($0) } : left)
  }
}
