import BLASBridge
import Datasets
import Learning
import Models
import Synchronization

/// A forest that predicts. What makes many predictions fast is prepared when the first are asked for.
package final class FittedForest: FittedModel, Sendable {
  let forest: Forest
  private let prepared = Mutex<CodedTrees?>(nil)
  private let preparedLeaves = Mutex<CodedTrees?>(nil)

  init(_ forest: Forest) { self.forest = forest }

  package var features: Int { forest.features }
  package func save(into checkpoint: inout Checkpoint) { forest.save(into: &checkpoint) }
  package func outputs(of rows: Features) -> Matrix<Float> {
    forest.quantiles.map { quantiles($0, of: rows) } ?? outputs(rows.columns)
  }

  /// `[n, outputs]` of n rows. Traps where there are other columns than were fitted.
  func outputs(_ columns: FeatureColumns) -> Matrix<Float> {
    precondition(
      columns.columns.count == forest.features, "\(columns.columns.count) columns for trees of \(forest.features)")
    let coded = prepared.withLock { prepared in
      if prepared == nil { prepared = CodedTrees(walked(numbered: forest.isSparse)) }
      return prepared!
    }
    let (width, trees) = (forest.isSparse ? forest.outputCount : 1, forest.trees.count)
    let result = Matrix<Float>(rows: columns.rows, columns: forest.outputCount)
    var sums = [Double](repeating: 0, count: width)
    coded.withScores(of: columns) { start, count, scores, stride in
      for row in 0..<count {
        for index in sums.indices { sums[index] = 0 }
        if forest.isSparse {
          for (number, tree) in forest.trees.enumerated() {
            tree.add(Int(scores[number * stride + row]), to: &sums, isSparse: true)
          }
        } else {
          sums[0] = scores[row]
        }
        forest.outputs(sums, trees: Double(trees), into: result.base + (start + row) * result.stride)
      }
    }
    return result
  }

  /// A score for each tree, the number of a row's leaf.
  var leaves: CodedTrees {
    preparedLeaves.withLock { prepared in
      if prepared == nil { prepared = CodedTrees(walked(numbered: true)) }
      return prepared!
    }
  }

  /// The trees as boosted ones, which add up values; or `numbered`, with a score for each tree, the number of its leaf.
  private func walked(numbered: Bool) -> BoostedTrees {
    var trees = forest.trees.map(\.tree)
    if numbered {
      for index in trees.indices {
        for leaf in trees[index].leaves.indices { trees[index].leaves[leaf].value = Double(leaf) }
      }
    }
    return BoostedTrees(
      objective: ObjectiveRecord(.regression), features: forest.features,
      initialScores: [Double](repeating: 0, count: numbered ? max(1, trees.count) : 1), trees: trees)
  }
}
