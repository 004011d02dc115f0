import CKernels
import Foundation

/// The sums of a node's rows in each bin of a feature, and what parts of them are worth.
///
/// A bin has the weights of the classes, or the weight and the weighted sum of numbers. Only bins with rows are looked at,
/// so that small nodes cost as little as they should.
final class NodeSums {
  enum Measure { case gini, entropy, variance }

  let measure: Measure
  /// Numbers for each bin.
  let width: Int
  let sums: UnsafeMutablePointer<Double>
  let rows: UnsafeMutablePointer<Int>
  /// The bins with rows in ascending order, that of missing values apart.
  let bins: UnsafeMutablePointer<Int>
  private(set) var count = 0
  private(set) var hasMissing = false
  /// Of all of the node's rows.
  let total: UnsafeMutablePointer<Double>
  var totalRows = 0
  /// Room for a sum that grows bin by bin.
  let left: UnsafeMutablePointer<Double>
  /// The weight of either side at least: any, but not none.
  var leastWeight = Double.leastNonzeroMagnitude
  /// nil where splits are free.
  var constraint: Constraint?

  /// Of the values of both sides: mean numbers less the mean of all rows, or shares of the second class.
  struct Constraint {
    /// 1 where the right one is not to be less, -1 where it is not to be more, 0.
    var direction: Double
    /// What both lie between.
    var low, high: Double

    @inline(__always)
    func allows(_ left: Double, _ right: Double) -> Bool {
      left >= low && left <= high && right >= low && right <= high && direction * (right - left) >= 0
    }
  }

  init(_ measure: Measure, width: Int) {
    (self.measure, self.width) = (measure, width)
    sums = .allocate(capacity: BinnedRows.places * width)
    sums.initialize(repeating: 0, count: BinnedRows.places * width)
    (rows, bins) = (.allocate(capacity: BinnedRows.places), .allocate(capacity: BinnedRows.places))
    rows.initialize(repeating: 0, count: BinnedRows.places)
    bins.initialize(repeating: 0, count: BinnedRows.places)
    (total, left) = (.allocate(capacity: width), .allocate(capacity: width))
    total.initialize(repeating: 0, count: width)
    left.initialize(repeating: 0, count: width)
  }

  deinit {
    for pointer in [sums, total, left] { pointer.deallocate() }
    for pointer in [rows, bins] { pointer.deallocate() }
  }

  // MARK: Rows

  /// Sums up rows: the places of their classes, or their numbers, and their weights, in the order of `order`.
  func fill(_ codes: Codes, missing: Int) {
    let (order, classes, values, weights, count) = (
      codes.order, codes.classes, codes.values, codes.weights, codes.count
    )
    let codes = codes.bins
    let (sums, rows, width) = (sums, rows, width)
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    withUnsafeMutableBytes(of: &words) { bytes in
      let words = bytes.baseAddress!.assumingMemoryBound(to: UInt64.self)
      if measure == .variance {
        for index in 0..<count {
          let bin = Int(codes[Int(order[index])])
          sums[2 &* bin] += weights[index]
          sums[2 &* bin &+ 1] += values[index]
          rows[bin] &+= 1
        }
      } else {
        for index in 0..<count {
          let bin = Int(codes[Int(order[index])])
          sums[width &* bin &+ Int(classes[index])] += weights[index]
          rows[bin] &+= 1
        }
      }
      if count < 64 {
        for index in 0..<count {
          let bin = codes[Int(order[index])]
          words[Int(bin >> 6)] |= 1 << UInt64(bin & 63)
        }
        collect(words, missing)
      } else {
        self.count = 0
        hasMissing = rows[missing] > 0
        for bin in 0..<missing where rows[bin] > 0 {
          bins[self.count] = bin
          self.count &+= 1
        }
      }
    }
  }

  private func collect(_ words: UnsafeMutablePointer<UInt64>, _ missing: Int) {
    count = 0
    for index in 0..<4 {
      var word = words[index]
      while word != 0 {
        bins[count] = 64 &* index &+ word.trailingZeroBitCount
        count &+= 1
        word &= word &- 1
      }
    }
    hasMissing = count > 0 && bins[count - 1] == missing
    if hasMissing { count &-= 1 }
  }

  /// Counts missing values as one more category.
  func takeMissing(_ missing: Int) {
    guard hasMissing else { return }
    bins[count] = missing
    count += 1
    hasMissing = false
  }

  /// Makes all sums 0 again.
  func clear(missing: Int) {
    func clear(_ bin: Int) {
      rows[bin] = 0
      for index in 0..<width { sums[width &* bin &+ index] = 0 }
    }
    for index in 0..<count { clear(bins[index]) }
    if hasMissing { clear(missing) }
  }

  /// The bins of the rows of a node by one feature, and their targets and weights.
  struct Codes {
    let bins: UnsafePointer<UInt8>
    let order: UnsafePointer<Int32>
    let count: Int
    let classes: UnsafePointer<Int32>
    let values: UnsafePointer<Double>
    let weights: UnsafePointer<Double>
    private(set) var low = 255
    private(set) var high = 0
    /// The bins in the order of the rows, once they were taken.
    private(set) var taken: UnsafePointer<UInt8>?

    init(
      _ bins: UnsafePointer<UInt8>, _ order: UnsafePointer<Int32>, _ count: Int, classes: UnsafePointer<Int32>,
      values: UnsafePointer<Double>, weights: UnsafePointer<Double>
    ) {
      (self.bins, self.order, self.count) = (bins, order, count)
      (self.classes, self.values, self.weights) = (classes, values, weights)
    }

