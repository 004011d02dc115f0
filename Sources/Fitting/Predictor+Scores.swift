import BLASBridge
import DataVersions
import Datasets
import Models

extension Predictor {
  /// How well the model does on the rows of a file, or of a version of a data set of the store in the folder `store`, that have a
  /// value of its target; the others are left out.
  ///
  /// Throws `DataFileError` for a column that is not there or holds something else, `DataRepositoryError` for a version.
  package func scores(on address: String, storeAt store: String) throws -> (scores: FitScores, rows: Int) {
    let (judged, outputs) = try judged(on: address, storeAt: store)
    return (judged.scores(model, outputs: outputs), judged.count)
  }

  /// Whether each row is judged for itself; false for rankings, and for models that predict no column.
  var scoresAreOfRows: Bool { model.outputColumns == nil && (model as? any RankingModel)?.isRanking != true }

  /// The rows with a value of the target, and what the model says of them, with calibrated probabilities.
  func judged(on address: String, storeAt store: String) throws -> (rows: FitRows, outputs: Matrix<Float>) {
    let target = preprocessing.target?.column
    let queries = try queriesToJudge()
    let table = try table(at: address, storeAt: store, target: target, ids: Set([queries].compactMap { $0 }))
    return try DataFileError.naming(address) {
      let usable = try target.map { try table.column($0).rowsWithValue } ?? Array(0..<table.rowCount)
      if usable.isEmpty {
        throw DatasetError.unsuitable("there is no row with a value of '\(target ?? "")' to score the model on")
      }
      let (own, rows) = try preparation?.prepared(table, usable) ?? (table, usable)
      let groups = try queries.map { name throws(DatasetError) in try table.groups(name, rows: usable) }
      let judged = try FitRows(own, rows, preprocessing, groups: groups, variance: nil)
      let outputs =
        try ensemble.hasSeveral ? ensemble.outputs(of: table.rows(usable)) : model.outputs(of: judged.features)
      return (judged, calibrated(outputs))
    }
  }

  /// Columns mean what they meant in the fit; the values of `ids` are read, too.
  func table(at address: String, storeAt store: String, target: String?, ids: Set<String> = []) throws -> Table {
    let repository = DataRepository(store: store)
    if let version = try repository.version(at: address) {
      return try version.understood(reading: ids, target: target, in: repository).table
    }
    let reading = reading
    return try DataFileError.naming(address) { () throws(DatasetError) in
      try TableReport(ByteSource(address), columnsOf: reading, request: TableRequest(), target: target).table
    }
  }
}
