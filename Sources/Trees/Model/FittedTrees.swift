import BLASBridge
import CKernels
import Datasets
import Learning
import Models
import Synchronization

/// Boosted trees that predict. What makes many predictions fast is prepared when the first are asked for.
package final class FittedTrees: FittedModel, Sendable {
  package let trees: BoostedTrees
  private let prepared = Mutex<CodedTrees?>(nil)

  package init(_ trees: BoostedTrees) { self.trees = trees }

  package var features: Int { trees.features }
  package func save(into checkpoint: inout Checkpoint) { trees.save(into: &checkpoint) }

  package func outputs(of rows: Features) -> Matrix<Float> { outputs(rows.columns) }

  /// `[n, outputs]` of n rows. Traps where there are other columns than were fitted.
  package func outputs(_ columns: FeatureColumns) -> Matrix<Float> {
    precondition(
      columns.columns.count == trees.features, "\(columns.columns.count) columns for trees of \(trees.features)")
    let coded = prepared.withLock { prepared in
      if prepared == nil { prepared = CodedTrees(trees) }
      return prepared!
    }
    let (objective, perRow) = (trees.objective.objective, trees.initialScores.count)
    let result = Matrix<Float>(rows: columns.rows, columns: objective.outputCount)
    var own = [Double](repeating: 0, count: perRow)
    coded.withScores(of: columns) { start, count, scores, stride in
      for row in 0..<count {
        for index in 0..<perRow { own[index] = scores[index * stride + row] }
        own.withUnsafeBufferPointer { objective.outputs($0, into: result.base + (start + row) * result.stride) }
      }
    }
    return result
  }
}

extension BoostedTrees {
  /// The scores of every row `[scores][rows]`, one row after another: slow, and plain.
  package func scores(of columns: FeatureColumns) -> [[Double]] {
    var result = [[Double]](repeating: [], count: initialScores.count)
    for row in 0..<columns.rows {
      for (index, score) in scores({ columns.columns[$0].number(row) }).enumerated() { result[index].append(score) }
    }
    return result
  }
}

extension FeatureColumns.Values {
  /// A number, or a code as one; NaN where it is missing.
  func number(_ row: Int) -> Double {
    switch self {
    case .numbers(let numbers): numbers[row]
    case .codes(let codes, _): codes[row] < 0 ? .nan : Double(codes[row])
    }
  }
}

extension FittedTrees: RankingModel {
  package var isRanking: Bool { trees.objective.choice == .lambdarank }

  package func gain(of relevances: [Float], scores: [Float], groups: [Int]) -> Double? {
    let rows = TargetRows(relevances, weights: nil, groups: groups)
    return LambdaRank.meanGain(rows, { Double(scores[$0]) }, at: trees.objective.truncation ?? 30)
  }
}
