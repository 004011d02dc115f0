/// What turns the columns of a table into features and a target: fitted once on training rows, kept with the model, and
/// applied unchanged to whatever comes later.
package struct Preprocessing: Codable, Hashable, Sendable {
  /// The columns that features are made of, in the order of the features.
  package internal(set) var columns: [EncodedColumn]
  /// The columns of the fitted table that have no features: texts, and those without a value in the training rows.
  package internal(set) var leftOut: [String]
  package let unseenCategories: UnseenCategories
  /// nil where there is nothing to predict.
  package let target: TargetEncoding?
  /// nil for scaled features, which were the only ones once.
  private var otherForm: FeatureForm?
  /// The sparse columns that had a value in the training rows; nil where there are none.
  package let sparse: SparseSelection?

  package var form: FeatureForm { otherForm ?? .scaled }

  package struct EncodedColumn: Codable, Hashable, Sendable {
    package let name: String
    package let encoding: ColumnEncoding
  }

  /// Fits `rows` of a table, all if nil; every column but the target makes features. `labelsAreWritten` is false for fits of
  /// earlier versions, whose classes are numbers without their spelling and whose dates are the time alone. `targetEncoding`
  /// is the target's where it is known already, as of a fold, whose rows may lack a class.
  ///
  /// Throws `missingColumn` and what `TargetEncoding` throws, and `unsuitable` where no row or no feature is left.
  package init(
    fitting table: Table, rows: [Int]? = nil, target: String? = nil, task: PredictionTask? = nil,
    quantiles: [Double]? = nil, form: FeatureForm = .scaled, unseenCategories: UnseenCategories = .zeros,
    labelsAreWritten: Bool = true,
    targetEncoding: TargetEncoding? = nil
  ) throws(DatasetError) {
    let rows = rows ?? Array(0..<table.rowCount)
    if rows.isEmpty { throw .unsuitable("The data have no rows to fit") }
    self.unseenCategories = unseenCategories
    otherForm = form == .scaled ? nil : form
    if let targetEncoding {
      self.target = targetEncoding
    } else if let target {
      self.target = try TargetEncoding(
        fitting: table, column: target, task: task, quantiles: quantiles, labelsAreWritten: labelsAreWritten)
    } else {
      self.target = nil
    }
    var encoded: [EncodedColumn] = []
    var leftOut: [String] = []
    for (name, column) in zip(table.names, table.columns) where name != target {
      if let encoding = ColumnEncoding(fitting: column, rows: rows, form: form, datesHaveParts: labelsAreWritten) {
        encoded.append(EncodedColumn(name: name, encoding: encoding))
      } else {
        leftOut.append(name)
      }
    }
    sparse = form == .sparse ? table.sparse.map { SparseSelection($0, rows: rows) } : nil
    if encoded.isEmpty, sparse?.names.isEmpty ?? true {
      throw .unsuitable("No column of the data makes a feature: all are texts or without values")
    }
    columns = encoded
    self.leftOut = leftOut
  }

  /// Columns as they are, of a model that was fitted elsewhere: numbers, or categories with these levels.
  package init(columns: [(name: String, levels: [String]?)], target: TargetEncoding) {
    self.columns = columns.map { column in
      EncodedColumn(name: column.name, encoding: column.levels.map { .code(levels: $0) } ?? .plainNumber)
    }
    (leftOut, unseenCategories, self.target, otherForm, sparse) = ([], .zeros, target, .columns, nil)
  }

  /// The features' names: the column's, or `COLUMN=LEVEL`.
  package var featureNames: [String] {
    columns.flatMap { $0.encoding.featureNames(of: $0.name) } + (sparse?.names ?? [])
  }

  /// The kinds to read new data with, so that a column means what it meant when this was fitted.
  package var kinds: [String: ColumnKind] {
    var kinds = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.encoding.kind) })
    if let target { kinds[target.column] = target.kind }
    return kinds
  }

  /// How many values of each category's column were not there when this was fitted; columns without one are left out.
  package func unseenCounts(in table: Table) -> [String: Int] {
    var counts: [String: Int] = [:]
    for column in columns {
      guard let levels = column.encoding.levels, case .categories(let words)? = try? table.column(column.name)
      else { continue }
      let known = Set(levels)
      let isNew = words.levels.map { !known.contains($0) }
      let count = words.codes.count { $0 >= 0 && isNew[Int($0)] }
      if count > 0 { counts[column.name] = count }
    }
    return counts
  }

  /// The column that an encoding was fitted to. Throws `missingColumn`.
  func column(_ encoded: EncodedColumn, of table: Table) throws(DatasetError) -> Column {
    if let column = try? table.column(encoded.name) { return column }
    // The target is not what a feature may be called.
    throw .missingColumn(encoded.name, present: table.names.filter { $0 != target?.column })
  }

  /// The place among `levels` of each level of a column's words; nil for those that are not among them.
  static func places(of words: Words, among levels: [String]) -> [Int?] {
    let places = Dictionary(levels.enumerated().map { ($1, $0) }) { first, _ in first }
    return words.levels.map { places[$0] }
  }

  /// Throws `unseen` where a category that was not fitted is refused.
  func checkUnseen(_ words: Words, _ row: Int, _ column: String, _ table: Table) throws(DatasetError) {
    if unseenCategories == .refused { throw .unseen(value: words[row]!, column: column, line: table.lines[row]) }
  }
}
