import BLASBridge
import Fitting
import Foundation

/// Weights with which several models predict together, fitted to what they say of rows that they were not fitted to (Wolpert 1992,
/// "Stacked generalization"; Breiman 1996, "Stacked regressions"). Numbers are a weighted sum; of classes the logarithms of the
/// probabilities are, which can make models surer together than any is alone.
///
/// The weights are drawn towards `start`, as if that many rows had spoken for them: models that predict much the same would
/// otherwise get large weights of opposite signs.
struct Stacking {
  let weights: [Double]
  let biases: [Double]

  /// How strongly the weights are drawn, and the biases towards 0.
  private static let (pull, pullOfBiases) = (10.0, 1.0)
  /// Outputs that it is fitted to; of more rows a part, evenly spread.
  private static let mostValues = 100_000
  private static let mostIterations = 30

  /// `predictions`: of each model for all rows `[rows, outputs]`, of which those at `rows` count.
  ///
  /// nil where there are no such rows, or no weights come of it.
  init?(_ predictions: [Matrix<Float>], _ loss: GreedySelection.Loss, rows: [Int], start: [Double]) {
    guard !rows.isEmpty, !predictions.isEmpty else { return nil }
    let mostRows = max(1, Self.mostValues / predictions[0].columns)
    let stride = max(1, (rows.count + mostRows - 1) / mostRows)
    let rows = Swift.stride(from: 0, to: rows.count, by: stride).map { rows[$0] }
    let fitted: [Double]?
    let outputs: Int
    switch loss {
    case .logarithmic(let labels):
      outputs = predictions[0].columns
      fitted = Self.fit(classes: predictions, rows.map { labels[$0] }, rows: rows, start: start)
    case .squared(let truth):
      outputs = 1
      fitted = Self.fit(numbers: predictions, rows.map { truth[$0] }, rows: rows, start: start, areAbsolute: false)
    case .absolute(let truth):
      outputs = 1
      fitted = Self.fit(numbers: predictions, rows.map { truth[$0] }, rows: rows, start: start, areAbsolute: true)
    // A weighted sum of quantiles is hardly better than their mean, and may cross.
    case .pinball: return nil
    }
    guard let fitted, fitted.allSatisfy(\.isFinite) else { return nil }
    (weights, biases) = (Array(fitted.dropLast(outputs)), Array(fitted.suffix(outputs)))
  }

  // MARK: Numbers

  /// Least squares; of absolute errors by rows that count the less the further they are off (iteratively reweighted).
  private static func fit(
    numbers predictions: [Matrix<Float>], _ truth: [Float], rows: [Int], start: [Double], areAbsolute: Bool
  ) -> [Double]? {
    let models = predictions.count
    let terms = rows.map { row in predictions.map { Double($0[row, 0]) } + [1] }
    var parameters = start + [0]
    func residuals() -> [Double] {
      zip(terms, truth).map { terms, truth in
        var sum = 0.0
        for (parameter, term) in zip(parameters, terms) { sum += parameter * term }
        return Double(truth) - sum
      }
    }
    var errors = residuals()
    let scale = errors.reduce(0) { $0 + (areAbsolute ? abs($1) : $1 * $1) } / Double(errors.count)
    guard scale > 0, scale.isFinite else { return nil }
    for _ in 0..<(areAbsolute ? mostIterations : 1) {
      // Minus the logarithm of the likelihood of normal or of Laplace errors, and the pull.
      let gradient = Matrix<Double>(rows: models + 1, columns: 1)
      let curvature = Matrix<Double>(rows: models + 1, columns: models + 1)
      for (index, terms) in terms.enumerated() {
        let weight = 1 / (areAbsolute ? scale * max(abs(errors[index]), 1e-3 * scale) : scale)
        for i in 0...models {
          gradient[i, 0] += weight * errors[index] * terms[i]
          for j in 0...i { curvature[i, j] += weight * terms[i] * terms[j] }
        }
      }
      for model in 0..<models {
        gradient[model, 0] -= pull * (parameters[model] - start[model])
        curvature[model, model] += pull
      }
      // The bias may be of any size; with this it has a value where all predictions are one number.
      curvature[models, models] *= 1 + 1e-9
      guard let step = try? Cholesky(curvature).solve(gradient) else { return nil }
      for index in 0...models { parameters[index] += step[index, 0] }
      errors = residuals()
    }
    return parameters
  }