    /// Brings the bins side by side into `taken`, and finds the least and the largest of them.
    mutating func take(into taken: UnsafeMutablePointer<UInt8>) {
      var span: (UInt8, UInt8) = (0, 0)
      withUnsafeMutableBytes(of: &span) {
        rl_tree_take(bins, order, count, taken, $0.baseAddress!.assumingMemoryBound(to: UInt8.self))
      }
      (low, high) = (Int(span.0), Int(span.1))
      self.taken = UnsafePointer(taken)
    }
  }

  /// Sums up the rows up to a bin on the left; returns how many they are.
  func fillLeft(_ codes: Codes, upTo bin: Int) -> Int {
    let last = UInt8(bin)
    let taken = codes.taken!
    var rows = 0
    if measure == .variance || width == 2 {
      rows = rl_tree_left(taken, last, codes.weights, codes.values, codes.count, left)
      if measure != .variance { left[0] -= left[1] }
    } else {
      startLeft()
      for index in 0..<codes.count where taken[index] <= last {
        rows &+= 1
        left[Int(codes.classes[index])] += codes.weights[index]
      }
    }
    return rows
  }

  func startLeft() { for index in 0..<width { left[index] = 0 } }

  @inline(__always)
  func addLeft(_ bin: Int) { for index in 0..<width { left[index] += sums[width &* bin &+ index] } }

  // MARK: Worth

  /// Of all rows in one node.
  var totalWorth: Double { worth { total[$0] } }

  /// Of the rows on the left and of those on the right, minus infinity where one side has less than the least weight.
  @inline(__always)
  var worthOfSides: Double {
    if constraint != nil, !isAllowed(left[0], left[1]) { return -.infinity }
    if width == 2 {
      let (a, b) = (left[0], left[1])
      let (c, d) = (total[0] - a, total[1] - b)
      switch measure {
      case .variance: return a >= leastWeight && c >= leastWeight ? b * b / a + d * d / c : -.infinity
      case .gini:
        let (l, r) = (a + b, c + d)
        return l >= leastWeight && r >= leastWeight ? (a * a + b * b) / l + (c * c + d * d) / r : -.infinity
      case .entropy: break
      }
    }
    let (a, b) = (worth { left[$0] }, worth { max(0, total[$0] - left[$0]) })
    return a.isFinite && b.isFinite ? a + b : -.infinity
  }

  /// Whether the values of a left side with these two numbers, and of the right side, fulfil the constraint.
  private func isAllowed(_ a: Double, _ b: Double) -> Bool {
    guard let constraint else { return true }
    let (c, d) = (total[0] - a, total[1] - b)
    return measure == .variance ? constraint.allows(b / a, d / c) : constraint.allows(b / (a + b), d / (c + d))
  }

  /// Up to the sign and a constant, the impurity times the weight: Σ s²/w of numbers, Σ w²/Σ w or Σ w log w of classes.
  @inline(__always)
  private func worth(_ sum: (Int) -> Double) -> Double {
    if measure == .variance {
      let weight = sum(0)
      return weight >= leastWeight ? sum(1) * sum(1) / weight : -.infinity
    }
    var (all, parts) = (0.0, 0.0)
    for index in 0..<width {
      let own = sum(index)
      all += own
      if measure == .gini {
        parts += own * own
      } else if own > 0 {
        parts += own * log(own)
      }
    }
    guard all >= leastWeight else { return -.infinity }
    return measure == .gini ? parts / all : parts - all * log(all)
  }

  var totalWeight: Double {
    if measure == .variance { return total[0] }
    return (0..<width).reduce(0) { $0 + total[$1] }
  }

  // MARK: Two numbers a bin

  /// Whether a bin has two numbers and worth is a matter of sums and squares.
  var isPair: Bool { width == 2 && measure != .entropy }

  /// The best of the sides that end with a bin, of the first ones, that is worth more than `least`.
  func bestOfPairs(
    upTo last: Int, from missing: Int?, leastRows: Int, above least: Double
  ) -> (worth: Double, place: Int)? {
    measure == .variance
      ? bestOfPairs(upTo: last, missing, leastRows, least, isVariance: true)
      : bestOfPairs(upTo: last, missing, leastRows, least, isVariance: false)
  }

  @inline(__always)
  private func bestOfPairs(
    upTo last: Int, _ missing: Int?, _ leastRows: Int, _ least: Double, isVariance: Bool
  ) -> (worth: Double, place: Int)? {
    let (sums, counts, bins, wholeRows) = (sums, rows, bins, totalRows)
    let (first, second) = (total[0], total[1])
    var (a, b, own) = (0.0, 0.0, 0)
    if let missing { (a, b, own) = (sums[2 &* missing], sums[2 &* missing &+ 1], counts[missing]) }
    var (best, place) = (least, -1)
    let (isConstrained, leastWeight) = (constraint != nil, leastWeight)
    for index in 0..<max(0, last) {
      let bin = bins[index]
      a += sums[2 &* bin]
      b += sums[2 &* bin &+ 1]
      own &+= counts[bin]
      guard own >= leastRows, wholeRows &- own >= leastRows else { continue }
      let (c, d) = (first - a, second - b)
      let (left, right) = isVariance ? (a, c) : (a + b, c + d)
      guard left >= leastWeight, right >= leastWeight else { continue }
      let worth =
        isVariance
        ? (b * b * right + d * d * left) / (left * right)
        : ((a * a + b * b) * right + (c * c + d * d) * left) / (left * right)
      if worth > best, !isConstrained || isAllowed(a, b) { (best, place) = (worth, index) }
    }
    return place >= 0 ? (best, place) : nil
  }
}
