import Randomness

/// Rows drawn at random, each at most once.
enum RowSample {
  /// `size` of `count` rows in ascending order, all of them where there are no more (Fan, Muller and Rezucha 1962).
  static func rows(_ size: Int, of count: Int, seed: UInt64) -> [Int] {
    guard size < count else { return Array(0..<count) }
    var generator = CounterGenerator(SeedSequence(seed).child(named: "sample"))
    var rows: [Int] = []
    rows.reserveCapacity(max(0, size))
    for row in 0..<count {
      if rows.count >= size { break }
      if generator.integer(below: count - row) < size - rows.count { rows.append(row) }
    }
    return rows
  }
}
