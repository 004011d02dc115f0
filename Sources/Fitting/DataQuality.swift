import BLASBridge
import Formats
import Learning
import Telemetry

/// What is odd about the rows of a fit, as its model sees them: features after scaling and one-hot encoding.
struct DataQuality {
  /// Features of one value in all training rows.
  private(set) var constantColumns = 0
  /// Features that vary and are, in all training rows, equal to one before them.
  private(set) var duplicateColumns = 0
  /// Numbers of features and targets, of training and validation, that are NaN or infinite.
  private(set) var nonFiniteValues = 0
  /// The share of validation rows, features and target, that are also training rows; nil without validation rows.
  private(set) var validationOverlap: Double?

  init(training: FitRows, validation: FitRows?) {
    var seen: Set<ValueDigest> = []
    for column in 0..<training.x.columns {
      var (digest, isConstant) = (ValueDigest(), true)
      for row in 0..<training.x.rows {
        digest.take(training.x[row, column])
        if training.x[row, column] != training.x[0, column] { isConstant = false }
      }
      if isConstant {
        constantColumns += 1
      } else if !seen.insert(digest).inserted {
        duplicateColumns += 1
      }
    }
    for rows in [training, validation].compactMap({ $0 }) {
      nonFiniteValues += rows.x.elements.count { !$0.isFinite } + rows.numbers.elements.count { !$0.isFinite }
    }
    guard let validation else { return }
    let known = Set(Self.digests(training))
    validationOverlap = Double(Self.digests(validation).count(where: known.contains)) / Double(validation.x.rows)
  }

  private static func digests(_ rows: FitRows) -> [ValueDigest] {
    let (labels, numbers) = (rows.labels, rows.numbers)
    return (0..<rows.x.rows).map { row in
      var digest = ValueDigest()
      for column in 0..<rows.x.columns { digest.take(rows.x[row, column]) }
      if !labels.isEmpty { digest.take(Float(labels[row])) }
      for column in 0..<numbers.columns where numbers.rows > row { digest.take(numbers[row, column]) }
      return digest
    }
  }

  func record(to sink: any MetricSink) {
    sink.record(.dataConstantColumns, Double(constantColumns), step: 0)
    sink.record(.dataDuplicateColumns, Double(duplicateColumns), step: 0)
    sink.record("data/nonfinite_values", Double(nonFiniteValues), step: 0)
    if let validationOverlap { sink.record(.dataValidationOverlap, validationOverlap, step: 0) }
  }
}
