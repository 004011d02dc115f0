import BLASBridge
import Datasets
import Models

/// The rows of a table of which a model is asked again and again, each time with the values of one column in another order: the
/// features of all other columns are made once.
package struct ShuffledRows {
  private let predictor: Predictor
  private let table: Table
  /// Of each group of models; nil where a pipeline makes other columns of a column.
  private let features: [Features?]

  package init(_ table: Table, of predictor: Predictor) throws(DatasetError) {
    (self.predictor, self.table) = (predictor, table)
    var all: [Features?] = []
    for (group, places) in predictor.ensemble.groups.enumerated() {
      let isPlain = predictor.ensemble.members[places[0]].model.preparation == nil
      all.append(isPlain ? try predictor.ensemble.features(of: table, group) : nil)
    }
    features = all
  }

  /// What the models say of the rows where the column has the value of row `order[i]` in row i, with calibrated probabilities:
  /// `[rows, outputs]`.
  package func outputs(shuffling column: String, _ order: [Int]) throws(DatasetError) -> Matrix<Float> {
    let ensemble = predictor.ensemble
    var shuffled: Table?
    let outputs = try ensemble.outputs(rows: table.rowCount) { group throws(DatasetError) in
      let model = ensemble.members[ensemble.groups[group][0]].model
      if let own = features[group]?.shuffling(model.preprocessing, column, order) { return own }
      if shuffled == nil { shuffled = try table.replacing([column: table.column(column).rows(order)]) }
      return try ensemble.features(of: shuffled!, group)
    }
    return predictor.calibrated(outputs)
  }
}

extension Features {
  /// With the features of a column in another order; nil where that is not to be had from the features alone.
  fileprivate func shuffling(_ preprocessing: Preprocessing, _ column: String, _ order: [Int]) -> Features? {
    var start = 0
    guard
      let place = preprocessing.columns.firstIndex(where: { encoded in
        if encoded.name == column { return true }
        start += encoded.encoding.width
        return false
      })
    else { return preprocessing.sparse == nil ? self : nil }
    let own = start..<start + preprocessing.columns[place].encoding.width
    switch self {
    case .scaled(let before):
      let matrix = Matrix(rows: before.rows, columns: before.columns, before.elements)
      for row in 0..<matrix.rows { for feature in own { matrix[row, feature] = before[order[row], feature] } }
      return .scaled(matrix)
    case .columns(let columns):
      let values = columns.columns.enumerated().map { place, values in
        own.contains(place) ? values.rows(order) : values
      }
      return .columns(FeatureColumns(rows: columns.rows, columns: values))
    case .sparse: return nil
    }
  }
}

extension FeatureColumns.Values {
  fileprivate func rows(_ order: [Int]) -> Self {
    switch self {
    case .numbers(let numbers): .numbers(order.map { numbers[$0] })
    case .codes(let codes, let levels): .codes(order.map { codes[$0] }, levels: levels)
    }
  }
}
