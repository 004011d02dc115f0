import Foundation

/// How far the targets of two parts of the rows are apart: Kolmogorov and Smirnov's distance of numbers, of classes the greatest
/// difference of shares.
struct TargetDistance {
  let distance: Double
  /// What one split in a thousand of rows that are alike exceeds, about.
  let byChance: Double

  /// nil without targets.
  init?(_ training: FitRows, _ validation: FitRows) {
    let size = 1 / Double(training.count) + 1 / Double(validation.count)
    if !training.labels.isEmpty {
      func shares(_ labels: [Int], _ count: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: count)
        for label in labels { shares[label] += 1 / Double(labels.count) }
        return shares
      }
      let classes = max(training.labels.max() ?? 0, validation.labels.max() ?? 0) + 1
      let (own, other) = (shares(training.labels, classes), shares(validation.labels, classes))
      guard let most = own.indices.max(by: { abs(own[$0] - other[$0]) < abs(own[$1] - other[$1]) }) else { return nil }
      distance = abs(own[most] - other[most])
      let rows = (Double(training.count), Double(validation.count))
      let share = (own[most] * rows.0 + other[most] * rows.1) / (rows.0 + rows.1)
      byChance = 3.9 * (share * (1 - share) * size).squareRoot()
      return
    }
    guard training.numbers.columns > 0 else { return nil }
    let (own, other) = (training.numbers.elements.sorted(), validation.numbers.elements.sorted())
    var (i, j, greatest) = (0, 0, 0.0)
    while i < own.count, j < other.count {
      let value = min(own[i], other[j])
      while i < own.count, own[i] <= value { i += 1 }
      while j < other.count, other[j] <= value { j += 1 }
      // Values that are no numbers end the walk.
      if !(value <= .greatestFiniteMagnitude) { break }
      greatest = max(greatest, abs(Double(i) / Double(own.count) - Double(j) / Double(other.count)))
    }
    distance = greatest
    byChance = 1.95 * size.squareRoot()
  }
}
