/// How one column becomes features.
public enum ColumnEncoding: Codable, Hashable, Sendable {
  /// (x − mean) / deviation, one feature; a missing value counts as the mean, so it becomes 0.
  case number(mean: Double, deviation: Double)
  /// The same, of the seconds since 1970.
  case date(mean: Double, deviation: Double)
  /// One feature a level, 1 for the value's own level and 0 for the others; all 0 for a missing value.
  case oneHot(levels: [String])

  /// The number of features.
  public var width: Int {
    switch self {
    case .number, .date: 1
    case .oneHot(let levels): levels.count
    }
  }

  /// The kind of column that it takes.
  public var kind: ColumnKind {
    switch self {
    case .number: .number
    case .date: .date
    case .oneHot: .category
    }
  }

  /// Fits these rows of a column; nil for texts and for columns without a value, of which no feature is made.
  ///
  /// The deviation is that of the population, 1 for a constant. Levels are in sorted order, those of these rows only.
  init?(fitting column: Column, rows: [Int]) {
    switch column {
    case .texts, .missing: return nil
    case .numbers(let values):
      guard let (mean, deviation) = Self.moments(of: values, rows) else { return nil }
      self = .number(mean: mean, deviation: deviation)
    case .dates(let values):
      guard let (mean, deviation) = Self.moments(of: values, rows) else { return nil }
      self = .date(mean: mean, deviation: deviation)
    case .categories(let words):
      let levels = Set(rows.lazy.map { words.codes[$0] }).subtracting([-1]).map { words.levels[Int($0)] }
      if levels.isEmpty { return nil }
      self = .oneHot(levels: levels.sorted())
    }
  }

  private static func moments(of values: [Double], _ rows: [Int]) -> (mean: Double, deviation: Double)? {
    let present = rows.lazy.map { values[$0] }.filter { !$0.isNaN }
    let count = present.reduce(0.0) { count, _ in count + 1 }
    if count == 0 { return nil }
    let mean = present.reduce(0, +) / count
    let variance = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    // Rounding leaves a constant a deviation of a few units in the last place.
    let deviation = variance.squareRoot()
    return (mean, deviation > 1e-13 * abs(mean) ? deviation : 1)
  }
}

/// What becomes of a category that the encoder was not fitted on.
public enum UnseenCategories: String, Codable, Sendable, CaseIterable {
  /// All its features are 0, as for a missing value.
  case zeros
  /// `DatasetError.unseen` is thrown.
  case refused
}

/// Rows of features, `[rows, columns]` row after row.
public struct Features: Hashable, Sendable {
  public var values: [Float]
  public let rows: Int
  public let columns: Int
}
