import BLASBridge
import CKernels

/// The penalised mean cross-entropy of a logistic or softmax regression and its gradient, over all rows.
///
/// The parameters are the weights W `[d, k]` row after row, then the intercepts b `[k]` if there are any; k is the number
/// of classes, or 1 for two. With intercepts the logits are (x − mean) · W + b: the same functions of x, but without the
/// strong tie between weights and intercepts that features away from 0 have, so that a minimum is found in fewer steps.
final class LogisticObjective {
  private let x: Matrix<Float>
  private let labels: [Int]
  private let outputs: Int
  private let fitsIntercept: Bool
  private let penalty: Double
  /// How much each row counts; nil where all count 1.
  private let rowWeights: [Float]?
  /// The sum of what rows count.
  private let count: Double
  /// The means of the columns `[d]`, zeros without intercepts.
  private let means: [Float]
  /// Columns that are computed: k, or 16 where the thin kernels serve. The logits of those beyond k are −∞.
  private let width: Int
  private let weights: Matrix<Float>
  private let offsets: FloatBuffer
  private let slopes: Matrix<Float>
  private let sums: FloatBuffer
  private let residuals: Matrix<Float>
  private let logProbabilities: Matrix<Float>

  var parameterCount: Int { (x.columns + (fitsIntercept ? 1 : 0)) * outputs }

  /// `penalty` is multiplied by half the weights' squared length; `rowWeights` are what rows count.
  init(
    _ x: Matrix<Float>, _ labels: [Int], classes: Int, rowWeights: [Float]? = nil, penalty: Double, fitsIntercept: Bool
  ) {
    precondition(classes >= 2, "a classification needs two classes or more, not \(classes)")
    precondition(x.rows == labels.count && x.rows > 0, "\(x.rows) rows and \(labels.count) labels")
    precondition(labels.allSatisfy { (0..<classes).contains($0) }, "a label is not below \(classes)")
    self.x = x
    self.labels = labels
    self.penalty = penalty
    self.rowWeights = rowWeights
    count = x.count(rowWeights)
    self.fitsIntercept = fitsIntercept
    outputs = classes == 2 ? 1 : classes
    width = (3...16).contains(classes) ? 16 : outputs
    means = fitsIntercept ? x.columnMeans(weights: rowWeights) : [Float](repeating: 0, count: x.columns)
    let block = min(x.rows, RowBlocks.size(width: x.columns))
    weights = Matrix(rows: x.columns, columns: width)
    slopes = Matrix(rows: x.columns, columns: width)
    offsets = FloatBuffer(count: width)
    sums = FloatBuffer(count: width)
    residuals = Matrix(rows: block, columns: width)
    logProbabilities = Matrix(rows: block, columns: width)
  }

  func model(_ parameters: FloatBuffer) -> LogisticModel {
    unpack(parameters.base)
    return LogisticModel(
      weights: weights.columns(0..<outputs).copy(), intercepts: Array(offsets.elements.prefix(outputs)))
  }

  /// Returns the loss at `parameters` and writes its gradient.
  func evaluate(_ parameters: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) -> Double {
    let (d, k) = (x.columns, outputs)
    unpack(parameters)
    slopes.base.update(repeating: 0, count: d * width)
    var loss = 0.0
    var residualSums = [Double](repeating: 0, count: k)
    RowBlocks.forEach(x.rows, size: residuals.rows) { range in
      let (rows, residuals) = (x.rows(range), residuals.rows(0..<range.count))
      multiply(rows, into: residuals)
      rl_bias(residuals.base, offsets.base, residuals.base, range.count, width)
      loss += k == 1 ? binaryResiduals(range) : softmaxResiduals(range)
      weigh(residuals, range)
      accumulate(rows, residuals)
      rl_column_sums(residuals.base, sums.base, range.count, width, 0)
      for output in 0..<k { residualSums[output] += Double(sums.base[output]) }
    }
    var squares = 0.0
    for row in 0..<d {
      for output in 0..<k {
        let weight = parameters[row * k + output]
        squares += Double(weight) * Double(weight)
        let slope = slopes.base[row * width + output] - means[row] * Float(residualSums[output])
        gradient[row * k + output] = slope / Float(count) + Float(penalty) * weight
      }
    }
    if fitsIntercept {
      for output in 0..<k { gradient[d * k + output] = Float(residualSums[output] / count) }
    }
    return loss / count + penalty / 2 * squares
  }

