import Randomness

/// Rows divided into k folds for cross-validation, with scikit-learn's fold sizes. Use it for your own loops; each fold is
/// tested once by what the other rows have trained.
///
///     let folds = Folds(count: 10, k: 3)
///     print(folds.parts.map(\.test))  // [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]]
package struct Folds: Hashable, Sendable {
  /// Rows to train on and rows to test on, both in ascending order.
  package struct Part: Hashable, Sendable {
    package let training: [Int]
    package let test: [Int]
  }

  package let parts: [Part]

  /// k folds of neighbouring rows, or of random ones with a seed; the first n mod k folds have one row more (`KFold`).
  ///
  /// Traps unless 2 ≤ k ≤ count.
  package init(count: Int, k: Int, seed: UInt64? = nil) {
    Self.require(k, of: count)
    let order = seed.map { Self.shuffled(count, seed: $0) } ?? Array(0..<count)
    var folds = [Int](repeating: 0, count: count)
    var place = 0
    for fold in 0..<k {
      let size = count / k + (fold < count % k ? 1 : 0)
      for row in order[place..<place + size] { folds[row] = fold }
      place += size
    }
    self.init(folds, k: k)
  }

  /// k folds that have each class, an index for each row, in its proportion to within one row (`StratifiedKFold`); with a
  /// seed its rows are dealt at random.
  ///
  /// Traps unless 2 ≤ k ≤ count.
  package init(strata: [Int], k: Int, seed: UInt64? = nil) {
    Self.require(k, of: strata.count)
    // Classes are numbered as they first appear.
    var numbers: [Int: Int] = [:]
    for stratum in strata where numbers[stratum] == nil { numbers[stratum] = numbers.count }
    let classes = strata.map { numbers[$0]! }
    // Every kth row of the rows sorted by class says how many of each class a fold has.
    var allocation = [[Int]](repeating: [Int](repeating: 0, count: numbers.count), count: k)
    for (place, stratum) in classes.sorted().enumerated() { allocation[place % k][stratum] += 1 }
    var folds = [Int](repeating: 0, count: strata.count)
    let members = Dictionary(grouping: classes.indices) { classes[$0] }
    for stratum in 0..<numbers.count {
      let rows = members[stratum]!
      var labels = (0..<k).flatMap { fold in [Int](repeating: fold, count: allocation[fold][stratum]) }
      if let seed { labels = Self.shuffled(labels.count, seed: seed, stratum: stratum).map { labels[$0] } }
      for (row, fold) in zip(rows, labels) { folds[row] = fold }
    }
    self.init(folds, k: k)
  }

  /// k folds in which no group, a number for each row, is parted: groups go by size, the largest first, to the fold with
  /// the fewest rows (`GroupKFold`); with a seed, groups are dealt to folds at random.
  ///
  /// Traps unless 2 ≤ k ≤ the number of groups.
  package init(groups: [Int], k: Int, seed: UInt64? = nil) {
    let members = Dictionary(grouping: groups.indices) { groups[$0] }
    let keys = members.keys.sorted()
    Self.require(k, of: keys.count)
    var folds = [Int](repeating: 0, count: groups.count)
    func put(_ key: Int, _ fold: Int) { for row in members[key]! { folds[row] = fold } }
    if let seed {
      let byGroup = Folds(count: keys.count, k: k, seed: seed)
      for (fold, part) in byGroup.parts.enumerated() { for group in part.test { put(keys[group], fold) } }
    } else {
      var sizes = [Int](repeating: 0, count: k)
      // The largest first, of equals the last.
      for place in keys.indices.sorted(by: { (members[keys[$0]]!.count, $0) > (members[keys[$1]]!.count, $1) }) {
        let fold = sizes.indices.min { (sizes[$0], $0) < (sizes[$1], $1) }!
        put(keys[place], fold)
        sizes[fold] += members[keys[place]]!.count
      }
    }
    self.init(folds, k: k)
  }

  /// k tests on later and later rows, each trained on all rows before (`TimeSeriesSplit`); `times` orders the rows, equal
  /// ones stay in order. Rows without a time (NaN) are in no part.
  ///
  /// Traps unless 1 ≤ k < the number of rows with a time.
  package init(times: [Double], k: Int) {
    let order = Self.ordered(times)
    precondition(k >= 1 && k < order.count, "\(order.count) rows do not make \(k) tests in time")
    let size = order.count / (k + 1)
    parts = (0..<k).map { fold in
      let start = order.count - (k - fold) * size
      return Part(training: order[..<start].sorted(), test: order[start..<start + size].sorted())
    }
  }

  /// The seed of the folds of a repeat, the first of which is 0 and has the seed itself.
  package static func seed(_ seed: UInt64, ofRepeat number: Int) -> UInt64 {
    number == 0
      ? seed : SeedSequence(seed).child(named: "repeat").child(UInt32(truncatingIfNeeded: number)).longWords(1)[0]
  }

  private init(_ folds: [Int], k: Int) {
    parts = (0..<k).map { fold in
      Part(training: folds.indices.filter { folds[$0] != fold }, test: folds.indices.filter { folds[$0] == fold })
    }
  }

  private static func require(_ k: Int, of count: Int) {
    precondition(k >= 2 && k <= count, "\(count) rows or groups do not make \(k) folds")
  }

  private static func shuffled(_ count: Int, seed: UInt64, stratum: Int = 0) -> [Int] {
    var generator = CounterGenerator(
      SeedSequence(seed).child(named: "folds").child(UInt32(truncatingIfNeeded: stratum)))
    var order = (0..<count).map { Int32($0) }
    var span = order.mutableSpan
    generator.shuffle(&span)
    return order.map { Int($0) }
  }

  /// The rows that have a time, by their times.
  static func ordered(_ times: [Double]) -> [Int] {
    times.indices.filter { !times[$0].isNaN }.sorted { (times[$0], $0) < (times[$1], $1) }
  }
}

extension Split {
  /// Divides rows by time: the last are for the test, those before for validation, the first for training; a part's size is
  /// its share rounded. Rows of equal time stay in order; rows without a time (NaN) are in no part.
  ///
  /// Traps unless both shares are at least 0 and sum to less than 1.
  package init(times: [Double], validation: Double, test: Double = 0) {
    precondition(
      validation >= 0 && test >= 0 && validation + test < 1,
      "shares of \(validation) for validation and \(test) for the test leave nothing to train on")
    let order = Folds.ordered(times)
    let tested = Int((Double(order.count) * test).rounded())
    let validated = min(order.count - tested, Int((Double(order.count) * validation).rounded()))
    let (first, second) = (order.count - tested - validated, order.count - tested)
    self.init(
      training: order[..<first].sorted(), validation: order[first..<second].sorted(), test: order[second...].sorted())
  }
}
