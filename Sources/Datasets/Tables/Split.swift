import Randomness

/// The rows of a data set, divided at random into training, validation and test: each row is in exactly one part. Use it for
/// your own loops; fits split on their own. Every part is in ascending order.
///
/// ```swift
/// let split = Split(count: 10, validation: 0.2, test: 0.1, seed: 1)
/// print(split.training.count, split.validation.count, split.test.count)  // 7 2 1
/// print(split == Split(count: 10, validation: 0.2, test: 0.1, seed: 1))  // true
/// ```
public struct Split: Hashable, Sendable {
  public let training: [Int]
  public let validation: [Int]
  public let test: [Int]

  /// Divides `count` rows; equal arguments give equal splits.
  ///
  /// `validation` and `test` are shares of all rows, the rest is for training; each part's size is its share rounded.
  /// With `strata`, a class index for each row, every part holds each class in its proportion to within one row. Traps
  /// unless both shares are at least 0 and sum to less than 1, and where the number of strata is not `count`.
  public init(count: Int, validation: Double, test: Double = 0, seed: UInt64, strata: [Int]? = nil) {
    precondition(
      validation >= 0 && test >= 0 && validation + test < 1,
      "shares of \(validation) for validation and \(test) for the test leave nothing to train on")
    precondition(strata == nil || strata!.count == count, "\(strata?.count ?? 0) strata for \(count) rows")
    var rows = Self.shuffled(count, seed: seed)
    if let strata {
      // Class by class, each in random order: taking rows at even distances then takes of each class its share.
      rows = Self.byClass(rows, strata)
    }
    let (tested, others) = Self.take(test, of: rows)
    let (validated, rest) = Self.take(validation / (1 - test), of: others)
    self.test = tested.sorted()
    self.validation = validated.sorted()
    training = rest.sorted()
  }

  /// Divides rows so that those of one group, a number for each row, are in the same part; equal arguments give equal splits.
  ///
  /// Groups are taken in random order, each for the part whose share it misses least; a large group can therefore leave a
  /// part with fewer rows than its share. Traps as above.
  public init(groups: [Int], validation: Double, test: Double = 0, seed: UInt64) {
    precondition(
      validation >= 0 && test >= 0 && validation + test < 1,
      "shares of \(validation) for validation and \(test) for the test leave nothing to train on")
    let members = Dictionary(grouping: groups.indices) { groups[$0] }
    let rowsOfGroups = members.keys.sorted().map { members[$0]! }
    var order = Self.shuffled(rowsOfGroups.count, seed: seed).map { rowsOfGroups[$0] }
    func take(_ share: Double) -> [Int] {
      let quota = share * Double(groups.count)
      var rows: [Int] = []
      order.removeAll { group in
        // Whether the part comes closer to its share with the group than without it.
        let isTaken = abs(Double(rows.count + group.count) - quota) < abs(Double(rows.count) - quota)
        if isTaken { rows += group }
        return isTaken
      }
      return rows.sorted()
    }
    self.test = take(test)
    self.validation = take(validation)
    training = order.flatMap(\.self).sorted()
  }

  init(training: [Int], validation: [Int], test: [Int]) {
    (self.training, self.validation, self.test) = (training, validation, test)
  }

  /// 0 ..< count in random order.
  private static func shuffled(_ count: Int, seed: UInt64) -> [Int] {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "split"))
    var order = (0..<count).map { Int32($0) }
    var span = order.mutableSpan
    generator.shuffle(&span)
    return order.map { Int($0) }
  }

  /// Rows class by class, in each as they come.
  private static func byClass(_ rows: [Int], _ strata: [Int]) -> [Int] {
    guard let least = strata.min(), let most = strata.max() else { return rows }
    let (range, isTooMuch) = most.subtractingReportingOverflow(least)
    guard !isTooMuch, range < max(1_000, rows.count) else {
      return rows.indices.sorted { (strata[rows[$0]], $0) < (strata[rows[$1]], $1) }.map { rows[$0] }
    }
    var places = [Int](repeating: 0, count: range + 2)
    for label in strata { places[label - least + 1] += 1 }
    for label in 1..<places.count { places[label] += places[label - 1] }
    var sorted = [Int](repeating: 0, count: rows.count)
    for row in rows {
      let label = strata[row] - least
      sorted[places[label]] = row
      places[label] += 1
    }
    return sorted
  }

  /// Those at even distances, `share` of all, and the others.
  private static func take(_ share: Double, of rows: [Int]) -> (taken: [Int], others: [Int]) {
    func quota(_ index: Int) -> Int { Int((Double(index) * share).rounded()) }
    var (taken, others): ([Int], [Int]) = ([], [])
    for (index, row) in rows.enumerated() {
      if quota(index + 1) > quota(index) { taken.append(row) } else { others.append(row) }
    }
    return (taken, others)
  }
}
