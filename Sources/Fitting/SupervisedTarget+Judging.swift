import BLASBridge
import Formats
import Foundation
import Learning
import Models

extension SupervisedTarget {
  /// The field's measures of predictions `[n, outputs]`, probabilities of classes or numbers; of some rows by their places where
  /// `places` names them, some of them several times perhaps.
  package func scores(_ predictions: Matrix<Float>, _ places: [Int]? = nil, classes: [String]) -> FitScores {
    let own = places.map { predictions.rows(at: $0) } ?? predictions
    switch self {
    case .classes(let labels, _):
      return FitScores(truth: places?.map { labels[$0] } ?? labels, probabilities: own, classes: classes)
    case .numbers(let values):
      let truth = values.elements
      return FitScores(truth: places?.map { truth[$0] } ?? truth, predicted: own.elements)
    case .quantiles(let shares, let values):
      let truth = values.elements
      return FitScores(truth: places?.map { truth[$0] } ?? truth, quantiles: own, shares: shares)
    }
  }

  /// What the predictions of each row cost: minus the logarithm of the probability of its class, or the squared error, or the
  /// absolute one, or the mean pinball loss of its quantiles.
  package func losses(_ predictions: Matrix<Float>, areAbsolute: Bool = false) -> [Double] {
    switch self {
    case .classes(let labels, _): labels.enumerated().map { -log(Double(max(predictions[$0, $1], 1e-15))) }
    case .numbers(let values):
      values.elements.enumerated().map { row, value in
        let error = Double(predictions[row, 0]) - Double(value)
        return areAbsolute ? abs(error) : error * error
      }
    case .quantiles(let shares, let values):
      values.elements.enumerated().map { row, value in
        shares.indices.reduce(0) { sum, index in
          sum + PinballLoss.loss(Double(predictions[row, index]), truth: Double(value), share: shares[index])
        } / Double(shares.count)
      }
    }
  }
}

extension Matrix<Float> {
  /// The quantiles of `numbers` in each of so many rows: `[rows, shares]`.
  package init(quantiles shares: [Double], of numbers: [Float], rows: Int) {
    let sorted = numbers.map(Double.init).sorted()
    let values = shares.map { Float(quantile(sorted, $0)) }
    self.init(rows: rows, columns: shares.count, (0..<rows).flatMap { _ in values })
  }

  /// These rows, in this order; some of them several times perhaps.
  package func rows(at places: [Int]) -> Matrix {
    var elements: [Float] = []
    elements.reserveCapacity(places.count * columns)
    for row in places { for column in 0..<columns { elements.append(self[row, column]) } }
    return Matrix(rows: places.count, columns: columns, elements)
  }
}
