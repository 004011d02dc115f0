import Formats
import Telemetry

/// What the columns of the observations look like between two looks at them, beside the first thousand rows.
///
/// - `inputs/mean_shift`: the greatest |mean now − mean first| / deviation first over the columns that varied at first;
/// - `inputs/constant_columns`, `inputs/duplicate_columns`: columns of one value, and columns that vary and are equal, bit
///   for bit, to one before them;
/// - `inputs/abs_max`: the greatest magnitude of a finite number.
///
/// Numbers that are not finite are left out.
struct InputStatistics: Sendable, Codable {
  /// Rows before the first columns are known.
  static let referenceRows = 1_000

  private var columns: [Column]
  private var rows = 0
  /// Of the first rows; empty until there were enough.
  private var reference: [Moments] = []

  private struct Column: Sendable, Codable {
    /// The first finite value, from which the others are counted so that no digit of the variance is lost.
    var origin = 0.0
    var count = 0
    var sum = 0.0
    var squares = 0.0
    var minimum = Float.infinity
    var maximum = -Float.infinity
    /// Of all values in order, non-finite ones too.
    var digest = ValueDigest()

    @inline(__always)
    mutating func take(_ value: Float) {
      digest.take(value)
      guard value.isFinite else { return }
      if count == 0 { origin = Double(value) }
      let distance = Double(value) - origin
      count &+= 1
      sum += distance
      squares += distance * distance
      if value < minimum { minimum = value }
      if value > maximum { maximum = value }
    }

    var isConstant: Bool { minimum == maximum }

    var moments: Moments {
      let n = Double(max(1, count))
      let variance = max(0, squares / n - (sum / n) * (sum / n))
      return Moments(mean: origin + sum / n, deviation: isConstant ? 0 : variance.squareRoot())
    }
  }

  private struct Moments: Sendable, Codable {
    var mean: Double
    var deviation: Double
  }

  init(width: Int) { columns = Array(repeating: Column(), count: width) }

  /// Takes in `observations [rows, W]`.
  mutating func take(_ observations: UnsafePointer<Float>, rows: Int) {
    let width = columns.count
    columns.withUnsafeMutableBufferPointer { columns in
      for row in 0..<rows {
        for column in 0..<width { columns[column].take(observations[row * width + column]) }
      }
    }
    self.rows += rows
  }

  /// Records what was taken in since the last report, and forgets it once the first rows are known.
  mutating func report(step: Int, to sink: any MetricSink) {
    guard rows > 0 else { return }
    sink.record(.inputsConstantColumns, Double(columns.count { $0.count > 0 && $0.isConstant }), step: step)
    sink.record(.inputsDuplicateColumns, Double(duplicates), step: step)
    let magnitudes = columns.lazy.filter { $0.count > 0 }.map { max($0.minimum.magnitude, $0.maximum.magnitude) }
    if let magnitude = magnitudes.max() { sink.record(.inputsAbsMax, Double(magnitude), step: step) }
    if !reference.isEmpty {
      sink.record(.inputsMeanShift, shift, step: step)
    } else if rows >= Self.referenceRows {
      reference = columns.map(\.moments)
    } else {
      return
    }
    rows = 0
    for column in columns.indices { columns[column] = Column() }
  }

  private var shift: Double {
    var greatest = 0.0
    for (column, first) in zip(columns, reference) where column.count > 0 && first.deviation > 0 {
      greatest = max(greatest, abs(column.moments.mean - first.mean) / first.deviation)
    }
    return greatest
  }

  /// Equal digests stand for equal columns.
  private var duplicates: Int {
    let varying = columns.filter { $0.count > 0 && !$0.isConstant }.map(\.digest)
    return varying.count - Set(varying).count
  }
}
