import BLASBridge
import DataVersions
import Datasets
import Learning
import Models
import Runs
import Settings
import Tracker

/// Rows that a model is explained on, as the model sees them.
package struct ExplainedRows {
  package let features: Features
  /// nil where the rows have no column of that name.
  package let target: SupervisedTarget?
  /// The rows that it was fitted to; nil where they are not known.
  package let training: Features?
  /// `validation rows of wine.csv`
  package let origin: String
  /// The columns of the data that a column which the pipeline makes is made of; none for a column that is as it was.
  package var sources: [String: [String]] = [:]
}

extension Predictor {
  /// Throws `ConfigurationError` where several models predict together.
  package func requireOneModel(toBe verb: String) throws(ConfigurationError) {
    guard ensemble.hasSeveral else { return }
    throw ConfigurationError(
      "\(ensemble.members.count) models predict together, and only a single one can be \(verb): fit one to all rows")
  }

  /// The first one.
  package var fittedModel: any FittedModel { model }

  /// The validation rows of the run that fitted the model, as `configuration` says, or the training rows where it has none.
  ///
  /// Throws `ConfigurationError` where the data are gone or have changed since.
  package static func explainedRows(
    ofRun run: String, _ configuration: FitConfiguration, in store: Store
  ) throws -> ExplainedRows {
    let record = try store.load(run)
    let (file, data): (DataFile, FitData)
    do {
      file = try configuration.data.read()
      data = try FitData(configuration, file, seed: record.description.seed)
    } catch let error as DataFileError {
      guard case .unreadable = error.reason else { throw error }
      throw ConfigurationError(
        "the data that run \(record.id) was fitted to are gone, '\(error.path)': name a file with rows to explain it on, "
          + "rlrun explain \(record.id) FILE")
    }
    let rows = data.validation ?? data.training
    try data.preprocessing.requireExplicable()
    var explained = ExplainedRows(
      features: try rows.features.dense(), target: configuration.target == nil ? nil : rows.target,
      training: try data.training.features.dense(),
      origin: "\(data.validation == nil ? "training" : "validation") rows of \(configuration.data.name)")
    explained.sources = data.preparation?.sources(of: data.preprocessing.columns.map(\.name), in: file.table) ?? [:]
    return explained
  }

  /// The rows of a file, or of a version of a data set of the store in the folder `store`.
  ///
  /// Throws `DataFileError` for a column that is not there or holds something else, `DataRepositoryError` for a version.
  package func explainedRows(at address: String, storeAt store: String) throws -> ExplainedRows {
    try preprocessing.requireExplicable()
    let name = preprocessing.target?.column
    let table = try table(at: address, storeAt: store, target: name)
    return try DataFileError.naming(address) {
      if table.rowCount == 0 { throw DatasetError.unsuitable("It has a header and no row") }
      let sources = preparation?.sources(of: preprocessing.columns.map(\.name), in: table) ?? [:]
      let judged = name.flatMap { try? table.column($0).rowsWithValue }
      // Without the target there is no score, but all else.
      guard let usable = judged, usable.count == table.rowCount else {
        return ExplainedRows(
          features: try Features(of: ensemble.first.prepared(table), preprocessing).dense(), target: nil, training: nil,
          origin: "rows of \(address)", sources: sources)
      }
      let (own, rows) = try preparation?.prepared(table, usable) ?? (table, usable)
      let known = try FitRows(own, rows, preprocessing, variance: nil)
      return ExplainedRows(
        features: try known.features.dense(), target: known.target, training: nil, origin: "rows of \(address)",
        sources: sources)
    }
  }
}

extension Preprocessing {
  /// Throws where features are terms of texts, which stand for no column.
  fileprivate func requireExplicable() throws(ConfigurationError) {
    guard let count = sparse?.names.count, count > 0 else { return }
    throw ConfigurationError(
      "the model has \(count) features of terms, which come from no column of numbers, categories or dates: only models "
        + "without a sparse step can be explained")
  }
}

extension Features {
  /// Scaled rows with all their zeros, where they were kept without. Throws where they are too many.
  fileprivate func dense() throws(ConfigurationError) -> Features {
    guard case .sparse(let sparse) = self else { return self }
    guard Double(sparse.rows) * Double(sparse.columns) <= 5e8 else {
      throw ConfigurationError(
        "the model has \(sparse.columns) features, too many to explain it on \(sparse.rows) rows: name a file with fewer rows"
      )
    }
    let matrix = Matrix<Float>(rows: sparse.rows, columns: sparse.columns)
    for row in 0..<sparse.rows {
      for (column, value) in sparse.row(row) { matrix[row, column] = Float(value) }
    }
    return .scaled(matrix)
  }
}
