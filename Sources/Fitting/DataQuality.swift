import BLASBridge
import Formats
import Learning
import Models
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
  /// How far the targets of training and validation are apart; nil without either.
  private(set) var targetShift: TargetDistance?

  init(training: FitRows, validation: FitRows?) {
    var seen: Set<ValueDigest> = []
    for column in 0..<training.features.count {
      var (digest, isConstant) = (ValueDigest(), true)
      for row in 0..<training.count {
        digest.take(training.features.bits(row, column))
        if training.features.bits(row, column) != training.features.bits(0, column) { isConstant = false }
      }
      if isConstant {
        constantColumns += 1
      } else if !seen.insert(digest).inserted {
        duplicateColumns += 1
      }
    }
    for rows in [training, validation].compactMap({ $0 }) {
      nonFiniteValues += rows.features.nonFiniteCount + rows.numbers.elements.count { !$0.isFinite }
    }
    guard let validation else { return }
    targetShift = TargetDistance(training, validation)
    let known = Set(Self.digests(training))
    validationOverlap = Double(Self.digests(validation).count(where: known.contains)) / Double(validation.count)
  }

  private static func digests(_ rows: FitRows) -> [ValueDigest] {
    let (labels, numbers) = (rows.labels, rows.numbers)
    return (0..<rows.count).map { row in
      var digest = ValueDigest()
      for column in 0..<rows.features.count { digest.take(rows.features.bits(row, column)) }
      if !labels.isEmpty { digest.take(Float(labels[row])) }
      for column in 0..<numbers.columns where numbers.rows > row { digest.take(numbers[row, column]) }
      return digest
    }
  }

  func record(to sink: any MetricSink) {
    sink.record(.dataConstantColumns, Double(constantColumns), step: 0)
    sink.record(.dataDuplicateColumns, Double(duplicateColumns), step: 0)
    sink.record("data/nonfinite_values", Double(nonFiniteValues), step: 0)
    if let targetShift {
      sink.record("data/target_shift", targetShift.distance, step: 0)
      sink.record("data/target_shift_by_chance", targetShift.byChance, step: 0)
    }
    if let validationOverlap { sink.record(.dataValidationOverlap, validationOverlap, step: 0) }
  }
}

extension Features {
  /// The bits of a value, of which equal values have the same.
  fileprivate func bits(_ row: Int, _ column: Int) -> UInt64 {
    switch self {
    case .scaled(let x): UInt64((x[row, column] + 0).bitPattern)
    case .columns(let columns):
      switch columns.columns[column] {
      case .numbers(let values): (values[row] + 0).bitPattern
      case .codes(let codes, _): UInt64(bitPattern: Int64(codes[row]))
      }
    }
  }

  /// Scaled features that are NaN or infinite; a value that is missing in columns is none.
  fileprivate var nonFiniteCount: Int {
    switch self {
    case .scaled(let x): x.elements.count { !$0.isFinite }
    case .columns: 0
    }
  }
}
