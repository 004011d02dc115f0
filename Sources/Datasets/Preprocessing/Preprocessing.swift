/// What turns the columns of a table into features and a target: fitted once on training rows, kept with the model, and
/// applied unchanged to whatever comes later.
package struct Preprocessing: Codable, Hashable, Sendable {
  /// The columns that features are made of, in the order of the features.
  package let columns: [EncodedColumn]
  /// The columns of the fitted table that have no features: texts, and those without a value in the training rows.
  package let leftOut: [String]
  package let unseenCategories: UnseenCategories
  /// nil where there is nothing to predict.
  package let target: TargetEncoding?

  package struct EncodedColumn: Codable, Hashable, Sendable {
    package let name: String
    package let encoding: ColumnEncoding
  }

  /// Fits `rows` of a table, all if nil; every column but the target makes features. `labelsAreWritten` is false for fits of
  /// earlier versions, whose classes are numbers without their spelling and whose dates are the time alone.
  ///
  /// Throws `missingColumn` and what `TargetEncoding` throws, and `unsuitable` where no row or no feature is left.
  package init(
    fitting table: Table, rows: [Int]? = nil, target: String? = nil, task: PredictionTask? = nil,
    unseenCategories: UnseenCategories = .zeros, labelsAreWritten: Bool = true
  ) throws(DatasetError) {
    let rows = rows ?? Array(0..<table.rowCount)
    if rows.isEmpty { throw .unsuitable("The data have no rows to fit") }
    self.unseenCategories = unseenCategories
    if let target {
      self.target = try TargetEncoding(fitting: table, column: target, task: task, labelsAreWritten: labelsAreWritten)
    } else {
      self.target = nil
    }
    var encoded: [EncodedColumn] = []
    var leftOut: [String] = []
    for (name, column) in zip(table.names, table.columns) where name != target {
      if let encoding = ColumnEncoding(fitting: column, rows: rows, datesHaveParts: labelsAreWritten) {
        encoded.append(EncodedColumn(name: name, encoding: encoding))
      } else {
        leftOut.append(name)
      }
    }
    if encoded.isEmpty { throw .unsuitable("No column of the data makes a feature: all are texts or without values") }
    columns = encoded
    self.leftOut = leftOut
  }

  /// The features' names: the column's, or `COLUMN=LEVEL`.
  package var featureNames: [String] {
    columns.flatMap { column in
      switch column.encoding {
      case .oneHot(let levels): levels.map { "\(column.name)=\($0)" }
      case .calendar(_, _, let parts): [column.name] + parts.flatMap(\.suffixes).map { column.name + $0 }
      case .number, .date: [column.name]
      }
    }
  }

  /// The kinds to read new data with, so that a column means what it meant when this was fitted.
  package var kinds: [String: ColumnKind] {
    var kinds = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.encoding.kind) })
    if let target { kinds[target.column] = target.kind }
    return kinds
  }

  /// The features of `rows` of a table, all if nil; further columns are ignored.
  ///
  /// Throws `missingColumn`, `wrongKind`, and `unseen` where unseen categories are to be refused.
  package func features(of table: Table, rows: [Int]? = nil) throws(DatasetError) -> Features {
    let rows = rows ?? Array(0..<table.rowCount)
    let width = columns.reduce(0) { $0 + $1.encoding.width }
    var features = Features(values: [Float](repeating: 0, count: rows.count * width), rows: rows.count, columns: width)
    var offset = 0
    for column in columns {
      try encode(column, of: table, rows: rows, at: offset, into: &features)
      offset += column.encoding.width
    }
    return features
  }

  /// How many values of each category's column were not there when this was fitted; columns without one are left out.
  package func unseenCounts(in table: Table) -> [String: Int] {
    var counts: [String: Int] = [:]
    for column in columns {
      guard case .oneHot(let levels) = column.encoding, case .categories(let words)? = try? table.column(column.name)
      else { continue }
      let known = Set(levels)
      let isNew = words.levels.map { !known.contains($0) }
      let count = words.codes.count { $0 >= 0 && isNew[Int($0)] }
      if count > 0 { counts[column.name] = count }
    }
    return counts
  }

  private func beyondPrecision(_ value: Double, _ column: String, _ line: Int) -> DatasetError {
    .badRow(
      line: line,
      problem:
        "\(value) in the column \(quoted(column)) is beyond single precision in units of the training rows' deviation")
  }

  private func encode(
    _ encoded: EncodedColumn, of table: Table, rows: [Int], at offset: Int, into features: inout Features
  ) throws(DatasetError) {
    let width = features.columns
    guard let column = try? table.column(encoded.name) else {
      // The target is not what a feature may be called.
      throw .missingColumn(encoded.name, present: table.names.filter { $0 != target?.column })
    }
    switch (encoded.encoding, column) {
    case (_, .missing): return
    case (_, .leftOut(let kind, _)):
      throw .wrongKind(column: encoded.name, expected: encoded.encoding.kind, found: kind)
    case (.number(let mean, let deviation), .numbers(let values)),
      (.date(let mean, let deviation), .dates(let values)):
      for (index, row) in rows.enumerated() where !values[row].isNaN {
        let scaled = Float(ColumnEncoding.scaled(values[row], mean, deviation))
        if scaled.isInfinite { throw beyondPrecision(values[row], encoded.name, table.lines[row]) }
        features.values[index * width + offset] = scaled
      }
    case (.calendar(let mean, let deviation, let parts), .dates(let values)):
      for (index, row) in rows.enumerated() where !values[row].isNaN {
        var place = index * width + offset
        features.values[place] = Float(ColumnEncoding.scaled(values[row], mean, deviation))
        for feature in parts.flatMap({ $0.features(values[row]) }) {
          place += 1
          features.values[place] = feature
        }
      }
    case (.oneHot(let levels), .categories(let words)), (.oneHot(let levels), .texts(let words)):
      let places = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
      let placeOfCode = words.levels.map { places[$0] }
      for (index, row) in rows.enumerated() where words.codes[row] >= 0 {
        if let place = placeOfCode[Int(words.codes[row])] {
          features.values[index * width + offset + place] = 1
        } else if unseenCategories == .refused {
          throw .unseen(value: words[row]!, column: encoded.name, line: table.lines[row])
        }
      }
    default:
      throw .wrongKind(column: encoded.name, expected: encoded.encoding.kind, found: column.kind)
    }
  }
}
