/// How much the rows of each class count.
package enum ClassWeight: String, CaseIterable, Codable, Sendable {
  case none
  /// All classes alike, however many rows each has.
  case balanced

  /// What the weights of the rows of each class are multiplied by `[classes]`: all of the weight, over that of the class and
  /// the number of classes that have rows (scikit-learn's). nil where all classes count as they are.
  package func factors(labels: [Int], classes: Int, weights: [Float]? = nil) -> [Double]? {
    if self == .none || labels.isEmpty { return nil }
    var totals = [Double](repeating: 0, count: classes)
    for (row, label) in labels.enumerated() { totals[label] += weights.map { Double($0[row]) } ?? 1 }
    let (all, present) = (totals.reduce(0, +), Double(totals.count { $0 > 0 }))
    return totals.map { $0 > 0 ? all / (present * $0) : 1 }
  }
}
