import CKernels
import Foundation

/// Whether two numbers agree to a part of the larger one or of 1.
func close(_ a: Float, _ b: Double, _ tolerance: Double = 2e-6) -> Bool {
  a.isNaN ? b.isNaN : Double(a) == b || abs(Double(a) - b) <= tolerance * max(1, abs(b))
}

let shapes = [0, 1, 3, 15, 16, 17, 33].flatMap { rows in
  [1, 2, 3, 4, 5, 6, 7, 8, 16, 18, 31, 32, 33, 64, 70, 80, 300].map { (rows, $0) }
}

func softmaxFailures() -> [String] {
  var generator = Splitmix(state: 3)
  for (rows, columns) in shapes {
    var x = generator.floats(rows * columns, scale: 20)
    // A masked action in some rows, and rows far from zero.
    for row in stride(from: 0, to: rows, by: 3) where columns > 1 { x[row * columns + row % columns] = -.infinity }
    for row in stride(from: 1, to: rows, by: 3) { for c in 0..<columns { x[row * columns + c] += 1000 } }
    var (soft, logSoft, logs, probabilities) = (x, x, x, x)
    var (logSums, entropies) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
    rl_softmax(soft, &soft, rows, columns)
    rl_log_softmax(x, &logSoft, rows, columns)
    rl_log_sum_exp(x, &logSums, rows, columns)
    rl_categorical(x, &logs, &probabilities, &entropies, rows, columns)
    for row in 0..<rows {
      let z = (0..<columns).map { Double(x[row * columns + $0]) }
      let top = z.max()!
      let sum = z.reduce(0) { $0 + exp($1 - top) }
      var entropy = 0.0
      for c in 0..<columns {
        let (p, log) = (exp(z[c] - top) / sum, z[c] - top - Foundation.log(sum))
        if p > 0 { entropy -= p * log }
        let i = row * columns + c
        guard close(soft[i], p), close(probabilities[i], p), close(logSoft[i], log), close(logs[i], log) else {
          return ["softmax [\(rows), \(columns)]: element [\(row), \(c)] is wrong"]
        }
      }
      guard close(logSums[row], top + Foundation.log(sum)), close(entropies[row], entropy, 1e-5) else {
        return ["log-sum-exp or entropy [\(rows), \(columns)]: row \(row) is wrong"]
      }
      var alone = [Float](repeating: 0, count: columns)
      rl_softmax(Array(x[row * columns..<(row + 1) * columns]), &alone, 1, columns)
      guard alone == Array(soft[row * columns..<(row + 1) * columns]) else {
        return ["softmax [\(rows), \(columns)]: row \(row) depends on the others"]
      }
    }
  }
  return []
}

func biasFailures() -> [String] {
  var generator = Splitmix(state: 4)
  typealias Forward = (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int
  ) -> Void
  typealias Backward = (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int,
    Int32
  ) -> Void
  let activations: [(Forward, Backward, (Double) -> Double, (Double) -> Double)] = [
    (rl_bias_tanh, rl_bias_tanh_backward, { tanh($0) }, { 1 - $0 * $0 }),
    (rl_bias_sigmoid, rl_bias_sigmoid_backward, { 1 / (1 + exp(-$0)) }, { $0 * (1 - $0) }),
    (rl_bias_relu, rl_bias_relu_backward, { max($0, 0) }, { $0 > 0 ? 1 : 0 }),
  ]
  for (rows, columns) in shapes {
    let (x, bias, dy) = (
      generator.floats(rows * columns), generator.floats(columns), generator.floats(rows * columns)
    )
    for (kind, activation) in activations.enumerated() {
      let (forward, backward, function, slope) = activation
      var (y, dx, db) = (x, dy, [Float](repeating: 5, count: columns))
      forward(y, bias, &y, rows, columns)
      for accumulate in [Int32(0), 1] {
        backward(y, dy, &dx, &db, rows, columns, accumulate)
      }
      var sums = [Double](repeating: 0, count: columns)
      for i in 0..<rows * columns {
        let g = Double(dy[i]) * slope(Double(y[i]))
        sums[i % columns] += 2 * g
        guard close(y[i], function(Double(x[i] + bias[i % columns]))), close(dx[i], g) else {
          return ["bias and activation \(kind) [\(rows), \(columns)]: element \(i) is wrong"]
        }
      }
      for c in 0..<columns where !close(db[c], sums[c], 1e-5) {
        return ["bias gradient \(kind) [\(rows), \(columns)]: column \(c) is \(db[c]), not \(sums[c])"]
      }
    }
    var columnSums = [Float](repeating: 1, count: columns)
    rl_column_sums(x, &columnSums, rows, columns, 1)
    for c in 0..<columns {
      let sum = (0..<rows).reduce(1.0) { $0 + Double(x[$1 * columns + c]) }
      guard close(columnSums[c], sum, 1e-5) else { return ["column sums [\(rows), \(columns)]: column \(c)"] }
    }
  }
  return []
}

