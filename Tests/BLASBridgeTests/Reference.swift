import BLASBridge

// What BLAS computes, in plain loops over copies.

func transposedIf<Scalar>(_ yes: Bool, _ a: Matrix<Scalar>) -> Matrix<Scalar> {
  let result = yes ? Matrix<Scalar>(rows: a.columns, columns: a.rows) : Matrix(rows: a.rows, columns: a.columns)
  for row in 0..<a.rows {
    for column in 0..<a.columns {
      if yes { result[column, row] = a[row, column] } else { result[row, column] = a[row, column] }
    }
  }
  return result
}

/// alpha · A · B + beta · C
func product<Scalar>(
  _ a: Matrix<Scalar>, _ b: Matrix<Scalar>, plus c: Matrix<Scalar>? = nil, alpha: Scalar = 1, beta: Scalar = 0
) -> Matrix<Scalar> {
  let result = Matrix<Scalar>(rows: a.rows, columns: b.columns)
  for row in 0..<a.rows {
    for column in 0..<b.columns {
      var sum: Scalar = 0
      for k in 0..<a.columns { sum += a[row, k] * b[k, column] }
      result[row, column] = alpha * sum + (c.map { beta * $0[row, column] } ?? 0)
    }
  }
  return result
}

/// The largest difference between two elements; infinite where the shapes differ or an element is NaN.
func distance<Scalar>(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Scalar {
  guard a.shape == b.shape else { return .infinity }
  return zip(a.elements, b.elements).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}

func diagonal<Scalar>(_ values: [Scalar]) -> Matrix<Scalar> {
  let result = Matrix<Scalar>(rows: values.count, columns: values.count)
  for (i, value) in values.enumerated() { result[i, i] = value }
  return result
}

/// Knuth's 64-bit linear congruential generator, for test data.
struct Numbers {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-52 - 1
  }

  /// Numbers in [-1, 1), as a block of a larger matrix where `padding` is not 0.
  mutating func matrix<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, padding: Int = 0) -> Matrix<Scalar> {
    let whole = Matrix<Scalar>(rows: rows + padding, columns: columns + 2 * padding)
    for row in 0..<whole.rows {
      for column in 0..<whole.columns { whole[row, column] = Scalar(next()) }
    }
    return whole.block(rows: padding..<padding + rows, columns: padding..<padding + columns)
  }
}