  /// Parameters as the products take them: weights `[d, width]`, and offsets `[width]` that are b − mean · W.
  private func unpack(_ parameters: UnsafePointer<Float>) {
    let (d, k) = (x.columns, outputs)
    for row in 0..<d {
      for output in 0..<k { weights.base[row * width + output] = parameters[row * k + output] }
    }
    offsets.base.update(repeating: -.infinity, count: width)
    for output in 0..<k {
      var offset = fitsIntercept ? Double(parameters[d * k + output]) : 0
      for row in 0..<d { offset -= Double(means[row]) * Double(parameters[row * k + output]) }
      offsets.base[output] = Float(offset)
    }
  }

  /// logits ← rows · weights
  private func multiply(_ rows: Matrix<Float>, into logits: Matrix<Float>) {
    if width == 16 {
      rl_thin_product(rows.base, rows.stride, weights.base, logits.base, rows.rows, rows.columns)
    } else if width == 1 {
      BLAS.gemv(rows, weights, into: logits)
    } else {
      BLAS.gemm(rows, weights, into: logits)
    }
  }

  /// slopes ← slopes + rowsᵀ · residuals
  private func accumulate(_ rows: Matrix<Float>, _ residuals: Matrix<Float>) {
    if width == 16 {
      rl_thin_product_transposed(rows.base, rows.stride, residuals.base, slopes.base, rows.rows, rows.columns)
    } else if width == 1 {
      BLAS.gemv(rows, transpose: true, residuals, into: slopes, beta: 1)
    } else {
      BLAS.gemm(rows, transposeA: true, residuals, into: slopes, beta: 1)
    }
  }

  /// What the row counts.
  private func weight(_ row: Int) -> Double { rowWeights.map { Double($0[row]) } ?? 1 }

  /// residuals ← residuals · what their rows count
  private func weigh(_ residuals: Matrix<Float>, _ range: Range<Int>) {
    guard let rowWeights else { return }
    for row in 0..<range.count {
      for output in 0..<width { residuals.base[row * width + output] *= rowWeights[range.lowerBound + row] }
    }
  }

  /// logits ← softmax − one-hot label; returns the weighted sum of −ln p(label).
  private func softmaxResiduals(_ range: Range<Int>) -> Double {
    rl_log_softmax(residuals.base, logProbabilities.base, range.count, width)
    rl_exp(logProbabilities.base, residuals.base, range.count * width)
    var loss = 0.0
    for row in 0..<range.count {
      let place = row * width + labels[range.lowerBound + row]
      loss -= weight(range.lowerBound + row) * Double(logProbabilities.base[place])
      residuals.base[place] -= 1
    }
    return loss
  }

  /// logits z ← σ(z) − label; returns the weighted sum of ln(1 + e^z) − label · z.
  private func binaryResiduals(_ range: Range<Int>) -> Double {
    rl_softplus(residuals.base, logProbabilities.base, range.count)
    var loss = 0.0
    for row in 0..<range.count {
      let logit = labels[range.lowerBound + row] == 1 ? Double(residuals.base[row]) : 0
      loss += weight(range.lowerBound + row) * (Double(logProbabilities.base[row]) - logit)
    }
    rl_sigmoid(residuals.base, residuals.base, range.count)
    for row in 0..<range.count where labels[range.lowerBound + row] == 1 { residuals.base[row] -= 1 }
    return loss
  }
}
