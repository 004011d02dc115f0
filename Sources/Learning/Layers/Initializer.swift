import BLASBridge
import Randomness

/// The distribution from which a dense layer's weights start: `orthogonal` for policies and values, `kaimingNormal` before ReLU,
/// `xavierUniform` before tanh. Biases start at 0, but for `fanIn`.
///
/// ```swift
/// let body = Dense(4, 64, activation: .tanh, initializer: .orthogonal(gain: 1.414))
/// let head = Dense(64, 2, initializer: .orthogonal(gain: 0.01))
/// ```
public enum Initializer: Sendable, Hashable {
  /// Orthonormal columns or rows times a gain (Saxe et al. 2014).
  case orthogonal(gain: Float)
  /// Normal with variance 2 / inputs (He et al. 2015): for ReLU.
  case kaimingNormal
  /// Uniform with variance 2 / inputs (He et al. 2015).
  case kaimingUniform
  /// Normal with variance 2 / (inputs + outputs) (Glorot and Bengio 2010): for tanh and sigmoid.
  case xavierNormal
  /// Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010).
  case xavierUniform
  /// Uniform within ±1/√inputs, biases too (Lillicrap et al. 2016, section 7): the usual start of off-policy algorithms.
  case fanIn

  /// Biases `[outputs]`.
  func fillBiases(
    _ biases: UnsafeMutablePointer<Float>, inputs: Int, outputs: Int, using generator: inout CounterGenerator
  ) {
    let bound: Float = self == .fanIn ? 1 / Float(inputs).squareRoot() : 0
    for index in 0..<outputs { biases[index] = bound == 0 ? 0 : bound * (2 * generator.uniform() - 1) }
  }

  /// Weights `[inputs, outputs]`.
  func fill(
    _ weights: UnsafeMutablePointer<Float>, inputs: Int, outputs: Int, using generator: inout CounterGenerator
  ) {
    let variance: Float
    switch self {
    case .orthogonal(let gain):
      let matrix = orthogonalMatrix(rows: inputs, columns: outputs, using: &generator)
      for (index, weight) in matrix.enumerated() { weights[index] = gain * Float(weight) }
      return
    case .kaimingNormal, .kaimingUniform: variance = 2 / Float(inputs)
    case .xavierNormal, .xavierUniform: variance = 2 / Float(inputs + outputs)
    case .fanIn: variance = 1 / (3 * Float(inputs))
    }
    for index in 0..<inputs * outputs {
      switch self {
      case .kaimingUniform, .xavierUniform, .fanIn:
        weights[index] = (3 * variance).squareRoot() * (2 * generator.uniform() - 1)
      default:
        weights[index] = variance.squareRoot() * generator.normal()
      }
    }
  }
}

/// A random matrix `[rows, columns]`, row-major, with orthonormal columns, or rows where there are fewer of them.
///
/// Gaussian vectors made orthonormal one after the other (Saxe et al. 2014, section 3); each is projected twice, which
/// keeps the error at rounding level. Where there are many, the same vectors but for rounding come from Householder's
/// reflections, whose work is matrix products: a layer of 4,096 by 4,096 starts in seconds instead of minutes.
private func orthogonalMatrix(rows: Int, columns: Int, using generator: inout CounterGenerator) -> [Double] {
  let (vectors, length) = (min(rows, columns), max(rows, columns))
  if vectors > mostProjections { return reflectedMatrix(rows: rows, columns: columns, using: &generator) }
  var basis: [[Double]] = []
  while basis.count < vectors {
    var vector = (0..<length).map { _ in Double(generator.normal()) }
    for _ in 0..<2 {
      for other in basis {
        let overlap = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
        for i in 0..<length { vector[i] -= overlap * other[i] }
      }
    }
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    if norm > 1e-6 { basis.append(vector.map { $0 / norm }) }
  }
  var matrix = Array(repeating: 0.0, count: rows * columns)
  for row in 0..<rows {
    for column in 0..<columns {
      matrix[row * columns + column] = columns <= rows ? basis[column][row] : basis[row][column]
    }
  }
  return matrix
}

/// Vectors up to which each is projected on all before it.
private let mostProjections = 256

/// As `orthogonalMatrix`: Q of the Gaussian vectors' QR factorisation, with R's diagonal positive as projections have it.
private func reflectedMatrix(rows: Int, columns: Int, using generator: inout CounterGenerator) -> [Double] {
  let (vectors, length) = (min(rows, columns), max(rows, columns))
  let gaussian = Matrix<Double>(rows: length, columns: vectors)
  for vector in 0..<vectors {
    for i in 0..<length { gaussian[i, vector] = Double(generator.normal()) }
  }
  // Normal numbers are finite, which is all that can be missing.
  let (q, r) = try! gaussian.qr()
  var matrix = Array(repeating: 0.0, count: rows * columns)
  for vector in 0..<vectors {
    let sign = r[vector, vector] < 0 ? -1.0 : 1.0
    for i in 0..<length {
      matrix[columns <= rows ? i * columns + vector : vector * columns + i] = sign * q[i, vector]
    }
  }
  return matrix
}
