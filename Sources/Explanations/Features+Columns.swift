import BLASBridge
import Datasets
import Models

extension Features {
  /// Rows put together column by column: `rows[c][i]` is the row that the features of column c come from in row i.
  ///
  /// Traps where the columns do not have all features, or their rows differ in number.
  func assembled(_ columns: [SourceColumn], rows: [[Int]]) -> Features {
    precondition(columns.count == rows.count && columns.last?.features.upperBound == count, "other columns")
    let n = rows.first?.count ?? 0
    if case .columns(let own) = self {
      var values: [FeatureColumns.Values] = []
      for (column, places) in zip(columns, rows) {
        for feature in column.features { values.append(own.columns[feature].taking(places)) }
      }
      return .columns(FeatureColumns(rows: n, columns: values))
    }
    let (x, result) = (matrix, Matrix<Float>(rows: n, columns: count))
    for (column, places) in zip(columns, rows) {
      for (row, place) in places.enumerated() {
        (result.base + row * result.stride + column.features.lowerBound).update(
          from: x.base + place * x.stride + column.features.lowerBound, count: column.features.count)
      }
    }
    return .scaled(result)
  }

  /// All rows, with what one column has in others: in row i that of `places[i]`. What stays is not copied where it stands column
  /// by column.
  func replacing(_ column: SourceColumn, from places: [Int]) -> Features {
    precondition(places.count == rows, "\(places.count) places for \(rows) rows")
    if case .columns(let own) = self {
      var values = own.columns
      for feature in column.features { values[feature] = values[feature].taking(places) }
      return .columns(FeatureColumns(rows: rows, columns: values))
    }
    let (x, result) = (matrix, matrix.copy())
    for (row, place) in places.enumerated() {
      (result.base + row * result.stride + column.features.lowerBound).update(
        from: x.base + place * x.stride + column.features.lowerBound, count: column.features.count)
    }
    return .scaled(result)
  }

  /// These rows, in this order.
  package func chosen(_ places: [Int]) -> Features {
    if case .columns(let own) = self {
      return .columns(FeatureColumns(rows: places.count, columns: own.columns.map { $0.taking(places) }))
    }
    let (x, result) = (matrix, Matrix<Float>(rows: places.count, columns: count))
    for (row, place) in places.enumerated() {
      (result.base + row * result.stride).update(from: x.base + place * x.stride, count: count)
    }
    return .scaled(result)
  }

  /// The rows of `self`, then those of another of the same form.
  func joined(_ other: Features) -> Features {
    if case .columns(let own) = self {
      let values = zip(own.columns, other.columns.columns).map { $0.joined($1) }
      return .columns(FeatureColumns(rows: rows + other.rows, columns: values))
    }
    let result = Matrix<Float>(rows: rows + other.rows, columns: count)
    for (start, x) in [(0, matrix), (rows, other.matrix)] {
      for row in 0..<x.rows {
        (result.base + (start + row) * result.stride).update(from: x.base + row * x.stride, count: count)
      }
    }
    return .scaled(result)
  }

  /// What a column had in a row.
  package func value(of column: SourceColumn, row: Int) -> SourceValue {
    let place = column.features.lowerBound
    if case .columns(let own) = self {
      switch own.columns[place] {
      case .codes(let codes, _):
        let code = Int(codes[row])
        return code < 0 ? .missing : .level(code, column.encoding.levels?[code] ?? "\(code)")
      case .numbers(let numbers):
        if numbers[row].isNaN { return .missing }
        if case .plainDate = column.encoding { return .date(numbers[row]) }
        return .number(numbers[row])
      }
    }
    let x = matrix
    switch column.encoding {
    case .number(let mean, let deviation):
      let value = mean + deviation * Double(x[row, place])
      // What is left of a zero in single precision.
      return .number(abs(value) < 1e-6 * max(abs(mean), deviation) ? 0 : Self.digits(value))
    case .date(let mean, let deviation), .calendar(let mean, let deviation, _):
      return .date(Self.time(mean + deviation * Double(x[row, place]), within: deviation * 1e-6))
    case .oneHot(let levels):
      guard let level = levels.indices.first(where: { x[row, place + $0] == 1 }) else { return .missing }
      return .level(level, levels[level])
    case .plainNumber, .plainDate, .code: return .number(Double(x[row, place]))
    }
  }

  /// A whole day, hour, minute or second, where one is within what scaled features in single precision tell apart.
  private static func time(_ seconds: Double, within distance: Double) -> Double {
    for unit in [86_400.0, 3600, 60] {
      let whole = (seconds / unit).rounded() * unit
      if abs(whole - seconds) <= distance { return whole }
    }
    return seconds.rounded()
  }

  /// Six digits, which scaled features in single precision have.
  private static func digits(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var scale = 1.0
    while abs(value) * scale < 1e5, scale < 1e12 { scale *= 10 }
    while abs(value) * scale >= 1e6, scale > 1e-12 { scale /= 10 }
    return (value * scale).rounded() / scale
  }
}

extension FeatureColumns.Values {
  fileprivate func taking(_ places: [Int]) -> FeatureColumns.Values {
    switch self {
    case .numbers(let numbers): .numbers(places.map { numbers[$0] })
    case .codes(let codes, let levels): .codes(places.map { codes[$0] }, levels: levels)
    }
  }

  fileprivate func joined(_ other: FeatureColumns.Values) -> FeatureColumns.Values {
    switch (self, other) {
    case (.numbers(let own), .numbers(let others)): return .numbers(own + others)
    case (.codes(let own, let levels), .codes(let others, _)): return .codes(own + others, levels: levels)
    default: preconditionFailure("a column of numbers is joined with one of categories")
    }
  }
}
