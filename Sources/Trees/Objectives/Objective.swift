import Settings

/// A loss of scores, and how scores become predictions.
protocol Objective: Sendable {
  /// Trees a round: one for each score of a row.
  var scoresPerRow: Int { get }
  /// Of the rows' best constant prediction.
  func initialScores(_ rows: TargetRows) -> [Double]
  /// Fills the gradients and second derivatives `[scores][rows]` at `scores` `[scores][rows]`; returns the mean loss.
  func gradients(
    _ rows: TargetRows, at scores: UnsafePointer<Double>, _ gradients: UnsafeMutablePointer<Float>,
    _ hessians: UnsafeMutablePointer<Float>
  ) -> Double
  /// The quantile of the residuals that is a leaf's value in a tree of a score; nil where the value follows from gradients.
  func leafQuantile(of score: Int) -> Double?
  /// Turns the scores `[scores]` of a row into outputs.
  func outputs(_ scores: UnsafeBufferPointer<Double>, into outputs: UnsafeMutablePointer<Float>)
  var outputCount: Int { get }
  /// Throws where a target is beyond what the loss is defined for.
  func check(_ rows: TargetRows) throws(HyperparameterError)
}

extension Objective {
  var scoresPerRow: Int { 1 }
  func leafQuantile(of score: Int) -> Double? { nil }
  var outputCount: Int { 1 }
  func check(_ rows: TargetRows) throws(HyperparameterError) {}
}

/// The target of some rows: numbers, or class indices as numbers.
final class TargetRows {
  let values: [Float]
  /// nil where all count the same.
  let weights: [Float]?
  let totalWeight: Double
  /// The rows of each group, in order; nil where rows are independent.
  let queries: [[Int]]?

  init(_ values: [Float], weights: [Float]?, groups: [Int]? = nil) {
    (self.values, self.weights) = (values, weights)
    queries = groups.map { groups in
      Dictionary(grouping: groups.indices) { groups[$0] }.values.sorted { $0[0] < $1[0] }
    }
    totalWeight = weights.map { $0.reduce(0) { $0 + Double($1) } } ?? Double(values.count)
  }

  var count: Int { values.count }
  func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

  /// NaN where no row counts.
  var mean: Double {
    values.indices.reduce(0) { $0 + weight($1) * Double(values[$1]) } / totalWeight
  }

  /// The standard deviation, as of a population.
  var deviation: Double {
    let center = mean
    let squares = values.indices.reduce(0) { sum, row in
      sum + weight(row) * (Double(values[row]) - center) * (Double(values[row]) - center)
    }
    return (squares / totalWeight).squareRoot()
  }
}

/// A value at which `share` of the weight lies below.
func weightedQuantile(_ values: [(value: Double, weight: Double)], share: Double) -> Double {
  let sorted = values.sorted { $0.value < $1.value }
  guard let last = sorted.last else { return 0 }
  let total = sorted.reduce(0) { $0 + $1.weight }
  // Each value stands at the middle of its weight; between two of them the quantile is interpolated.
  var below = 0.0
  var previous: (value: Double, place: Double)?
  for (value, weight) in sorted where weight > 0 {
    let place = below + weight / 2
    if place >= share * total {
      guard let previous, place > previous.place else { return value }
      let part = (share * total - previous.place) / (place - previous.place)
      return previous.value + part * (value - previous.value)
    }
    previous = (value, place)
    below += weight
  }
  return last.value
}
