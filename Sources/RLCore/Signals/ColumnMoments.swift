import Foundation

/// The mean and the standard deviation of each column of the rows seen so far (Welford 1962).
struct ColumnMoments: Sendable, Codable, Hashable {
  private(set) var count = 0
  private(set) var means: [Double]
  /// Sums of squared distances from the mean.
  private var squares: [Double]

  init(width: Int) {
    means = Array(repeating: 0, count: width)
    squares = means
  }

  /// Takes in a row of `width` numbers; a row with a number that is not finite is left out.
  mutating func take(_ row: UnsafePointer<Float>) {
    for column in means.indices where !row[column].isFinite { return }
    count += 1
    for column in means.indices {
      let delta = Double(row[column]) - means[column]
      means[column] += delta / Double(count)
      squares[column] += delta * (Double(row[column]) - means[column])
    }
  }

  /// Forgets all rows, and keeps the memory.
  mutating func reset() {
    count = 0
    for column in means.indices { (means[column], squares[column]) = (0, 0) }
  }

  /// With n in its denominator.
  func deviation(of column: Int) -> Double { (squares[column] / Double(max(1, count))).squareRoot() }

  /// As if all rows had been taken in here (Chan, Golub and LeVeque 1979).
  func merged(with other: ColumnMoments) -> ColumnMoments {
    if count == 0 { return other }
    if other.count == 0 { return self }
    var all = self
    all.count += other.count
    let share = Double(other.count) / Double(all.count)
    for column in means.indices {
      let delta = other.means[column] - means[column]
      all.means[column] += delta * share
      all.squares[column] += other.squares[column] + delta * delta * Double(count) * share
    }
    return all
  }

  /// How `other` rows differ from these, over all columns.
  ///
  /// `shift`: the root of the mean squared distance of the means, each in the deviation of both, at most 100; `scale`: the
  /// geometric mean of the ratios of the other deviations to these, nil where no column varies in both.
  func difference(to other: ColumnMoments) -> (shift: Double, scale: Double?) {
    var (shifts, logs, varying) = (0.0, 0.0, 0)
    for column in means.indices {
      let (mine, theirs) = (deviation(of: column), other.deviation(of: column))
      let distance = abs(means[column] - other.means[column])
      let pooled = ((mine * mine + theirs * theirs) / 2).squareRoot()
      // Single precision gives equal states that differ by rounding.
      let isEqual = distance <= 1e-5 * max(1, abs(means[column]))
      let shift = isEqual ? 0 : min(Self.greatestShift, distance / max(pooled, 1e-12))
      shifts += shift * shift
      if mine > 0, theirs > 0 {
        logs += log(theirs / mine)
        varying += 1
      }
    }
    let shift = (shifts / Double(max(1, means.count))).squareRoot()
    return (shift, varying > 0 ? exp(logs / Double(varying)) : nil)
  }

  private static let greatestShift = 100.0
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
