import CKernels
import Datasets

/// Trees over codes of features instead of their values: every question is whether a code lies in an interval.
final class CodedTrees: Sendable {
  private let trees: BoostedTrees
  /// Of the features that some tree asks for; nil where a byte is too small for the values that are told apart.
  private let features: [FeatureCodes]?
  /// Of all trees, one after the other.
  private let nodes: [RLTreeNode]
  private let values: [Double]
  private let roots: [Int32]
  /// Of the trees that have them.
  private let sieves: [TreeSieve?]
  private let areAllSieves: Bool

  /// Rows scored together, a multiple of what a sieve asks at once: their codes stay in the cache; and where trees are large, so
  /// does a tree for many rows.
  private var mostRows: Int { areAllSieves ? 256 : 4096 }

  init(_ trees: BoostedTrees) {
    self.trees = trees
    var questions = [[DecisionTree.Question]](repeating: [], count: trees.features)
    for tree in trees.trees { for node in tree.nodes { questions[node.feature].append(node.question) } }
    let asked = questions.indices.filter { !questions[$0].isEmpty }
    let codes = asked.compactMap { FeatureCodes($0, questions[$0]) }
    guard codes.count == asked.count, asked.count <= Int(UInt16.max) else {
      (features, nodes, values, roots, sieves, areAllSieves) = (nil, [], [], [], [], false)
      return
    }
    features = codes
    var places = [Int](repeating: -1, count: trees.features)
    for (place, feature) in asked.enumerated() { places[feature] = place }
    var walk = TreeWalk()
    roots = trees.trees.map { walk.add($0, codes, places) }
    (nodes, values) = (walk.nodes, walk.values)
    sieves = trees.trees.map { TreeSieve($0, codes, places) }
    areAllSieves = sieves.allSatisfy { $0 != nil }
  }

  /// Hands on the scores `[scores][stride]` of `count` rows from `start` on, block by block.
  func withScores(
    of columns: FeatureColumns,
    _ body: (_ start: Int, _ count: Int, _ scores: UnsafePointer<Double>, _ stride: Int) -> Void
  ) {
    guard let features else { return withPlainScores(of: columns, body) }
    // Sieves pay where many rows go through them.
    if columns.rows < 16 { return withScoresOfFew(columns, features, body) }
    let (perRow, block) = (trees.initialScores.count, min(mostRows, (columns.rows + 63) / 64 * 64))
    let stride = (features.count + 7) / 8 * 8
    var scores = [Double](repeating: 0, count: perRow * block)
    var codes = [UInt8](repeating: 0, count: features.count * block)
    var rows = [UInt8](repeating: 0, count: areAllSieves ? 0 : stride * block)
    for start in Swift.stride(from: 0, to: columns.rows, by: block) {
      let count = min(block, columns.rows - start)
      codes.withUnsafeMutableBufferPointer { codes in
        for (index, feature) in features.enumerated() {
          feature.encode(
            columns.columns[feature.feature], from: start, count: count, into: codes.baseAddress! + index * block)
        }
      }
      if !areAllSieves { rl_tree_interleave(codes, block, features.count, &rows, stride, count) }
      scores.withUnsafeMutableBufferPointer { scores in
        for index in 0..<perRow {
          (scores.baseAddress! + index * block).update(repeating: trees.initialScores[index], count: block)
        }
        for number in roots.indices {
          let own = scores.baseAddress! + number % perRow * block
          if let sieve = sieves[number] {
            rl_tree_sieve(sieve.intervals, sieve.intervals.count, sieve.values, codes, block, count, own)
          } else {
            rl_tree_walk(nodes, roots[number], values, rows, stride, count, own)
          }
        }
      }
      body(start, count, scores, block)
    }
  }

  private func withScoresOfFew(
    _ columns: FeatureColumns, _ features: [FeatureCodes],
    _ body: (_ start: Int, _ count: Int, _ scores: UnsafePointer<Double>, _ stride: Int) -> Void
  ) {
    let perRow = trees.initialScores.count
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, features.count)) { codes in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: roots.count + perRow) { found in
        let scores = found.baseAddress! + roots.count
        for row in 0..<columns.rows {
          for (index, feature) in features.enumerated() {
            feature.encode(columns.columns[feature.feature], from: row, count: 1, into: codes.baseAddress! + index)
          }
          rl_tree_walk_all(nodes, roots, roots.count, values, codes.baseAddress!, found.baseAddress!)
          for index in 0..<perRow { scores[index] = trees.initialScores[index] }
          var index = 0
          for number in 0..<roots.count {
            scores[index] += found[number]
            index = index + 1 == perRow ? 0 : index + 1
          }
          body(row, 1, scores, 1)
        }
      }
    }
  }

  private func withPlainScores(
    of columns: FeatureColumns,
    _ body: (_ start: Int, _ count: Int, _ scores: UnsafePointer<Double>, _ stride: Int) -> Void
  ) {
    for row in 0..<columns.rows { body(row, 1, trees.scores { columns.columns[$0].number(row) }, 1) }
  }
}
