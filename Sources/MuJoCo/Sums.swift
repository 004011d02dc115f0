/// NumPy's sum of squares of single-precision numbers.
func sumOfSquares(_ numbers: Span<Float>) -> Float {
  pairwiseSum(0, numbers.count, zero: SIMD8<Float>.zero) { numbers[$0] * numbers[$0] }
}

/// NumPy's sum: eight partial sums in blocks of up to 128 numbers, and longer ones in halves.
@inline(__always)
func pairwiseSum(_ count: Int, _ number: (Int) -> Double) -> Double {
  pairwiseSum(0, count, zero: SIMD8<Double>.zero, number)
}

private func pairwiseSum<Parts: SIMD>(
  _ first: Int, _ count: Int, zero: Parts, _ number: (Int) -> Parts.Scalar
) -> Parts.Scalar where Parts.Scalar: BinaryFloatingPoint {
  let end = first + count
  if count < 8 {
    var total: Parts.Scalar = 0
    for index in first..<end { total += number(index) }
    return total
  }
  guard count <= 128 else {
    let half = count / 2 - count / 2 % 8
    return pairwiseSum(first, half, zero: zero, number) + pairwiseSum(first + half, count - half, zero: zero, number)
  }
  var parts = zero
  for lane in 0..<8 { parts[lane] = number(first + lane) }
  var next = first + 8
  while next + 8 <= end {
    for lane in 0..<8 { parts[lane] += number(next + lane) }
    next += 8
  }
  var total = ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]))
  while next < end {
    total += number(next)
    next += 1
  }
  return total
}

/// The Euclidean norm, summed from the first component on, as NumPy has it but on processors with AVX-512, where its OpenBLAS
/// multiplies and adds in one.
func length(_ vector: SIMD2<Double>) -> Double { (vector.x * vector.x + vector.y * vector.y).squareRoot() }

func length(_ vector: SIMD3<Double>) -> Double {
  (vector.x * vector.x + vector.y * vector.y + vector.z * vector.z).squareRoot()
}
