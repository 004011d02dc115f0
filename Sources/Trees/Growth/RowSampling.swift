import Randomness

/// Which rows, and which features, a tree is grown on.
struct RowSampling {
  let settings: GBDT
  let rows: Int
  let generator: CounterGenerator

  /// Whether every tree is grown on all rows and features.
  var takesAll: Bool { !isBagging && !isGOSS && settings.featureFraction >= 1 }
  var isGOSS: Bool { settings.sampling == .goss && settings.topRate + settings.otherRate < 1 }
  var isBagging: Bool {
    settings.sampling == .bagging && settings.baggingFrequency > 0 && settings.baggingFraction < 1
  }

  /// Of the random numbers that words are rounded by.
  var roundingKey: UInt64 {
    var own = generator.split(.max)
    return own.next()
  }

  /// Puts the rows of a round in order into `order`; returns how many they are.
  func bag(round: Int, into order: UnsafeMutablePointer<Int32>) -> Int {
    guard isBagging else {
      for row in 0..<rows { order[row] = Int32(row) }
      return rows
    }
    let drawn = max(1, Int((Double(rows) * settings.baggingFraction).rounded()))
    var generator = generator.split(UInt64(2 * (round / settings.baggingFrequency)))
    return draw(drawn, of: rows, &generator) { order[$0] = Int32($1) }
  }

  /// Keeps rows with large gradients and draws from the others, whose gradients then count more. `sizes` are those of all
  /// rows; `scale` is called for each row that counts more.
  func goss(
    round: Int, sizes: [Float], into order: UnsafeMutablePointer<Int32>, scale: (_ row: Int, _ factor: Float) -> Void
  ) -> Int {
    let top = max(1, Int(Double(rows) * settings.topRate))
    let other = max(1, Int(Double(rows) * settings.otherRate))
    let least = sizes.sorted(by: >)[top - 1]
    let others = sizes.count { $0 < least }
    let factor = Float(Double(others) / Double(max(1, min(other, others))))
    var generator = generator.split(UInt64(2 * round))
    var (count, wanted, left) = (0, min(other, others), others)
    for row in 0..<rows {
      if sizes[row] < least {
        defer { left -= 1 }
        guard Int.random(in: 0..<left, using: &generator) < wanted else { continue }
        wanted -= 1
        scale(row, factor)
      }
      order[count] = Int32(row)
      count += 1
    }
    return count
  }

  /// The places of the features that a tree may split by.
  func features(_ count: Int, tree: Int) -> [Int] {
    guard settings.featureFraction < 1, count > 0 else { return Array(0..<count) }
    let drawn = max(1, Int((Double(count) * settings.featureFraction).rounded()))
    var generator = generator.split(UInt64(2 * tree + 1))
    var result: [Int] = []
    _ = draw(drawn, of: count, &generator) { result.append($1) }
    return result
  }

  /// Draws without order: every set of so many is equally likely.
  private func draw(
    _ wanted: Int, of count: Int, _ generator: inout CounterGenerator, _ take: (_ place: Int, _ drawn: Int) -> Void
  ) -> Int {
    var drawn = 0
    for index in 0..<count where Int.random(in: 0..<(count - index), using: &generator) < wanted - drawn {
      take(drawn, index)
      drawn += 1
    }
    return drawn
  }
}
