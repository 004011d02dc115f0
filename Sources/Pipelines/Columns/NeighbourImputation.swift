/// scikit-learn's `KNNImputer`: a missing number is the mean of those of the nearest training rows that have it, by the
/// columns that both rows have.
struct NeighbourImputation: Codable, Sendable {
  enum Weights: String, CaseIterable, Codable, Sendable { case uniform, distance }

  let count: Int
  let weights: Weights
  /// The training rows `[d][n]`; nil where a value is missing.
  private let columns: [[Double?]]
  /// For rows that share no column with any training row that has the value.
  private let means: [Double]

  init(count: Int, weights: Weights, columns: [[Double]], means: [Double]) {
    (self.count, self.weights, self.means) = (count, weights, means)
    self.columns = columns.map { $0.map { $0.isNaN ? nil : $0 } }
  }

  /// Columns `[d][n]` without a missing value.
  func filled(_ values: [[Double]]) -> [[Double]] {
    let (d, n) = (columns.count, columns.first?.count ?? 0)
    var result = values
    var donors = [Double](repeating: .nan, count: n * d)
    for column in 0..<d {
      for row in 0..<n { if let value = columns[column][row] { donors[row * d + column] = value } }
    }
    var distances = [Double](repeating: 0, count: n)
    for row in values.first?.indices ?? 0..<0 {
      let lacking = (0..<d).filter { values[$0][row].isNaN }
      if lacking.isEmpty { continue }
      let present = (0..<d).filter { !values[$0][row].isNaN }
      let own = present.map { values[$0][row] }
      for donor in 0..<n {
        var (sum, shared) = (0.0, 0)
        for (place, column) in present.enumerated() {
          let distance = own[place] - donors[donor * d + column]
          if distance.isNaN { continue }
          sum += distance * distance
          shared += 1
        }
        distances[donor] = shared == 0 ? .nan : sum * Double(d) / Double(shared)
      }
      for column in lacking {
        result[column][row] = mean(of: column, donors, d, distances) ?? means[column]
      }
    }
    return result
  }

  /// Of the nearest rows that have the column, of equally near ones the first; nil where no such row is at a distance.
  private func mean(of column: Int, _ donors: [Double], _ d: Int, _ distances: [Double]) -> Double? {
    var nearest: [(distance: Double, value: Double)] = []
    for (donor, distance) in distances.enumerated() where !distance.isNaN {
      let value = donors[donor * d + column]
      if value.isNaN || nearest.count == count && distance >= nearest[count - 1].distance { continue }
      let place = nearest.firstIndex { $0.distance > distance } ?? nearest.count
      nearest.insert((distance, value), at: place)
      if nearest.count > count { nearest.removeLast() }
    }
    guard let first = nearest.first else { return nil }
    // Rows at no distance count alone.
    let isSame = first.distance == 0
    var (sum, total) = (0.0, 0.0)
    for (distance, value) in nearest {
      let weight = weights == .uniform ? 1 : isSame ? (distance == 0 ? 1 : 0) : (first.distance / distance).squareRoot()
      sum += weight * value
      total += weight
    }
    return sum / total
  }
}
