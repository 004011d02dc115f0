import BLASBridge
import Datasets
import Settings

/// scikit-learn's `VarianceThreshold`, and the removal of columns that say what another one says.
struct SelectStep: ColumnStep {
  static let name = "select"
  static let summary = "no columns of little variance, or that correlate with an earlier one"
  static let hyperparameters: [Hyperparameter<SelectStep>] = [
    .optionalNumber("threshold", \.threshold, .nonNegative, "keep a larger variance (over n) than this; null: any"),
    .optionalNumber(
      "max_correlation", \.maxCorrelation, .unit, "drop a column that correlates more, in magnitude, with one kept"),
  ]
  static let texts = ColumnChoice.parameters(of: \SelectStep.choice)

  var threshold: Double? = 0
  var maxCorrelation: Double?
  var choice = ColumnChoice()

  func fit(_ data: TrainingRows) throws(PipelineError) -> DropStep.Fitted {
    let names = try data.names(choice, kinds: [.number])
    let columns = try data.output.numbers(of: names)
    var dropped: Set<Int> = []
    if let threshold {
      for (place, values) in columns.enumerated() where !(Self.spread(values, threshold) > threshold) {
        dropped.insert(place)
      }
    }
    if let maxCorrelation {
      try PipelineError.requireMemory(rows: data.output.rowCount, columns: names.count, lower: "choose fewer columns")
      var kept: [Correlated] = []
      for (place, values) in columns.enumerated() where !dropped.contains(place) {
        let column = Correlated(values)
        if kept.contains(where: { $0.correlation(with: column).magnitude > maxCorrelation }) {
          dropped.insert(place)
        } else {
          kept.append(column)
        }
      }
    }
    if !names.isEmpty, dropped.count == names.count {
      throw PipelineError("no column would be left: lower 'threshold'")
    }
    return DropStep.Fitted(columns: dropped.sorted().map { names[$0] })
  }

  /// The variance; against 0 the range if that is less, which is exact for constants.
  private static func spread(_ values: [Double], _ threshold: Double) -> Double {
    let present = PresentValues(values)
    let variance = present.variance(values)
    return threshold == 0 ? min(variance, present.greatest - present.least) : variance
  }
}

/// A column made ready for Pearson's correlations.
private struct Correlated {
  private let values: [Double]
  /// From the mean, of length 1; nil where a value is missing.
  private let unit: Matrix<Double>?

  init(_ values: [Double]) {
    self.values = values
    let present = PresentValues(values)
    guard present.count == values.count else {
      unit = nil
      return
    }
    let mean = present.mean
    let length = (present.variance(values) * Double(values.count)).squareRoot()
    unit = Matrix(column: values.map { ($0 - mean) / length })
  }

  /// Over the rows where both have a value; NaN where one is constant there.
  func correlation(with other: Correlated) -> Double {
    if let unit, let others = other.unit { return BLAS.dot(unit, others) }
    let rows = values.indices.filter { !values[$0].isNaN && !other.values[$0].isNaN }
    return Correlated(rows.map { values[$0] }).correlation(with: Correlated(rows.map { other.values[$0] }))
  }
}
