import Settings

/// What a forest learns of each row.
struct ForestTarget {
  /// nil for numbers.
  let classes: Int?
  /// Numbers, or class indices as numbers.
  let values: [Float]
  /// nil where all count the same.
  let weights: [Float]?
  /// The rows' mean number, and their variance, 1 where it is 0; 0 and 1 for classes.
  let mean: Double
  let variance: Double
  /// The different numbers in ascending order, and the place of each row's among them; nil where leaves do not keep them.
  let distinct: [Float]?
  let ranks: [Int32]?

  init(_ values: [Float], classes: Int?, weights: [Float]?, keepsRanks: Bool = false) {
    (self.values, self.classes, self.weights) = (values, classes, weights)
    if keepsRanks, classes == nil {
      let sorted = Set(values).sorted()
      let places = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, Int32($0)) })
      (distinct, ranks) = (sorted, values.map { places[$0]! })
    } else {
      (distinct, ranks) = (nil, nil)
    }
    let rows = TargetRows(values, weights: weights)
    guard classes == nil, rows.totalWeight > 0 else {
      (mean, variance) = (0, 1)
      return
    }
    let mean = rows.mean
    let squares = values.indices.reduce(0.0) { sum, row in
      let distance = Double(values[row]) - mean
      return sum + rows.weight(row) * distance * distance
    }
    self.mean = mean
    variance = squares > 0 && squares.isFinite ? squares / rows.totalWeight : 1
  }

  var count: Int { values.count }
  func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

  /// Numbers for each row of votes: the mean, the share of the second class, or the shares of all of more classes.
  var width: Int { classes.map { $0 > 2 ? $0 : 1 } ?? 1 }
  var isSparse: Bool { width > 1 }
}

/// The share of each class in the leaves of a tree, where there are more than two, or of each number among the targets, where
/// they are kept: those that are not 0.
struct LeafShares: Hashable, Sendable {
  /// Leaf k has the entries from starts[k] to starts[k + 1].
  var starts: [Int] = [0]
  var classes: [Int32] = []
  var shares: [Float] = []

  mutating func add(_ sums: UnsafeBufferPointer<Double>, total: Double) {
    for (index, sum) in sums.enumerated() where sum > 0 {
      classes.append(Int32(index))
      shares.append(Float(sum / total))
    }
    starts.append(classes.count)
  }

  /// Of rows with these places of their numbers, and their weights.
  mutating func add(_ rows: [(place: Int32, weight: Double)], total: Double) {
    var last: (place: Int32, weight: Double)?
    func close(_ last: (place: Int32, weight: Double)?, _ shares: inout LeafShares) {
      guard let last, last.weight > 0 else { return }
      shares.classes.append(last.place)
      shares.shares.append(Float(last.weight / total))
    }
    for row in rows.sorted(by: { $0.place < $1.place }) {
      if last?.place == row.place {
        last!.weight += row.weight
      } else {
        close(last, &self)
        last = row
      }
    }
    close(last, &self)
    starts.append(classes.count)
  }
}

/// A tree of a forest. The value of a leaf is the mean number or the share of the second class of its rows.
struct ForestTree: Hashable, Sendable {
  var tree: DecisionTree
  /// Of more than two classes, and of kept targets.
  var shares = LeafShares()

  func add(_ leaf: Int, to sums: UnsafeMutablePointer<Double>, isSparse: Bool) {
    guard isSparse else {
      sums[0] += tree.leaves[leaf].value
      return
    }
    for entry in shares.starts[leaf]..<shares.starts[leaf + 1] {
      sums[Int(shares.classes[entry])] += Double(shares.shares[entry])
    }
  }
}