  // MARK: Classes

  /// Newton's method on the log loss, which is convex in the weights.
  private static func fit(
    classes predictions: [Matrix<Float>], _ labels: [Int], rows: [Int], start: [Double]
  ) -> [Double]? {
    let (models, classes) = (predictions.count, predictions[0].columns)
    let count = models + classes
    // `[row, class, model]`
    var terms: [Double] = []
    terms.reserveCapacity(rows.count * classes * models)
    for row in rows {
      for label in 0..<classes {
        for model in predictions { terms.append(Pooling.term(model[row, label], ofClasses: true)) }
      }
    }
    /// Of a row, by the place of its first term.
    func probabilities(at place: Int, _ parameters: [Double]) -> [Double] {
      var sums = Array(parameters[models...])
      for label in 0..<classes {
        let first = place + label * models
        for model in 0..<models { sums[label] += parameters[model] * terms[first + model] }
      }
      return Pooling.softmax(sums[...])
    }
    func loss(_ parameters: [Double]) -> Double {
      var sum = 0.0
      for (index, label) in labels.enumerated() {
        sum -= log(max(probabilities(at: index * classes * models, parameters)[label], 1e-300))
      }
      for model in 0..<models {
        sum += 0.5 * pull * (parameters[model] - start[model]) * (parameters[model] - start[model])
      }
      for label in models..<count { sum += 0.5 * pullOfBiases * parameters[label] * parameters[label] }
      return sum
    }
    var parameters = start + [Double](repeating: 0, count: classes)
    var known = loss(parameters)
    for _ in 0..<mostIterations {
      let gradient = Matrix<Double>(rows: count, columns: 1)
      let curvature = Matrix<Double>(rows: count, columns: count)
      for (index, label) in labels.enumerated() {
        let place = index * classes * models
        let shares = probabilities(at: place, parameters)
        var means = [Double](repeating: 0, count: models)
        for other in 0..<classes {
          for model in 0..<models { means[model] += shares[other] * terms[place + other * models + model] }
        }
        for model in 0..<models { gradient[model, 0] += means[model] - terms[place + label * models + model] }
        for other in 0..<classes {
          let (share, first) = (shares[other], place + other * models)
          gradient[models + other, 0] += share - (other == label ? 1 : 0)
          for i in 0..<models {
            let off = share * (terms[first + i] - means[i])
            for j in 0...i { curvature[i, j] += off * (terms[first + j] - means[j]) }
            curvature[models + other, i] += off
          }
          curvature[models + other, models + other] += share
          for earlier in 0...other { curvature[models + other, models + earlier] -= share * shares[earlier] }
        }
      }
      for model in 0..<models {
        gradient[model, 0] += pull * (parameters[model] - start[model])
        curvature[model, model] += pull
      }
      for label in models..<count {
        gradient[label, 0] += pullOfBiases * parameters[label]
        curvature[label, label] += pullOfBiases
      }
      guard let step = try? Cholesky(curvature).solve(gradient) else { return nil }
      // As far as the loss falls.
      var length = 1.0
      var next = parameters
      var reached = Double.infinity
      repeat {
        next = parameters.indices.map { parameters[$0] - length * step[$0, 0] }
        reached = loss(next)
        length /= 2
      } while reached > known && length > 1e-3
      guard reached <= known else { break }
      let gain = known - reached
      (parameters, known) = (next, reached)
      if gain < 1e-7 * max(1, known) { break }
    }
    return parameters
  }

  /// What the models say together, `[rows, outputs]`.
  func predictions(_ predictions: [Matrix<Float>], areClasses: Bool) -> Matrix<Float> {
    predictions.pooled(.stacked(biases: biases), weights, areClasses: areClasses)
  }
}

extension [Matrix<Float>] {
  func pooled(_ pooling: Pooling, _ weights: [Double], areClasses: Bool) -> Matrix<Float> {
    var sum = PooledPredictions(pooling, rows: self[0].rows, columns: self[0].columns, areClasses: areClasses)
    for (matrix, weight) in zip(self, weights) where weight != 0 { sum.add(matrix, weight: weight) }
    return sum.matrix
  }
}
