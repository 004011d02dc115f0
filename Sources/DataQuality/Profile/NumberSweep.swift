/// Takes the different values of a column in ascending order, with how often each occurs, and makes of them the number of
/// distinct ones, quantiles, a histogram and the most frequent.
struct NumberSweep {
  private(set) var distinct = 0
  /// The rows of each bin: equal in width from the least value to the largest, which belongs to the last one, as
  /// `numpy.histogram` has it. Empty where the range is not finite.
  private(set) var bins: [Int] = []
  /// The bins' edges, one more than bins.
  let edges: [Double]
  /// The most frequent first, of equals the smaller.
  private(set) var top: [(value: Double, count: Int)] = []

  private let present: Int
  private let topSize: Int
  private var seen = 0
  private var bin = 0
  private var nextEdge = Double.infinity
  private var leastTop = 0
  /// Places in the sorted values whose values are wanted, ascending, and those found.
  private var ranks: [Int]
  private var found: [Int: Double] = [:]
  private var nextRank = Int.max

  /// Of `present` values from `least` to `most`.
  init(present: Int, least: Double, most: Double, shares: [Double], bins count: Int, top: Int) {
    self.present = present
    topSize = max(0, top)
    leastTop = topSize == 0 ? .max : 0
    let width = most - least
    if count > 0, width.isFinite, present > 0 {
      // All values alike: a bin of width 1 around them, as NumPy has it.
      let (low, high) = width > 0 ? (least, most) : (least - 0.5, most + 0.5)
      edges = (0...count).map { $0 == count ? high : low + Double($0) * ((high - low) / Double(count)) }
      bins = [Int](repeating: 0, count: count)
      nextEdge = count == 1 ? .infinity : edges[1]
    } else {
      edges = []
    }
    var places: Set<Int> = []
    if present > 0 {
      for share in shares {
        let place = Int(share * Double(present - 1))
        places.formUnion([place, min(place + 1, present - 1)])
      }
    }
    ranks = places.sorted(by: >)
    nextRank = ranks.popLast() ?? .max
  }

  @inline(__always)
  mutating func take(_ value: Double, _ count: Int) {
    distinct += 1
    seen += count
    if nextRank < seen { takeRanks(value) }
    if value >= nextEdge { goToBin(of: value) }
    if !bins.isEmpty { bins[bin] += count }
    if count > leastTop { takeTop(value, count) }
  }

  /// Takes many values at once, the largest of which is `last` and the most frequent occurs `most` times; false, and they have
  /// to be taken one by one, where one of them is wanted for more than its number.
  @inline(__always)
  mutating func takeUnseen(distinct more: Int, count: Int, last: Double, most: Int) -> Bool {
    guard nextRank >= seen + count, last < nextEdge, most <= leastTop else { return false }
    distinct += more
    seen += count
    if !bins.isEmpty { bins[bin] += count }
    return true
  }

  /// A value has to occur more often to be among the most frequent.
  var threshold: Int { leastTop }

  private mutating func takeRanks(_ value: Double) {
    while nextRank < seen {
      found[nextRank] = value
      nextRank = ranks.popLast() ?? .max
    }
  }

  private mutating func goToBin(of value: Double) {
    while bin + 1 < bins.count, value >= edges[bin + 1] { bin += 1 }
    nextEdge = bin + 1 < bins.count ? edges[bin + 1] : .infinity
  }

  private mutating func takeTop(_ value: Double, _ count: Int) {
    if top.count == topSize { top.removeLast() }
    let place = top.firstIndex { $0.count < count } ?? top.count
    top.insert((value, count), at: place)
    if top.count == topSize { leastTop = top[topSize - 1].count }
  }

  /// Linear between the two nearest order statistics, as pandas and NumPy have it; NaN for no values.
  func quantile(_ share: Double) -> Double {
    guard present > 0 else { return .nan }
    let place = share * Double(present - 1)
    let below = Int(place)
    guard let low = found[below], let high = found[min(below + 1, present - 1)] else { return .nan }
    return low == high ? low : low + (place - Double(below)) * (high - low)
  }
}
