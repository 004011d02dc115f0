import Datasets

/// A column of a table, and which of the model's features are made of it: a category's one-hot features, the parts of a date.
package struct SourceColumn: Sendable, Hashable {
  package let name: String
  /// The places of its features.
  package let features: Range<Int>
  package let encoding: ColumnEncoding

  /// The columns in the order of their features.
  package static func all(of preprocessing: Preprocessing) -> [SourceColumn] {
    var start = 0
    return preprocessing.columns.map { column in
      defer { start += column.encoding.width }
      return SourceColumn(
        name: column.name, features: start..<start + column.encoding.width, encoding: column.encoding)
    }
  }
}

/// A value of a column, read back from the features that were made of it.
package enum SourceValue: Sendable, Hashable {
  /// Where a value is missing; a scaled one counts as the mean, and is not told from it.
  case missing
  case number(Double)
  /// Seconds since 1970.
  case date(Double)
  /// The place of a level among those of the column, and its name.
  case level(Int, String)

  /// What it is sorted and drawn by; nil where it is missing.
  package var position: Double? {
    switch self {
    case .missing: nil
    case .number(let number), .date(let number): number
    case .level(let place, _): Double(place)
    }
  }
}
