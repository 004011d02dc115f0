import BLASBridge

extension FitRows {
  /// The share of rows whose label a model of classes contradicts with confidence (Northcutt, Jiang and Chuang 2021,
  /// "Confident Learning", section 3.1); nil where there are no classes.
  func labelIssues(_ model: FittedModel) -> Double? {
    guard case .classes(let labels, let count) = target, !labels.isEmpty else { return nil }
    let probabilities = model.predict(x)
    var (sums, sizes) = (Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count))
    for (row, label) in labels.enumerated() {
      sums[label] += Double(probabilities[row, label])
      sizes[label] += 1
    }
    var issues = 0
    for (row, label) in labels.enumerated() {
      // Of the classes it is sure of, the most probable one.
      var (confident, greatest) = (-1, 0.0)
      for other in 0..<count where sizes[other] > 0 {
        let probability = Double(probabilities[row, other])
        if probability >= sums[other] / sizes[other], probability > greatest {
          (confident, greatest) = (other, probability)
        }
      }
      if confident >= 0, confident != label { issues += 1 }
    }
    return Double(issues) / Double(labels.count)
  }
}
