import Datasets

extension AddedTrees {
  /// The features that some tree asks for.
  var askedFeatures: [Int] {
    let asked = splits
    return (0..<features).filter { asked[$0] > 0 }
  }

  /// The places of `asked` features among all; 0 elsewhere.
  func places(of asked: [Int]) -> [Int] {
    var places = [Int](repeating: 0, count: features)
    for (place, feature) in asked.enumerated() { places[feature] = place }
    return places
  }

  /// The outputs where nothing is known of a row: of each tree the mean over the rows that it was fitted to.
  package var expected: [Double] {
    let places = places(of: askedFeatures)
    var expected = initial
    for (number, tree) in trees.enumerated() {
      let explained = tree.nodes.isEmpty ? nil : ExplainedTree(tree, weighsRows: weighsRows, places: places)
      for (output, leaves) in leafValues(of: number) { expected[output] += explained?.expected(leaves) ?? leaves[0] }
    }
    return expected
  }

  /// Shapley values where a feature that is not known goes each way as often as in the training rows (Lundberg et al. 2018,
  /// "path dependent"), exact.
  ///
  /// Traps where there are other columns than were fitted.
  package func contributions(of columns: FeatureColumns) -> FeatureContributions {
    precondition(columns.columns.count == features, "\(columns.columns.count) columns for trees of \(features)")
    let asked = askedFeatures
    let places = places(of: asked)
    var result = FeatureContributions(outputs: outputs, features: features, rows: columns.rows, expected: initial)
    let block = min(Self.block(features: asked.count), max(1, columns.rows))
    let rows = RowBlock(asked, rows: block)
    let mostNodes = trees.map(\.nodes.count).max() ?? 0
    var answers = [UInt8](repeating: 0, count: mostNodes * (rows.stride / RowBlock.lanes))
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: max(1, outputs * asked.count * rows.stride))
    defer { sums.deallocate() }
    for start in stride(from: 0, to: max(1, columns.rows), by: block) {
      let count = min(block, columns.rows - start)
      let groups = rows.take(columns, from: start, count: count)
      sums.initialize(repeating: 0, count: outputs * asked.count * rows.stride)
      for (number, tree) in trees.enumerated() {
        let values = leafValues(of: number)
        guard !tree.nodes.isEmpty else {
          if start == 0 { for (output, leaves) in values { result.expected[output] += leaves[0] } }
          continue
        }
        TreeQuestions(tree, places: places).answers(rows.values, stride: rows.stride, groups: groups, into: &answers)
        var explained = ExplainedTree(tree, weighsRows: weighsRows, places: places)
        for (output, leaves) in values {
          if start == 0 { result.expected[output] += explained.expected(leaves) }
          explained.add(
            leaves, answers, groups: groups, to: sums + output * asked.count * rows.stride, stride: rows.stride)
        }
      }
      result.take(sums, of: asked, stride: rows.stride, rows: start..<start + count)
    }
    return result
  }

  /// Rows whose values and sums stay in the nearer caches.
  private static func block(features: Int) -> Int { min(1024, max(64, 65536 / max(1, features) / 8 * 8)) }
}

extension FeatureContributions {
  /// Takes the values of some rows and features `[outputs, features, stride]`.
  mutating func take(_ sums: UnsafePointer<Double>, of asked: [Int], stride: Int, rows: Range<Int>) {
    for output in 0..<outputs {
      for (place, feature) in asked.enumerated() {
        let own = sums + (output * asked.count + place) * stride
        let start = (output * features + feature) * self.rows + rows.lowerBound
        for row in 0..<rows.count { values[start + row] = own[row] }
      }
    }
  }
}
