extension Preprocessing {
  /// The features of `rows` of a table, all if nil, by their elements that are not zero: those of columns as they are scaled,
  /// then sparse columns as they come. Further columns are ignored.
  ///
  /// Throws `missingColumn`, `wrongKind`, and `unseen` where unseen categories are to be refused. Traps where the features
  /// have another form.
  package func sparseFeatures(of table: Table, rows: [Int]? = nil) throws(DatasetError) -> SparseMatrix {
    precondition(form == .sparse, "the features are not sparse")
    let rows = rows ?? Array(0..<table.rowCount)
    var parts: [(offset: Int, part: Part)] = []
    var width = 0
    for column in columns {
      if let part = try part(column, of: table, rows) { parts.append((width, part)) }
      width += column.encoding.width
    }
    let selected = sparse?.features ?? []
    if let sparse {
      guard let given = table.sparse, given.matrix.columns == sparse.columns else {
        throw .unsuitable("The pipeline makes \(table.sparse?.names.count ?? 0) sparse columns, not \(sparse.columns)")
      }
      width += sparse.names.count
    }
    guard width <= Int(Int32.max) else { throw .unsuitable("There would be \(width) features, which are too many") }
    let offset = width - (sparse?.names.count ?? 0)
    var (offsets, indices, values): ([Int], [Int32], [Double]) = ([0], [], [])
    for (index, row) in rows.enumerated() {
      for (offset, part) in parts {
        switch part {
        case .code(let codes):
          if codes[index] < 0 { continue }
          indices.append(Int32(offset) + codes[index])
          values.append(1)
        case .numbers(let numbers, let width):
          for place in 0..<width where numbers[index * width + place] != 0 {
            indices.append(Int32(offset + place))
            values.append(Double(numbers[index * width + place]))
          }
        }
      }
      if sparse != nil, let matrix = table.sparse?.matrix {
        for place in matrix.offsets[row]..<matrix.offsets[row + 1] {
          let feature = selected[Int(matrix.indices[place])]
          if feature < 0 || matrix.values[place] == 0 { continue }
          indices.append(Int32(offset) + feature)
          values.append(matrix.values[place])
        }
      }
      offsets.append(values.count)
    }
    return SparseMatrix(columns: width, offsets: offsets, indices: indices, values: values)
  }

  /// What a column gives.
  private enum Part {
    /// The place of each row's own level, -1 for none.
    case code([Int32])
    /// `[n, width]`
    case numbers([Float], width: Int)
  }

  /// nil where no row has a value.
  private func part(
    _ encoded: EncodedColumn, of table: Table, _ rows: [Int]
  ) throws(DatasetError) -> Part? {
    let column = try column(encoded, of: table)
    switch (encoded.encoding, column) {
    case (_, .missing): return nil
    case (.oneHot(let levels), .categories(let words)), (.oneHot(let levels), .texts(let words)):
      let places = Self.places(of: words, among: levels)
      var codes = [Int32](repeating: -1, count: rows.count)
      for (index, row) in rows.enumerated() where words.codes[row] >= 0 {
        if let place = places[Int(words.codes[row])] {
          codes[index] = Int32(place)
        } else {
          try checkUnseen(words, row, encoded.name, table)
        }
      }
      return .code(codes)
    default:
      let width = encoded.encoding.width
      var features = ScaledRows(
        values: [Float](repeating: 0, count: rows.count * width), rows: rows.count, columns: width)
      try encode(encoded, of: table, rows: rows, at: 0, into: &features)
      return .numbers(features.values, width: width)
    }
  }
}
