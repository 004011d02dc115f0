/// Hands the different values of a column to a `NumberSweep` in ascending order, without comparing them.
///
/// Values are rarely any double: prices have two decimals, days are multiples of 86,400 seconds. Where all are multiples of
/// one unit and span few of them they are counted, unit by unit; where they span more, their places are sorted digit by digit
/// (radix sort); and else the bits of the doubles are.
enum NumberOrder {
  /// Counts of more cells than this do not stay in the core's own cache, and sorting is faster.
  private static let mostCells = 0x1p16

  static func sweep(
    _ values: UnsafeBufferPointer<Double>, _ sums: NumberSums, into sweep: inout NumberSweep
  ) {
    guard sums.present > 0 else { return }
    if let grid = Grid(values, sums) {
      if grid.cells <= mostCells, count(values, grid, &sweep) { return }
      if grid.cells < 0x1p32, sortPlaces(values, grid, sums.present, &sweep) { return }
    }
    sortBits(values, sums.present, &sweep)
  }

  /// The multiples of a unit.
  struct Grid {
    /// A value is `place / scale` or `place * divisor`; one of both is 1.
    let scale: Double
    let divisor: Double
    /// The place of the least value.
    let first: Double
    /// The places from the least value to the largest.
    let cells: Double

    /// nil where a sample of the values has no unit.
    init?(_ values: UnsafeBufferPointer<Double>, _ sums: NumberSums) {
      let sample =
        stride(from: 0, to: values.count, by: max(1, values.count / 1_000)).map { values[$0] }
        .filter { !$0.isNaN } + [sums.least, sums.most]
      let largest = max(abs(sums.least), abs(sums.most))
      var found: (scale: Double, divisor: Double)?
      for divisor in [86_400.0, 3_600, 60] where found == nil {
        if largest < 0x1p50, sample.allSatisfy({ ($0 / divisor).rounded() * divisor == $0 }) { found = (1, divisor) }
      }
      for scale in [1.0, 10, 100, 1e3, 1e4, 1e5, 1e6] where found == nil {
        if largest * scale < 0x1p50, sample.allSatisfy({ ($0 * scale).rounded() / scale == $0 }) { found = (scale, 1) }
      }
      guard let (scale, divisor) = found else { return nil }
      (self.scale, self.divisor) = (scale, divisor)
      first = (sums.least * scale / divisor).rounded()
      cells = (sums.most * scale / divisor).rounded() - first + 1
    }

    /// Adding it and taking it away again rounds to whole numbers.
    private static let rounding = 0x1.8p52

    /// nil where the value is no multiple; NaN is none.
    @inline(__always)
    func place(_ value: Double) -> Int? {
      let multiple = divisor == 1 ? value * scale : value / divisor
      let place = (multiple + Self.rounding) - Self.rounding
      let back = divisor == 1 ? place / scale : place * divisor
      guard back == value else { return nil }
      return Int(place - first)
    }

    @inline(__always)
    func value(_ place: Int) -> Double {
      let whole = Double(place) + first
      return divisor == 1 ? whole / scale : whole * divisor
    }
  }

  /// False, and nothing is swept, where a value is not on the grid.
  private static func count(
    _ values: UnsafeBufferPointer<Double>, _ grid: Grid, _ sweep: inout NumberSweep
  ) -> Bool {
    var counts = [UInt32](repeating: 0, count: Int(grid.cells))
    let isOnGrid = counts.withUnsafeMutableBufferPointer { counts in
      for value in values {
        guard let place = grid.place(value) else {
          if value.isNaN { continue }
          return false
        }
        counts[place] &+= 1
      }
      return true
    }
    guard isOnGrid else { return false }
    counts.withUnsafeBufferPointer { counts in
      var start = 0
      while start < counts.count {
        let block = UnsafeBufferPointer(rebasing: counts[start..<min(start + 256, counts.count)])
        var (distinct, sum, most): (UInt32, UInt32, UInt32) = (0, 0, 0)
        for count in block {
          distinct &+= count > 0 ? 1 : 0
          sum &+= count
          most = max(most, count)
        }
        let last = grid.value(start + block.count - 1)
        if !sweep.takeUnseen(distinct: Int(distinct), count: Int(sum), last: last, most: Int(most)) {
          for (place, count) in block.enumerated() where count > 0 { sweep.take(grid.value(start + place), Int(count)) }
        }
        start += 256
      }
    }
    return true
  }

