import CKernels
import Datasets

/// Trees over codes of features instead of their values: every question is whether a bit is set.
final class CodedTrees: Sendable {
  private let trees: BoostedTrees
  /// Of the features that some tree asks for; nil where a byte is too small for one.
  private let features: [FeatureCodes]?
  private let forest: BinnedForest
  /// nil for a tree of more leaves than a word has bits.
  private let masked: [MaskedTree?]
  private let areAllMasked: Bool

  init(_ trees: BoostedTrees) {
    self.trees = trees
    var questions = [[DecisionTree.Question]](repeating: [], count: trees.features)
    for tree in trees.trees { for node in tree.nodes { questions[node.feature].append(node.question) } }
    let asked = questions.indices.filter { !questions[$0].isEmpty }
    let codes = asked.compactMap { FeatureCodes($0, questions[$0]) }
    features = codes.count == asked.count ? codes : nil
    guard codes.count == asked.count else {
      (forest, masked, areAllMasked) = (BinnedForest([]), [], true)
      return
    }
    let places = Dictionary(uniqueKeysWithValues: asked.enumerated().map { ($1, $0) })
    forest = BinnedForest(
      trees.trees.map { tree in
        var sets: [UInt8] = []
        for node in tree.nodes {
          codes[places[node.feature]!].add(node.question, to: &sets)
        }
        return BinnedForest.Tree(
          features: tree.nodes.map { Int32(places[$0.feature]!) }, sets: sets,
          children: tree.nodes.flatMap { [Int32($0.left), Int32($0.right)] }, values: tree.leaves.map(\.value))
      })
    masked = trees.trees.map { MaskedTree($0, codes, places) }
    areAllMasked = masked.allSatisfy { $0 != nil }
  }

  /// Hands on the scores `[scores][block]` of `count` rows from `start` on, block by block.
  func withScores(
    of columns: FeatureColumns, block: Int,
    _ body: (_ start: Int, _ count: Int, _ scores: UnsafePointer<Double>) -> Void
  ) {
    let perRow = trees.initialScores.count
    var scores = [Double](repeating: 0, count: perRow * block)
    let stride = ((features?.count ?? 0) + 7) / 8 * 8
    var codes = [UInt8](repeating: 0, count: (features?.count ?? 0) * block)
    var rows = [UInt8](repeating: 0, count: stride * block)
    for start in Swift.stride(from: 0, to: columns.rows, by: block) {
      let count = min(block, columns.rows - start)
      if let features {
        for index in 0..<perRow {
          for row in 0..<count { scores[index * block + row] = trees.initialScores[index] }
        }
        codes.withUnsafeMutableBufferPointer { codes in
          for (index, feature) in features.enumerated() {
            feature.encode(
              columns.columns[feature.feature], from: start, count: count, into: codes.baseAddress! + index * block)
          }
        }
        // Masks pay where many rows look them up.
        let isMasked = count >= 16
        if !isMasked || !areAllMasked {
          rl_tree_interleave(codes, block, features.count, &rows, stride, count)
        }
        scores.withUnsafeMutableBufferPointer { scores in
          for number in forest.trees.indices {
            let own = scores.baseAddress! + number % perRow * block
            if isMasked, let masked = masked[number] {
              masked.add(codes, block, count, to: own)
            } else {
              forest.add(number, rows, stride, count, to: own)
            }
          }
        }
      } else {
        for row in 0..<count {
          let own = trees.scores { columns.columns[$0].number(start + row) }
          for index in 0..<perRow { scores[index * block + row] = own[index] }
        }
      }
      body(start, count, scores)
    }
  }
}
