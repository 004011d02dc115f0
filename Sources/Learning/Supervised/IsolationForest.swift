import BLASBridge
import Foundation
import Randomness
import Settings
import Telemetry

/// An isolation forest (Liu, Ting & Zhou 2008): rows that random splits soon leave alone are outliers. Names, defaults and
/// scores are scikit-learn's.
package struct IsolationForest: Configurable {
  package var trees = 100
  package var samples = 256
  /// The share of training rows that are outliers; nil for those that score below −0.5.
  package var contamination: Double?
  package init() {}

  package static let hyperparameters: [Hyperparameter<IsolationForest>] = [
    .integer("n_estimators", \.trees, .atLeast(1, limit: 1_000_000), "trees"),
    .integer("max_samples", \.samples, .atLeast(2, limit: 1 << 20), "rows drawn for each tree, at most"),
    .optionalNumber(
      "contamination", \.contamination, .unit,
      "share of the training rows that are outliers, at most 0.5; null: those that score below -0.5"),
  ]

  /// Fits rows `[n, d]`. Traps without a row.
  package func fit(_ x: Matrix<Float>, seed: UInt64) -> IsolationForestModel {
    require(x.rows > 0, "an isolation forest needs rows")
    let root = SeedSequence(seed).child(named: "isolation forest")
    let size = min(samples, x.rows)
    var nodes = IsolationForestModel.Nodes()
    for tree in 0..<trees {
      var generator = CounterGenerator(root.child(UInt32(tree)))
      var rows = sample(size, of: x.rows, using: &generator)
      nodes.roots.append(nodes.features.count)
      nodes.appendLeaf()
      let limit = Int(log2(Double(max(2, size))).rounded(.up))
      grow(nodes.features.count - 1, &rows, 0..<size, depth: 0, limit, x, &generator, &nodes)
    }
    let model = IsolationForestModel(features: x.columns, samples: size, offset: -0.5, nodes: nodes)
    guard let contamination else { return model }
    let scores = model.scores(x).sorted()
    let place = min(contamination, 0.5) * Double(scores.count - 1)
    let (low, share) = (Int(place), place - place.rounded(.down))
    let offset = scores[low] + share * (scores[min(low + 1, scores.count - 1)] - scores[low])
    return IsolationForestModel(features: x.columns, samples: size, offset: offset, nodes: nodes)
  }

  /// Different rows, by Floyd's algorithm.
  private func sample(_ size: Int, of count: Int, using generator: inout CounterGenerator) -> [Int32] {
    var (chosen, rows): (Set<Int>, [Int32]) = ([], [])
    for last in count - size..<count {
      let drawn = generator.integer(below: last + 1)
      let row = chosen.insert(drawn).inserted ? drawn : last
      chosen.insert(row)
      rows.append(Int32(row))
    }
    return rows
  }

  /// Splits a leaf at a threshold drawn between the least and the greatest value of a feature that is drawn, too.
  private func grow(
    _ node: Int, _ rows: inout [Int32], _ range: Range<Int>, depth: Int, _ limit: Int, _ x: Matrix<Float>,
    _ generator: inout CounterGenerator, _ nodes: inout IsolationForestModel.Nodes
  ) {
    func end() { nodes.lengths[node] = Double(depth) + IsolationForestModel.averageLength(range.count) }
    guard range.count > 1, depth < limit else { return end() }
    // Features without a difference among these rows are drawn in vain; each is tried once.
    var untried = Array(0..<x.columns)
    while !untried.isEmpty {
      let place = generator.integer(below: untried.count)
      let feature = untried[place]
      untried.swapAt(place, untried.count - 1)
      untried.removeLast()
      var (least, greatest) = (Float.infinity, -Float.infinity)
      for index in range {
        let value = x[Int(rows[index]), feature]
        (least, greatest) = (min(least, value), max(greatest, value))
      }
      guard least < greatest else { continue }
      let share = generator.uniformDouble()
      var threshold = Float(Double(least) + share * (Double(greatest) - Double(least)))
      // Rounding must leave a row on either side.
      if threshold >= greatest { threshold = least }
      var middle = range.lowerBound
      for index in range where x[Int(rows[index]), feature] <= threshold {
        rows.swapAt(index, middle)
        middle += 1
      }
      let left = nodes.features.count
      (nodes.features[node], nodes.thresholds[node], nodes.lefts[node]) = (Int32(feature), threshold, Int32(left))
      nodes.appendLeaf()
      nodes.appendLeaf()
      grow(left, &rows, range.lowerBound..<middle, depth: depth + 1, limit, x, &generator, &nodes)
      grow(left + 1, &rows, middle..<range.upperBound, depth: depth + 1, limit, x, &generator, &nodes)
      return
    }
    end()
  }
}

