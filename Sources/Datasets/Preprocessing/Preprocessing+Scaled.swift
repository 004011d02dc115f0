extension Preprocessing {
  /// The scaled features of `rows` of a table, all if nil; further columns are ignored.
  ///
  /// Throws `missingColumn`, `wrongKind`, and `unseen` where unseen categories are to be refused. Traps where the features
  /// are columns.
  package func features(of table: Table, rows: [Int]? = nil) throws(DatasetError) -> ScaledRows {
    precondition(form == .scaled, "the features are columns")
    let rows = rows ?? Array(0..<table.rowCount)
    let width = columns.reduce(0) { $0 + $1.encoding.width }
    var features = ScaledRows(
      values: [Float](repeating: 0, count: rows.count * width), rows: rows.count, columns: width)
    var offset = 0
    for column in columns {
      try encode(column, of: table, rows: rows, at: offset, into: &features)
      offset += column.encoding.width
    }
    return features
  }

  private func beyondPrecision(_ value: Double, _ column: String, _ line: Int) -> DatasetError {
    .badRow(
      line: line,
      problem:
        "\(value) in the column \(quoted(column)) is beyond single precision in units of the training rows' deviation")
  }

  func encode(
    _ encoded: EncodedColumn, of table: Table, rows: [Int], at offset: Int, into features: inout ScaledRows
  ) throws(DatasetError) {
    let width = features.columns
    let column = try column(encoded, of: table)
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
      let places = Self.places(of: words, among: levels)
      for (index, row) in rows.enumerated() where words.codes[row] >= 0 {
        if let place = places[Int(words.codes[row])] {
          features.values[index * width + offset + place] = 1
        } else {
          try checkUnseen(words, row, encoded.name, table)
        }
      }
    default:
      throw .wrongKind(column: encoded.name, expected: encoded.encoding.kind, found: column.kind)
    }
  }
}
