import CKernels

/// The points below limits, and exact distances, against the definition.
func neighbourFailures() -> [String] {
  var failures: [String] = []
  for (rows, inner) in [(1, 1), (2, 7), (6, 20), (13, 5), (29, 33)] {
    let stride = inner + 3
    // Sums of multiples of 1/8 are exact in any order.
    let x = (0..<rows * stride).map { Float($0 * 7919 % 41) / 8 - 2 }
    let panel = (0..<(1 + inner) * 64).map { Float($0 * 104_729 % 37) / 8 - 2 }
    for manhattan in [false, true] {
      func sum(_ row: Int, _ point: Int) -> Float {
        (0..<inner).reduce(manhattan ? 0 : panel[point]) { sum, i in
          let (own, other) = (x[row * stride + i], panel[(1 + i) * 64 + point])
          return sum + (manhattan ? abs(own - other) : own * other)
        }
      }
      // A limit that nothing reaches, one that all reach, and the sum of a point, which is not below itself.
      let limits = (0..<rows).map { $0 % 3 == 0 ? Float.nan : $0 % 3 == 1 ? -.infinity : sum($0, 17) }
      var (found, masks) = ([Int32](repeating: -1, count: rows), [UInt64](repeating: 0, count: rows))
      let count = rl_neighbours(x, stride, rows, panel, inner, limits, manhattan ? 1 : 0, &found, &masks)
      var expected: [Int32: UInt64] = [:]
      for row in 0..<rows {
        for point in 0..<64 where !(sum(row, point) >= limits[row]) {
          expected[Int32(row), default: 0] |= 1 << UInt64(point)
        }
      }
      let rowsFound = Array(found.prefix(count))
      if rowsFound != expected.keys.sorted() || zip(rowsFound, masks).contains(where: { expected[$0] != $1 }) {
        failures.append("neighbours of [\(rows), \(inner)], manhattan \(manhattan)")
      }
      let (a, b) = ((0..<32).map { Float($0 * 37 % 11) / 4 }, (0..<32).map { Float($0 * 53 % 13) / 4 })
      let distance = zip(a, b).reduce(0.0) { sum, pair in
        let distance = Double(pair.0 - pair.1)
        return sum + (manhattan ? abs(distance) : distance * distance)
      }
      if rl_distance(a, b, 32, manhattan ? 1 : 0) != distance { failures.append("distance, manhattan \(manhattan)") }
    }
  }
  return failures
}