/// The trees of an isolation forest.
package struct IsolationForestModel: Sendable {
  /// All trees' nodes; the right child follows the left one.
  package struct Nodes: Hashable, Sendable {
    var roots: [Int] = []
    /// −1 for a leaf.
    var features: [Int32] = []
    var thresholds: [Float] = []
    var lefts: [Int32] = []
    /// Of leaves: what the path to one of its rows would be.
    var lengths: [Double] = []

    mutating func appendLeaf() {
      features.append(-1)
      thresholds.append(0)
      lefts.append(0)
      lengths.append(0)
    }
  }

  package let features: Int
  /// Rows that each tree was grown on.
  package let samples: Int
  /// Rows that score below this are outliers.
  package let offset: Double
  let nodes: Nodes

  init(features: Int, samples: Int, offset: Double, nodes: Nodes) {
    (self.features, self.samples, self.offset, self.nodes) = (features, samples, offset, nodes)
  }

  /// scikit-learn's `score_samples` of rows `[n, d]`: −1 for rows alone at once, about −0.5 for those like all others. Traps
  /// where the rows have another width.
  package func scores(_ x: Matrix<Float>) -> [Double] {
    require(x.columns == features, "rows of \(x.columns) for a forest of \(features) features")
    var sums = [Double](repeating: 0, count: x.rows)
    nodes.features.withUnsafeBufferPointer { features in
      nodes.thresholds.withUnsafeBufferPointer { thresholds in
        nodes.lefts.withUnsafeBufferPointer { lefts in
          nodes.lengths.withUnsafeBufferPointer { lengths in
            RowBlocks.forEach(x.rows, size: 1_024) { range in
              for root in nodes.roots {
                for row in range {
                  let values = x.base + row * x.stride
                  var node = root
                  while features[node] >= 0 {
                    node = Int(lefts[node]) + (values[Int(features[node])] <= thresholds[node] ? 0 : 1)
                  }
                  sums[row] += lengths[node]
                }
              }
            }
          }
        }
      }
    }
    // Trees of one row isolate nothing.
    let usual = max(Self.averageLength(samples), .leastNormalMagnitude)
    return sums.map { samples > 1 ? -exp2(-$0 / Double(nodes.roots.count) / usual) : -0.5 }
  }

  /// The average path to a row in a tree of so many rows, where they all differ: that of an unsuccessful search.
  static func averageLength(_ rows: Int) -> Double {
    if rows <= 1 { return 0 }
    if rows == 2 { return 1 }
    let euler = 0.577_215_664_901_532_9
    return 2 * (log(Double(rows - 1)) + euler) - 2 * Double(rows - 1) / Double(rows)
  }

  package func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("isolation.roots", nodes.roots)
    checkpoint.set("isolation.features", nodes.features.map(Int.init))
    checkpoint.set("isolation.thresholds", nodes.thresholds)
    checkpoint.set("isolation.lefts", nodes.lefts.map(Int.init))
    checkpoint.set("isolation.lengths", nodes.lengths)
    checkpoint.set("isolation.offset", [offset])
    checkpoint.set("isolation.sizes", [features, samples])
  }

  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  package init(from checkpoint: Checkpoint) throws {
    let sizes = try checkpoint.integers("isolation.sizes", count: 2)
    var nodes = Nodes()
    nodes.roots = try checkpoint.integers("isolation.roots")
    nodes.thresholds = try checkpoint.floats("isolation.thresholds")
    let count = nodes.thresholds.count
    nodes.lengths = try checkpoint.doubles("isolation.lengths", count: count)
    let splits = try checkpoint.integers("isolation.features", count: count)
    let lefts = try checkpoint.integers("isolation.lefts", count: count)
    // A child comes after its parent, so that every way ends.
    let fits =
      !nodes.roots.isEmpty && nodes.roots.allSatisfy { (0..<count).contains($0) }
      && splits.indices.allSatisfy { node in
        splits[node] == -1 || (0..<sizes[0]).contains(splits[node]) && lefts[node] > node && lefts[node] < count - 1
      }
    guard fits, sizes[1] > 0 else { throw CheckpointError("the checkpoint's isolation forest is damaged") }
    nodes.features = splits.map { Int32($0) }
    nodes.lefts = lefts.map { Int32(truncatingIfNeeded: $0) }
    self.init(
      features: sizes[0], samples: sizes[1], offset: try checkpoint.doubles("isolation.offset", count: 1)[0],
      nodes: nodes)
  }
}

extension IsolationForest: SupervisedModel {
  /// Trees of twice as many nodes as rows.
  package func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    MemoryEstimate(
      floats: Double(trees) * 2 * Double(min(samples, max(1, rows))) * 5, lower: "n_estimators or max_samples")
  }
}