  private static func sortPlaces(
    _ values: UnsafeBufferPointer<Double>, _ grid: Grid, _ present: Int, _ sweep: inout NumberSweep
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * present) { memory in
      let keys = UnsafeMutableBufferPointer(rebasing: memory[..<present])
      var count = 0
      for value in values {
        guard let place = grid.place(value) else {
          if value.isNaN { continue }
          return false
        }
        keys[count] = UInt32(truncatingIfNeeded: place)
        count += 1
      }
      let bits = UInt32.bitWidth - UInt32(grid.cells - 1).leadingZeroBitCount
      let sorted = radixSorted(keys, UnsafeMutableBufferPointer(rebasing: memory[present...]), bits: bits)
      take(sorted, &sweep) { grid.value(Int($0)) }
      return true
    }
  }

  private static func sortBits(_ values: UnsafeBufferPointer<Double>, _ present: Int, _ sweep: inout NumberSweep) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * present) { memory in
      let keys = UnsafeMutableBufferPointer(rebasing: memory[..<present])
      var count = 0
      for value in values where !value.isNaN {
        // Of the two zeros one; then the order of the bits is that of the numbers.
        let bits = (value + 0).bitPattern
        keys[count] = bits >> 63 == 0 ? bits ^ 1 << 63 : ~bits
        count += 1
      }
      let sorted = radixSorted(keys, UnsafeMutableBufferPointer(rebasing: memory[present...]), bits: 64)
      take(sorted, &sweep) { Double(bitPattern: $0 >> 63 == 1 ? $0 ^ 1 << 63 : ~$0) }
    }
  }

  /// Equal keys are one value.
  @inline(__always)
  private static func take<Key: Equatable>(
    _ sorted: UnsafeMutableBufferPointer<Key>, _ sweep: inout NumberSweep, _ value: (Key) -> Double
  ) {
    var start = 0
    while start < sorted.count {
      // A block ends where the key changes.
      var end = min(start + 512, sorted.count)
      while end < sorted.count, sorted[end] == sorted[end - 1] { end += 1 }
      let threshold = sweep.threshold
      if threshold > 0, end - start <= 1_024 {
        var (distinct, isFrequent) = (1, false)
        for place in start + 1..<max(start + 1, end) { distinct &+= sorted[place] == sorted[place - 1] ? 0 : 1 }
        // A run longer than the threshold has equal keys so far apart.
        for place in start..<max(start, end - threshold) where sorted[place] == sorted[place + threshold] {
          isFrequent = true
        }
        let most = isFrequent ? Int.max : threshold
        if sweep.takeUnseen(distinct: distinct, count: end - start, last: value(sorted[end - 1]), most: most) {
          start = end
          continue
        }
      }
      while start < end {
        let key = sorted[start]
        var next = start + 1
        while next < end, sorted[next] == key { next += 1 }
        sweep.take(value(key), next - start)
        start = next
      }
    }
  }

  /// The keys in ascending order, in one of the two buffers: 11 of their low `bits` at a time, the lowest first. Digits that
  /// all keys share are skipped.
  @inline(__always)
  private static func radixSorted<Key: FixedWidthInteger & UnsignedInteger>(
    _ keys: UnsafeMutableBufferPointer<Key>, _ scratch: UnsafeMutableBufferPointer<Key>, bits: Int
  ) -> UnsafeMutableBufferPointer<Key> {
    let passes = (bits + 10) / 11
    var counts = [Int](repeating: 0, count: passes << 11)
    var (from, to) = (keys, scratch)
    counts.withUnsafeMutableBufferPointer { counts in
      for key in keys {
        for pass in 0..<passes { counts[pass << 11 | Int(truncatingIfNeeded: key >> Key(11 * pass)) & 2_047] &+= 1 }
      }
      for pass in 0..<passes {
        let digits = UnsafeMutableBufferPointer(rebasing: counts[pass << 11..<(pass + 1) << 11])
        if keys.isEmpty || digits[Int(truncatingIfNeeded: from[0] >> Key(11 * pass)) & 2_047] == keys.count { continue }
        var place = 0
        for digit in 0..<2_048 { (digits[digit], place) = (place, place + digits[digit]) }
        for key in from {
          let digit = Int(truncatingIfNeeded: key >> Key(11 * pass)) & 2_047
          to[digits[digit]] = key
          digits[digit] &+= 1
        }
        swap(&from, &to)
      }
    }
    return from
  }
}
