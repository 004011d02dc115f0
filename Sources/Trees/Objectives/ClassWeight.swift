import Models

/// How much the rows of each class count.
package enum ClassWeight: String, CaseIterable, Codable, Sendable {
  case none
  /// All classes alike, however many rows each has.
  case balanced
}

extension TrainingData {
  /// The rows' weights, times what makes the classes count alike; nil where all rows count the same.
  func weights(_ choice: ClassWeight) -> [Float]? {
    guard choice == .balanced, let classes, !labels.isEmpty else { return weights }
    var totals = [Double](repeating: 0, count: classes)
    for (row, label) in labels.enumerated() { totals[label] += weights.map { Double($0[row]) } ?? 1 }
    let present = Double(totals.count { $0 > 0 })
    let all = totals.reduce(0, +)
    return labels.enumerated().map { row, label in
      let factor = totals[label] > 0 ? all / (present * totals[label]) : 0
      return Float((weights.map { Double($0[row]) } ?? 1) * factor)
    }
  }
}
