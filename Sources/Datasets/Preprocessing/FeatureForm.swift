/// The form in which a model takes the columns of a table.
public enum FeatureForm: String, Codable, Sendable, CaseIterable {
  /// Rows of numbers: numbers and dates standardised, a missing value at the mean; categories one-hot. For models that
  /// multiply features by weights.
  case scaled
  /// The same by the elements that are not zero, so that categories may have any number of levels; and a pipeline's sparse
  /// columns as they come. For linear models of many features of which a row has few.
  case sparse
  /// Columns as they are: numbers and dates in their own units, categories as codes, missing values missing. For models that
  /// sort or count values.
  case columns
}

/// Columns of features as they are in a table, one value a row.
public struct FeatureColumns: Hashable, Sendable {
  /// The values of one column.
  public enum Values: Hashable, Sendable {
    /// NaN where a value is missing.
    case numbers([Double])
    /// Indices of levels, -1 where a value is missing or is none of the levels.
    case codes([Int32], levels: Int)

    public var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .codes(let codes, _): codes.count
      }
    }
  }

  public let rows: Int
  public let columns: [Values]

  /// Traps where the columns are not of `rows` rows.
  public init(rows: Int, columns: [Values]) {
    precondition(columns.allSatisfy { $0.count == rows }, "a column does not have \(rows) rows")
    (self.rows, self.columns) = (rows, columns)
  }
}

/// Rows of standardised features, `[rows, columns]` row after row.
package struct ScaledRows: Hashable, Sendable {
  package var values: [Float]
  package let rows: Int
  package let columns: Int
}
