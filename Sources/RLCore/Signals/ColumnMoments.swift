import Formats
import Foundation

/// The mean and the standard deviation of each column of the rows seen so far.
struct ColumnMoments: Sendable, Hashable {
  private(set) var columns: [Moments]
  /// Of rows.
  private(set) var count = 0

  init(width: Int) { columns = Array(repeating: Moments(), count: width) }

  /// Takes in a row of `width` numbers; a row with a number that is not finite is left out.
  mutating func take(_ row: UnsafePointer<Float>) {
    for column in columns.indices where !row[column].isFinite { return }
    count += 1
    for column in columns.indices { columns[column].take(Double(row[column])) }
  }

  /// Forgets all rows, and keeps the memory.
  mutating func reset() {
    count = 0
    for column in columns.indices { columns[column] = Moments() }
  }

  /// As if all rows had been taken in here.
  func merged(with other: ColumnMoments) -> ColumnMoments {
    var all = self
    all.count += other.count
    for column in columns.indices { all.columns[column] = columns[column].merged(with: other.columns[column]) }
    return all
  }

  /// How `other` rows differ from these, over all columns.
  ///
  /// `shift`: the root of the mean squared distance of the means, each in the deviation of both, at most 100; `scale`: the
  /// geometric mean of the ratios of the other deviations to these, nil where no column varies in both.
  func difference(to other: ColumnMoments) -> (shift: Double, scale: Double?) {
    var (shifts, logs, varying) = (0.0, 0.0, 0)
    for (first, second) in zip(columns, other.columns) {
      let (mine, theirs) = (first.deviation, second.deviation)
      let distance = abs(first.mean - second.mean)
      let pooled = ((mine * mine + theirs * theirs) / 2).squareRoot()
      // Single precision gives equal states that differ by rounding.
      let isEqual = distance <= 1e-5 * max(1, abs(first.mean))
      let shift = isEqual ? 0 : min(Self.greatestShift, distance / max(pooled, 1e-12))
      shifts += shift * shift
      if mine > 0, theirs > 0 {
        logs += log(theirs / mine)
        varying += 1
      }
    }
    let shift = (shifts / Double(max(1, columns.count))).squareRoot()
    return (shift, varying > 0 ? exp(logs / Double(varying)) : nil)
  }

  private static let greatestShift = 100.0
}

extension ColumnMoments: Codable {
  private enum CodingKeys: String, CodingKey { case count, means, squares }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    count = try container.decode(Int.self, forKey: .count)
    let means = try container.decode([Double].self, forKey: .means)
    let squares = try container.decode([Double].self, forKey: .squares)
    guard means.count == squares.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .squares, in: container, debugDescription: "\(squares.count) columns beside \(means.count)")
    }
    columns = Array(repeating: Moments(), count: means.count)
    for column in columns.indices {
      (columns[column].count, columns[column].mean, columns[column].squares) = (count, means[column], squares[column])
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(count, forKey: .count)
    try container.encode(columns.map(\.mean), forKey: .means)
    try container.encode(columns.map(\.squares), forKey: .squares)
  }
}

/// The first observations of the last 50 to 100 episodes.
struct FirstObservations: Sendable, Codable, Hashable {
  static let blockSize = 50
  private var older: ColumnMoments
  private var newer: ColumnMoments

  init(width: Int) {
    older = ColumnMoments(width: width)
    newer = older
  }

  mutating func take(_ row: UnsafePointer<Float>) {
    if newer.count == Self.blockSize {
      swap(&older, &newer)
      newer.reset()
    }
    newer.take(row)
  }

  var moments: ColumnMoments { older.merged(with: newer) }
}
