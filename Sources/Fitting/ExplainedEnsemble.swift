import BLASBridge
import Datasets
import Learning
import Models
import Runs
import Tracker

/// Several models that predict together as one model of the columns that they are given, so that what explains a model explains
/// them: each makes its own features of the same rows.
struct EnsembleOfColumns: FittedModel {
  let preprocessing: Preprocessing
  /// Columns without a value, of which no feature is made.
  let empty: [String]
  let outputs: (Table) throws -> Matrix<Float>

  var features: Int { preprocessing.featureNames.count }

  /// The table whose columns the rows are: of a date its first feature, for the others are made of it.
  func table(_ rows: Features) -> Table {
    let values = rows.columns
    var place = 0
    return Table(
      preprocessing.columns.map { column in
        defer { place += column.encoding.width }
        let made: Column =
          switch (values.columns[place], column.encoding) {
          case (.codes(let codes, _), let encoding): .categories(Words(levels: encoding.levels ?? [], codes: codes))
          case (.numbers(let numbers), .plainDate): .dates(numbers)
          case (.numbers(let numbers), _): .numbers(numbers)
          }
        return (column.name, made)
      } + empty.map { ($0, .missing(count: rows.rows)) })
  }

  func outputs(of rows: Features) -> Matrix<Float> {
    do {
      return try outputs(table(rows))
    } catch {
      preconditionFailure("rows of values that were predicted before are not predicted: \(error)")
    }
  }

  func save(into checkpoint: inout Checkpoint) { preconditionFailure("the models are kept one by one") }
}

extension Predictor {
  /// Several models as one, and rows to explain them on.
  package struct Together {
    package let model: any FittedModel
    package let preprocessing: Preprocessing
    package let rows: ExplainedRows
  }

  package var hasSeveralModels: Bool { ensemble.hasSeveral }

  /// The models of a fit, or of an autopilot, as one; `configuration` says what they were fitted to. Explained on the rows at
  /// `address`, or else on those that were set aside, or on those that they have seen.
  ///
  /// Throws `DataFileError` for a column that is not there or holds something else, and where the training data are gone or
  /// have changed.
  package func together(
    fittedTo configuration: FitConfiguration, explainedAt address: String?, in store: Store
  ) throws -> Together {
    let file = try configuration.data.read()
    let (seen, setAside) = try DataFileError.naming(file.path) { () throws(DatasetError) in
      try configuration.parts(of: file.table)
    }
    let rows = setAside.isEmpty ? seen : setAside
    let target = preprocessing.target?.column
    let table = try address.map { try self.table(at: $0, storeAt: store.path, target: target) } ?? file.table.rows(rows)
    return try DataFileError.naming(address ?? file.path) {
      try together(
        seen: file.table.rows(seen), explained: table,
        origin: address.map { "rows of \($0)" }
          ?? "\(setAside.isEmpty ? "training" : "set aside") rows of \(configuration.data.name)")
    }
  }

  /// The models as one, with rows that they have seen and rows to explain them on.
  ///
  /// Throws `ConfigurationError` where they take a column of texts, and `DatasetError` for a column that is not there.
  package func together(seen training: Table, explained table: Table, origin: String) throws -> Together {
    let target = preprocessing.target
    let columns = try (inputs + [target?.column].compactMap { $0 }).map { name in
      (name: name, column: try training.column(name))
    }
    let own = try Preprocessing(
      fitting: Table(columns), target: target?.column, form: .columns, targetEncoding: target)
    let other = columns.filter { column in
      column.name != target?.column && !own.columns.contains { $0.name == column.name }
    }
    if let texts = other.first(where: { $0.column.kind == .text }) {
      throw ConfigurationError(
        "the models take the words of '\(texts.name)', a column of texts: only models of numbers, categories and dates can be explained"
      )
    }
    let model = EnsembleOfColumns(preprocessing: own, empty: other.map(\.name)) { table in
      try outputs(ofTable: table)
    }
    let usable = target.flatMap { try? table.column($0.column).rowsWithValue } ?? []
    let judged = usable.count == table.rowCount ? try FitRows(table, usable, own, variance: nil).target : nil
    let rows = ExplainedRows(
      features: try Features(of: table, own), target: judged, training: try Features(of: training, own), origin: origin)
    // What cannot be predicted is an error here, and nowhere after.
    _ = try model.outputs(model.table(rows.features.rows > 0 ? rows.features : rows.training!))
    return Together(model: model, preprocessing: own, rows: rows)
  }
}
