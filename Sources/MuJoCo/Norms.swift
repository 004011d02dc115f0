import CMuJoCo

/// NumPy's sum of squares of single-precision numbers.
func sumOfSquares(_ numbers: Span<Float>) -> Float {
  numbers.withUnsafeBufferPointer { rl_mujoco_sum_of_squares_float($0.baseAddress!, Int64($0.count)) }
}

/// The Euclidean norm, summed from the first component on, as NumPy has it but on processors with AVX-512, where its OpenBLAS
/// multiplies and adds in one.
func length(_ x: Double, _ y: Double, _ z: Double = 0) -> Double { (x * x + y * y + z * z).squareRoot() }

/// A place, or the way from one to another.
struct Place {
  var x, y, z: Double
  static func - (end: Place, start: Place) -> Place {
    Place(x: end.x - start.x, y: end.y - start.y, z: end.z - start.z)
  }
  var length: Double { MuJoCo.length(x, y, z) }
}

/// Whether the first numbers of a column are all finite, or all strictly inside.
func areFinite(_ column: UnsafePointer<Double>, _ count: Int) -> Bool {
  for index in 0..<count where !column[index].isFinite { return false }
  return true
}

func areInside(_ column: UnsafePointer<Double>, _ range: Range<Int>, _ bounds: ClosedRange<Double>) -> Bool {
  for index in range where !isInside(column[index], bounds) { return false }
  return true
}
