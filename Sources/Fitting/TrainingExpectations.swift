import DataQuality
import Datasets
import Formats
import Tracker

extension Expectations {
  /// The name that a model's training rows go by in what breaks an expectation.
  static let trainingRows = "the training rows"

  /// That rows are like those that a model was fitted to: distributed as they are, with as many values, no new categories, and no
  /// numbers far beyond the smallest and largest ones.
  init(ofColumns names: [String], of training: Table) {
    let rows = max(1, training.rowCount)
    var all: [any Expectation] = []
    for (name, column) in zip(training.names, training.columns) where names.contains(name) {
      let missing = Double(column.missingCount) / Double(rows)
      switch column {
      case .numbers(let values):
        let known = values.filter { !$0.isNaN }
        guard let least = known.min(), let most = known.max() else { continue }
        // New rows may go a little beyond what a sample of them has.
        let reach = Self.reach * (most - least)
        all.append(
          RangeExpectation(column: name, least: Bound(shortest(least - reach)), most: Bound(shortest(most + reach))))
        all.append(DriftExpectation(column: name, table: Self.trainingRows, test: .ks))
      case .dates: continue
      case .categories(let words):
        let seen = Set(words.codes.filter { $0 >= 0 })
        all.append(AllowedExpectation(column: name, values: seen.sorted().map { words.levels[Int($0)] }))
        all.append(DriftExpectation(column: name, table: Self.trainingRows, test: .psi))
      case .texts, .missing, .leftOut: continue
      }
      all.append(MissingShareExpectation(column: name, most: min(1, max(2 * missing, missing + Self.moreMissing))))
    }
    self.init(all)
  }

  /// A share of the span of the training rows' numbers.
  private static let reach = 0.25
  /// A share of the rows.
  private static let moreMissing = 0.05
}

extension Predictor {
  /// What of a file, or of a version of a data set of the store, is unlike the rows that the model was fitted to, those of
  /// `configuration`.
  ///
  /// Throws `DataFileError` for a column that is not there or holds something else, and where the training data are gone,
  /// `DataRepositoryError` for a version.
  package func check(_ address: String, against configuration: FitConfiguration, in store: Store) throws
    -> DataCheckReport
  {
    let file = try configuration.data.read()
    let training = try DataFileError.naming(file.path) { () throws(DatasetError) in
      file.table.rows(try configuration.parts(of: file.table).seen)
    }
    let table = try table(at: address, storeAt: store.path, target: nil)
    try DataFileError.naming(address) { _ = try inputs.map { name in try table.column(name) } }
    var options = DataCheckOptions(expectations: Expectations(ofColumns: inputs, of: training))
    options.references = [Expectations.trainingRows: training]
    options.checks = [ExpectationCheck.name]
    return try DataCheckReport(table, options)
  }
}
