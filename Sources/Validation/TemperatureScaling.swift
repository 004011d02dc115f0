import Foundation

/// One temperature for the logarithms of all probabilities (Guo et al. 2017, "On Calibration of Modern Neural Networks"): above
/// 1 it makes a model less sure of itself, below 1 surer. The order of the classes stays.
package struct TemperatureScaling: Codable, Hashable, Sendable {
  package let temperature: Double

  private static let range = 0.01...100.0
  package static let least = 1e-30

  /// The temperature of the least log loss, from 0.01 to 100.
  package init(_ probabilities: ClassProbabilities, labels: [Int]) {
    let logarithms = probabilities.values.map { log(max($0, Self.least)) }
    let classes = probabilities.classes
    /// The derivative of the log loss by the inverse temperature, which ascends.
    func slope(_ inverse: Double) -> Double {
      labels.indices.reduce(0) { sum, row in
        let own = logarithms[row * classes..<(row + 1) * classes]
        let most = own.max()!
        var (total, weighted) = (0.0, 0.0)
        for value in own {
          let weight = exp(inverse * (value - most))
          total += weight
          weighted += weight * value
        }
        return sum + weighted / total - own[own.startIndex + labels[row]]
      }
    }
    var (low, high) = (log(1 / Self.range.upperBound), log(1 / Self.range.lowerBound))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if slope(exp(middle)) > 0 { high = middle } else { low = middle }
    }
    // At an end of the range, as where no row is mistaken, the last bits would lie beyond it.
    temperature = min(max(exp(-(low + high) / 2), Self.range.lowerBound), Self.range.upperBound)
  }

  /// The probabilities of one row.
  func scaled(_ row: ArraySlice<Double>) -> [Double] {
    let logarithms = row.map { log(max($0, Self.least)) / temperature }
    let most = logarithms.max() ?? 0
    let weights = logarithms.map { exp($0 - most) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  var isSound: Bool { Self.range.contains(temperature) || temperature == Self.range.upperBound }
}
