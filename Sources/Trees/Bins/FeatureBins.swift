/// How the values of one column become bins: up to 255, and one more for a missing value.
package struct FeatureBins: Hashable, Sendable {
  package enum Values: Hashable, Sendable {
    /// A number's bin is how many of these are below it.
    case numbers(bounds: [Double])
    /// The categories that have a bin, the most frequent first.
    case categories([Int32])
  }

  package let values: Values
  /// Whether a value is missing among the rows that this was fitted to.
  package let hasMissing: Bool

  /// The bins of values.
  package var count: Int {
    switch values {
    case .numbers(let bounds): bounds.count + 1
    case .categories(let codes): codes.count
    }
  }

  /// The bin of missing values, and of categories without one of their own.
  package var missing: UInt8 { UInt8(count) }
  /// Whether rows can differ in it.
  package var isUseful: Bool { count + (hasMissing ? 1 : 0) > 1 }
  package var isCategory: Bool { if case .categories = values { true } else { false } }
}

extension FeatureBins {
  /// Of numbers in ascending order, without NaN: as many rows in each bin as can be, a value with many rows alone in one.
  ///
  /// A bound lies halfway between two values, so that a value not seen goes with the nearer.
  package init(sorted numbers: UnsafeBufferPointer<Double>, most: Int, leastRows: Int, hasMissing: Bool) {
    var (different, counts): ([Double], [Int]) = ([], [])
    var start = 0
    while start < numbers.count {
      var end = start + 1
      while end < numbers.count, numbers[end] == numbers[start] { end += 1 }
      different.append(numbers[start])
      counts.append(end - start)
      start = end
    }
    var last: [Int] = []
    if different.count <= most {
      var size = 0
      for index in different.indices {
        size += counts[index]
        if size >= leastRows {
          last.append(index)
          size = 0
        }
      }
      if size > 0, !last.isEmpty { last.removeLast() }
    } else {
      last = Self.lastValues(counts, total: numbers.count, most: most, leastRows: leastRows)
    }
    last.removeAll { $0 >= different.count - 1 }
    values = .numbers(bounds: last.map { Self.middle(different[$0], different[$0 + 1]) })
    self.hasMissing = hasMissing
  }

  /// The index of the last value of each bin.
  private static func lastValues(_ counts: [Int], total: Int, most: Int, leastRows: Int) -> [Int] {
    let most = max(1, min(most, total / max(1, leastRows)))
    let mean = Double(total) / Double(most)
    let isFrequent = counts.map { Double($0) >= mean } + [false]
    var (binsLeft, rowsLeft) = (most, total)
    for (index, count) in counts.enumerated() where isFrequent[index] {
      binsLeft -= 1
      rowsLeft -= count
    }
    var wanted = Double(rowsLeft) / Double(max(1, binsLeft))
    var (last, size): ([Int], Int) = ([], 0)
    for index in counts.indices.dropLast() where last.count < most - 1 {
      if !isFrequent[index] { rowsLeft -= counts[index] }
      size += counts[index]
      guard isFrequent[index] || Double(size) >= wanted || isFrequent[index + 1] && Double(size) >= max(1, wanted / 2)
      else { continue }
      last.append(index)
      size = 0
      if !isFrequent[index] {
        binsLeft -= 1
        wanted = Double(rowsLeft) / Double(max(1, binsLeft))
      }
    }
    return last
  }

  /// A number that is at least `low` and below `high`.
  static func middle(_ low: Double, _ high: Double) -> Double {
    if low == -.infinity { return -.greatestFiniteMagnitude }
    let middle = low / 2 + high / 2
    return middle >= low && middle < high && middle.isFinite ? middle : low
  }

  /// Of codes below `levels`: the most frequent have bins, rare ones and those beyond `most` count as missing.
  package init(codes: [Int32], levels: Int, most: Int, leastRows: Int) {
    var counts = [Int](repeating: 0, count: levels)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    let present = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$0], $1) > (counts[$1], $0) }
    // A category of few rows says nothing; but two are kept, or there would be nothing to split.
    let kept = present.prefix(most).enumerated().filter { $0.offset < 2 || counts[$0.element] >= leastRows }
    values = .categories(kept.map { Int32($0.element) })
    hasMissing = kept.count < present.count || codes.contains { $0 < 0 }
  }
}
