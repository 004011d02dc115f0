/// How one column becomes features.
package enum ColumnEncoding: Codable, Hashable, Sendable {
  /// (x − mean) / deviation, one feature; a missing value counts as the mean, so it becomes 0.
  case number(mean: Double, deviation: Double)
  /// The same, of the seconds since 1970.
  case date(mean: Double, deviation: Double)
  /// The same, and features of the parts in which the dates differ; 0 for a missing value.
  case calendar(mean: Double, deviation: Double, parts: [DatePart])
  /// One feature a level, 1 for the value's own level and 0 for the others; all 0 for a missing value.
  case oneHot(levels: [String])
  /// A number as it is.
  case plainNumber
  /// The seconds since 1970 as they are, and columns of the parts in which the dates differ.
  case plainDate(parts: [DatePart])
  /// The index of the value's own level.
  case code(levels: [String])

  /// The number of features.
  package var width: Int {
    switch self {
    case .number, .date, .plainNumber, .code: 1
    case .plainDate(let parts): 1 + parts.count
    case .calendar(_, _, let parts): 1 + parts.reduce(0) { $0 + $1.suffixes.count }
    case .oneHot(let levels): levels.count
    }
  }

  /// The features' names, of a column of this name.
  package func featureNames(of column: String) -> [String] {
    switch self {
    case .number, .date, .plainNumber, .code: [column]
    case .calendar(_, _, let parts): [column] + parts.flatMap(\.suffixes).map { column + $0 }
    case .plainDate(let parts): [column] + parts.map { column + "." + $0.rawValue }
    case .oneHot(let levels): levels.map { "\(column)=\($0)" }
    }
  }

  /// The levels of a category; nil for other kinds.
  package var levels: [String]? {
    switch self {
    case .oneHot(let levels), .code(let levels): levels
    default: nil
    }
  }

  /// The kind of column that it takes.
  package var kind: ColumnKind {
    switch self {
    case .number, .plainNumber: .number
    case .date, .calendar, .plainDate: .date
    case .oneHot, .code: .category
    }
  }

  /// Fits these rows of a column; nil for texts and for columns without a value, of which no feature is made.
  ///
  /// The deviation is that of the population, 1 for a constant. Levels are in sorted order, those of these rows only.
  init?(fitting column: Column, rows: [Int], form: FeatureForm = .scaled, datesHaveParts: Bool = true) {
    switch column {
    case .texts, .missing, .leftOut: return nil
    case .numbers(let values) where form == .columns:
      if rows.allSatisfy({ values[$0].isNaN }) { return nil }
      self = .plainNumber
    case .dates(let values) where form == .columns:
      if rows.allSatisfy({ values[$0].isNaN }) { return nil }
      self = .plainDate(parts: DatePart.found(in: rows.lazy.map { values[$0] }))
    case .numbers(let values):
      guard let (mean, deviation) = Self.moments(of: values, rows) else { return nil }
      self = .number(mean: mean, deviation: deviation)
    case .dates(let values):
      guard let (mean, deviation) = Self.moments(of: values, rows) else { return nil }
      let parts = datesHaveParts ? DatePart.found(in: rows.lazy.map { values[$0] }) : []
      self =
        parts.isEmpty
        ? .date(mean: mean, deviation: deviation) : .calendar(mean: mean, deviation: deviation, parts: parts)
    case .categories(let words):
      let (spellings, codes) = (words.levels, Set(rows.lazy.map { words.codes[$0] }).subtracting([-1]).sorted())
      // Those that differ in their bytes only, as a composed and a decomposed é, are one.
      var seen: Set<String> = []
      let levels = codes.map { spellings[Int($0)] }.filter { seen.insert($0).inserted }
      if levels.isEmpty { return nil }
      self = form == .columns ? .code(levels: levels.sorted()) : .oneHot(levels: levels.sorted())
    }
  }

  private static func moments(of values: [Double], _ rows: [Int]) -> (mean: Double, deviation: Double)? {
    let present = rows.lazy.map { values[$0] }.filter { !$0.isNaN }
    let count = present.reduce(0.0) { count, _ in count + 1 }
    if count == 0 { return nil }
    let mean = present.reduce(0, +) / count
    let variance = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let deviation = variance.squareRoot()
    // Rounding leaves a constant a deviation of a few units in the last place.
    if mean.isFinite, variance.isFinite, variance > 1e-280, deviation > 1e-13 * abs(mean) { return (mean, deviation) }
    return momentsOfExtremes(present, count)
  }

  /// The same of numbers whose sums or squares leave the range of doubles, or that hardly differ.
  private static func momentsOfExtremes(
    _ values: some Sequence<Double>, _ count: Double
  ) -> (mean: Double, deviation: Double) {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for value in values { (least, greatest) = (min(least, value), max(greatest, value)) }
    if least == greatest { return (least, 1) }
    // Halves, for the range of all doubles is no double; and from the middle, so that what hardly differs keeps its digits.
    let (middle, half) = (least / 2 + greatest / 2, greatest / 2 - least / 2)
    func scaled(_ value: Double) -> Double { (value / 2 - middle / 2) / half }
    let mean = values.reduce(0) { $0 + scaled($1) } / count
    let variance = values.reduce(0) { $0 + (scaled($1) - mean) * (scaled($1) - mean) } / count
    let deviation = half * (2 * variance.squareRoot())
    return (
      middle + half * (2 * mean), deviation.isFinite && deviation > 0 ? deviation : max(half, .leastNonzeroMagnitude)
    )
  }

  /// (x − mean) / deviation, whatever the size of either.
  static func scaled(_ value: Double, _ mean: Double, _ deviation: Double) -> Double {
    let distance = value - mean
    return distance.isFinite ? distance / deviation : value / deviation - mean / deviation
  }
}

/// What is done with a category that no training row had. Refuse them where one is a mistake rather than news.
///
/// ```swift
/// import Fitting
///
/// let configuration = try FitConfiguration(
///   data: DataFile("iris.csv"), target: "species", model: "logistic", unseenCategories: .refused)
/// ```
public enum UnseenCategories: String, Codable, Sendable, CaseIterable {
  /// All its features are 0, as for a missing value.
  case zeros
  /// `DatasetError.unseen` is thrown.
  case refused
}
