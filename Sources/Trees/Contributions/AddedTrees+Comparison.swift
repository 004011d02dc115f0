import CKernels
import Datasets

extension AddedTrees {
  /// Shapley values where a feature that is not known is taken from each of the background rows (Lundberg et al. 2020,
  /// "interventional"), exact. The expected outputs are the background rows' mean.
  ///
  /// Traps where there are other columns than were fitted, or no background row.
  package func contributions(of columns: FeatureColumns, against background: FeatureColumns) -> FeatureContributions {
    precondition(columns.columns.count == features, "\(columns.columns.count) columns for trees of \(features)")
    precondition(
      background.columns.count == features && background.rows > 0, "no background row of \(features) columns")
    let asked = askedFeatures
    let places = places(of: asked)
    var result = FeatureContributions(outputs: outputs, features: features, rows: columns.rows, expected: initial)
    let (rows, others) = (RowBlock(asked, rows: columns.rows), RowBlock(asked, rows: background.rows))
    _ = rows.take(columns, from: 0, count: columns.rows)
    _ = others.take(background, from: 0, count: background.rows)
    let share = 1 / Double(background.rows)
    // [outputs][rows][features]
    var sums = [Double](repeating: 0, count: outputs * columns.rows * asked.count)
    var taken = [UInt8](repeating: 0, count: asked.count)
    for (number, tree) in trees.enumerated() {
      let values = leafValues(of: number)
      guard !tree.nodes.isEmpty else {
        for (output, leaves) in values { result.expected[output] += leaves[0] }
        continue
      }
      let questions = TreeQuestions(tree, places: places)
      let (own, their) = (questions.answers(of: rows), questions.answers(of: others))
      let compared = ComparedTree(tree, places: places)
      let otherLeaves = (0..<background.rows).map { other in
        tree.leaf(answers: their[(other * tree.nodes.count)..<((other + 1) * tree.nodes.count)])
      }
      for (output, leaves) in values {
        result.expected[output] += otherLeaves.reduce(0) { $0 + leaves[$1] } * share
        let scaled = leaves.map { $0 * share }
        sums.withUnsafeMutableBufferPointer { sums in
          compared.add(
            scaled, own, rows: columns.rows, their, others: background.rows, taken: &taken,
            to: sums.baseAddress! + output * columns.rows * asked.count)
        }
      }
    }
    for output in 0..<outputs {
      for row in 0..<columns.rows {
        for (place, feature) in asked.enumerated() {
          result[output, feature, row] = sums[(output * columns.rows + row) * asked.count + place]
        }
      }
    }
    return result
  }
}

extension TreeQuestions {
  /// `[rows, nodes]`, 1 for yes.
  fileprivate func answers(of rows: RowBlock) -> [UInt8] {
    let groups = rows.stride / RowBlock.lanes
    var bits = [UInt8](repeating: 0, count: count * groups)
    answers(rows.values, stride: rows.stride, groups: groups, into: &bits)
    var answers = [UInt8](repeating: 0, count: rows.stride * count)
    for node in 0..<count {
      for row in 0..<rows.stride {
        answers[row * count + node] = bits[node * groups + row / RowBlock.lanes] >> UInt8(row % RowBlock.lanes) & 1
      }
    }
    return answers
  }
}

extension DecisionTree {
  /// The leaf of a row that answers the nodes' questions so.
  fileprivate func leaf(answers: ArraySlice<UInt8>) -> Int {
    var place = 0
    while place >= 0 { place = answers[answers.startIndex + place] == 1 ? nodes[place].left : nodes[place].right }
    return ~place
  }
}

/// A tree as the kernel reads it that compares two rows.
private struct ComparedTree {
  let features: [Int32]
  let children: [Int32]
  let weights: [Double]
  let side: Int

  init(_ tree: DecisionTree, places: [Int]) {
    features = tree.nodes.map { Int32(places[$0.feature]) }
    children = tree.nodes.flatMap { [Int32($0.left), Int32($0.right)] }
    let side = min(tree.depth, Set(features).count) + 1
    var weights = [Double](repeating: 0, count: side * side)
    // (p - 1)! n! / (p + n)!, from that of n - 1
    for p in 1..<side {
      weights[p * side] = 1 / Double(p)
      for n in stride(from: 1, to: side, by: 1) {
        weights[p * side + n] = weights[p * side + n - 1] * Double(n) / Double(p + n)
      }
    }
    (self.weights, self.side) = (weights, side)
  }

  /// Adds the sums over all background rows to `out` `[rows, features]`; `taken` has a 0 for each feature.
  func add(
    _ values: [Double], _ answers: UnsafePointer<UInt8>, rows: Int, _ otherAnswers: UnsafePointer<UInt8>, others: Int,
    taken: inout [UInt8], to out: UnsafeMutablePointer<Double>
  ) {
    let (nodes, width) = (features.count, taken.count)
    features.withUnsafeBufferPointer { features in
      children.withUnsafeBufferPointer { children in
        values.withUnsafeBufferPointer { values in
          weights.withUnsafeBufferPointer { weights in
            var tree = RLComparedTree(
              features: features.baseAddress, children: children.baseAddress, values: values.baseAddress,
              weights: weights.baseAddress, side: side)
            for row in 0..<rows {
              for other in 0..<others {
                rl_tree_comparison(
                  &tree, answers + row * nodes, otherAnswers + other * nodes, &taken, out + row * width)
              }
            }
          }
        }
      }
    }
  }
}