/// Layer norm in double: the sum of y · weights, and y.
private func layerNorm(
  _ x: [Double], _ gain: [Double], _ bias: [Double], _ weights: [Double], rows: Int
) -> (loss: Double, y: [Double]) {
  let columns = gain.count
  var y = x
  for row in 0..<rows {
    let range = row * columns..<(row + 1) * columns
    let mean = x[range].reduce(0, +) / Double(columns)
    let variance = x[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
    for i in range { y[i] = (x[i] - mean) / (variance + 1e-5).squareRoot() * gain[i % columns] + bias[i % columns] }
  }
  return (zip(y, weights).reduce(0) { $0 + $1.0 * $1.1 }, y)
}

func layerNormFailures() -> [String] {
  var generator = Splitmix(state: 5)
  for (rows, columns) in [(1, 5), (3, 16), (4, 33), (2, 64)] {
    let x = generator.floats(rows * columns)
    let (gain, bias, weights) = (
      generator.floats(columns), generator.floats(columns), generator.floats(rows * columns, scale: 1)
    )
    var (y, means, inverses) = (x, [Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
    rl_layer_norm(x, gain, bias, 1e-5, &y, &means, &inverses, rows, columns)
    let (dx64, g64, b64, w64) = (
      x.map(Double.init), gain.map(Double.init), bias.map(Double.init), weights.map(Double.init)
    )
    let expected = layerNorm(dx64, g64, b64, w64, rows: rows)
    for i in y.indices where !close(y[i], expected.y[i]) { return ["layer norm [\(rows), \(columns)]: element \(i)"] }
    var (dx, dgain, dbias) = (x, [Float](repeating: 0, count: columns), [Float](repeating: 0, count: columns))
    rl_layer_norm_backward(x, gain, means, inverses, weights, &dx, &dgain, &dbias, rows, columns)
    func difference(_ change: (Double) -> Double) -> Double { (change(1e-5) - change(-1e-5)) / 2e-5 }
    for i in x.indices {
      let slope = difference { h in
        var moved = dx64
        moved[i] += h
        return layerNorm(moved, g64, b64, w64, rows: rows).loss
      }
      guard close(dx[i], slope, 1e-5) else { return ["layer norm dx [\(rows), \(columns)]: \(dx[i]), not \(slope)"] }
    }
    for c in 0..<columns {
      let ofGain = difference { h in
        var moved = g64
        moved[c] += h
        return layerNorm(dx64, moved, b64, w64, rows: rows).loss
      }
      let ofBias = (0..<rows).reduce(0.0) { $0 + w64[$1 * columns + c] }
      guard close(dgain[c], ofGain, 1e-5), close(dbias[c], ofBias, 1e-5) else {
        return ["layer norm gain or bias \(c)"]
      }
    }
  }
  return []
}
