import BLASBridge
import Datasets
import Models
import Trees

/// A fitted model with the columns that its features are made of, and what its outputs are called.
package struct ExplainedModel {
  package let model: any FittedModel
  package let columns: [SourceColumn]
  /// nil for numbers.
  package let classes: [String]?
  /// The column that is predicted.
  package let target: String

  package init(_ model: any FittedModel, columns: [SourceColumn], classes: [String]?, target: String) {
    (self.model, self.columns, self.classes, self.target) = (model, columns, classes, target)
  }

  /// The trees that it adds up; nil for other models.
  package var trees: AddedTrees? { (model as? any ModelOfTrees)?.addedTrees }

  /// The outputs that are explained: the second of two classes, each of more, or the number.
  package var outputs: [String] {
    guard let classes else { return [target] }
    return classes.count == 2 ? [classes[1]] : classes
  }

  /// Of predictions `[n, outputs]` of the model the columns that are explained.
  private var explainedColumns: Range<Int> {
    guard let classes else { return 0..<1 }
    return classes.count == 2 ? 1..<2 : 0..<classes.count
  }

  /// Probabilities of the explained classes, or the predicted numbers: `[rows][outputs]`.
  package func predictions(_ features: Features) -> [[Double]] {
    if features.rows == 0 { return [] }
    let outputs = model.outputs(of: features)
    return (0..<outputs.rows).map { row in explainedColumns.map { Double(outputs[row, $0]) } }
  }

  /// Sums what features have to columns `[columns]`.
  func summed(_ features: [Double]) -> [Double] {
    columns.map { $0.features.reduce(0) { $0 + features[$1] } }
  }
}
