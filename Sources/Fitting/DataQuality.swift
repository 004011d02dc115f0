import BLASBridge
import Datasets
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
  /// The share of validation rows, features and target, that are also training rows, of folds of those of the fold; nil without
  /// validation rows.
  private(set) var validationOverlap: Double?
  /// How far the targets of training and validation are apart; nil without either.
  private(set) var targetShift: TargetDistance?

  /// `folds` test training rows in turn.
  init(training: FitRows, validation: FitRows?, folds: [Folds.Part] = []) {
    var seen: Set<ValueDigest> = []
    for (digest, isConstant) in training.features.columnDigests {
      if isConstant {
        constantColumns += 1
      } else if !seen.insert(digest).inserted {
        duplicateColumns += 1
      }
    }
    for rows in [training, validation].compactMap({ $0 }) {
      nonFiniteValues += rows.features.nonFiniteCount + rows.numbers.elements.count { !$0.isFinite }
    }
    if !folds.isEmpty {
      let digests = Self.digests(training)
      let repeated = folds.reduce(0) { count, fold in
        let known = Set(fold.training.map { digests[$0] })
        return count + fold.test.count { known.contains(digests[$0]) }
      }
      validationOverlap = Double(repeated) / Double(folds.reduce(0) { $0 + $1.test.count })
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
      rows.features.take(row, into: &digest)
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
  /// Of each column one that equal columns share, and whether all rows have one value.
  fileprivate var columnDigests: [(digest: ValueDigest, isConstant: Bool)] {
    guard case .sparse(let matrix) = self else {
      return (0..<count).map { column in
        var (digest, isConstant) = (ValueDigest(), true)
        for row in 0..<rows {
          digest.take(bits(row, column))
          if bits(row, column) != bits(0, column) { isConstant = false }
        }
        return (digest, isConstant)
      }
    }
    // Zeros are passed over, in all columns alike.
    var digests = [ValueDigest](repeating: ValueDigest(), count: matrix.columns)
    var elements = [Int](repeating: 0, count: matrix.columns)
    var first = [Double](repeating: 0, count: matrix.columns)
    var differs = [Bool](repeating: false, count: matrix.columns)
    for row in 0..<matrix.rows {
      for place in matrix.offsets[row]..<matrix.offsets[row + 1] where matrix.values[place] != 0 {
        let (column, value) = (Int(matrix.indices[place]), matrix.values[place])
        digests[column].take(UInt64(row))
        digests[column].take(value.bitPattern)
        if elements[column] == 0 { first[column] = value } else if first[column] != value { differs[column] = true }
        elements[column] += 1
      }
    }
    return digests.indices.map { column in
      (digests[column], !differs[column] && (elements[column] == 0 || elements[column] == matrix.rows))
    }
  }

  /// Takes what there is in a row.
  fileprivate func take(_ row: Int, into digest: inout ValueDigest) {
    guard case .sparse(let matrix) = self else {
      for column in 0..<count { digest.take(bits(row, column)) }
      return
    }
    for place in matrix.offsets[row]..<matrix.offsets[row + 1] where matrix.values[place] != 0 {
      digest.take(UInt64(matrix.indices[place]))
      digest.take(matrix.values[place].bitPattern)
    }
  }

  /// The bits of a value, of which equal values have the same.
  fileprivate func bits(_ row: Int, _ column: Int) -> UInt64 {
    switch self {
    case .scaled(let x): UInt64((x[row, column] + 0).bitPattern)
    case .sparse: preconditionFailure("a sparse matrix is gone through row by row")
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
    case .sparse(let x): x.values.count { !$0.isFinite }
    case .columns: 0
    }
  }
}
