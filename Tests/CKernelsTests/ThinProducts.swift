import CKernels

/// Products with a thin matrix against the definition.
func thinProductFailures() -> [String] {
  var failures: [String] = []
  for (rows, columns) in [(1, 1), (7, 3), (8, 8), (19, 21), (40, 64)] {
    let stride = columns + 3
    // Multiples of 1/64 below 2¹⁸ are exact, in whatever order they are summed.
    let x = (0..<rows * stride).map { Float($0 * 7919 % 41) / 8 - 2 }
    let w = (0..<columns * 16).map { Float($0 * 104_729 % 37) / 8 - 2 }
    let r = (0..<rows * 16).map { Float($0 * 1299 % 29) / 8 - 1 }
    var y = [Float](repeating: .nan, count: rows * 16)
    rl_thin_product(x, stride, w, &y, rows, columns)
    for row in 0..<rows {
      for column in 0..<16 {
        let sum = (0..<columns).reduce(Float(0)) { $0 + x[row * stride + $1] * w[$1 * 16 + column] }
        if y[row * 16 + column] != sum { failures.append("thin product [\(row), \(column)] of [\(rows), \(columns)]") }
      }
    }
    var g = [Float](repeating: 1, count: columns * 16)
    rl_thin_product_transposed(x, stride, r, &g, rows, columns)
    for i in 0..<columns {
      for column in 0..<16 {
        let sum = (0..<rows).reduce(Float(1)) { $0 + x[$1 * stride + i] * r[$1 * 16 + column] }
        if g[i * 16 + column] != sum { failures.append("transposed [\(i), \(column)] of [\(rows), \(columns)]") }
      }
    }
  }
  return failures
}

/// Rows laid side by side against copies one by one.
func gatherFailures() -> [String] {
  var failures: [String] = []
  for columns in [1, 4, 15, 16, 17, 40, 64] {
    let stride = columns + 2
    let x = (0..<30 * stride).map { Float($0) }
    let indices: [Int32] = [3, 29, 0, 3, 17, 28, 1]
    for rows in [0, 1, indices.count] {
      var y = [Float](repeating: -1, count: indices.count * columns + 1)
      rl_gather_rows(x, stride, indices, &y, rows, columns)
      let expected =
        indices.prefix(rows).flatMap { x[Int($0) * stride..<Int($0) * stride + columns] }
        + [Float](repeating: -1, count: (indices.count - rows) * columns + 1)
      if y != expected { failures.append("\(rows) gathered rows of \(columns)") }
    }
  }
  return failures
}

/// Products, of stored and of transposed factors, against the definition. Other variants than avx512 have none.
func productFailures() -> [String] {
  var failures: [String] = []
  for (rows, inner, columns) in [
    (1, 1, 16), (6, 4, 64), (13, 5, 64), (7, 33, 100), (25, 8, 17), (3, 64, 240), (5, 0, 16),
  ] {
    let (stride, gap) = (columns + 3, columns + 1)
    let x = (0..<rows * inner).map { Float($0 * 7919 % 41) / 8 - 2 }
    let w = (0..<inner * stride).map { Float($0 * 104_729 % 37) / 8 - 2 }
    let transposed = (0..<inner * rows).map { x[$0 % rows * inner + $0 / rows] }
    for (name, factor, row, step) in [("product", x, inner, 1), ("transposed product", transposed, 1, rows)] {
      var y = [Float](repeating: -9, count: rows * gap)
      let isDone = rl_product(factor, row, step, w, stride, &y, gap, rows, inner, columns, 0) != 0
      if !isDone, String(cString: rl_kernel_variant()) != "avx512" { continue }
      for place in 0..<rows * gap {
        let (r, c) = (place / gap, place % gap)
        let sum = c < columns ? (0..<inner).reduce(Float(0)) { $0 + x[r * inner + $1] * w[$1 * stride + c] } : -9
        if y[place] != sum { failures.append("\(name) [\(r), \(c)] of [\(rows), \(inner), \(columns)]") }
      }
    }
  }
  for (rows, inner, columns) in [(32, 7, 16), (50, 64, 48), (33, 1, 80), (40, 37, 32)] {
    let (row, wide) = (inner + 2, columns + 1)
    let x = (0..<rows * row).map { Float($0 * 7919 % 41) / 8 - 2 }
    let w = (0..<columns * row).map { Float($0 * 104_729 % 37) / 8 - 2 }
    var y = [Float](repeating: -9, count: rows * wide)
    let isDone = rl_product_by_transposed(x, row, w, row, &y, wide, rows, inner, columns) != 0
    if !isDone, String(cString: rl_kernel_variant()) != "avx512" { continue }
    for place in 0..<rows * wide {
      let (r, c) = (place / wide, place % wide)
      let sum = c < columns ? (0..<inner).reduce(Float(0)) { $0 + x[r * row + $1] * w[c * row + $1] } : -9
      if y[place] != sum { failures.append("product by transposed [\(r), \(c)] of [\(rows), \(inner), \(columns)]") }
    }
  }
  var sums = [Float](repeating: 5, count: 3 * 32)
  if rl_product([1, 2, 3], 1, 1, (0..<32).map { Float($0) }, 32, &sums, 32, 3, 1, 32, 1) != 0 {
    if sums != (0..<96).map({ 5 + Float(($0 / 32 + 1) * ($0 % 32)) }) {
      failures.append("product added to what was there")
    }
  }
  var untouched: [Float] = [7]
  if rl_product([1], 1, 1, [1], 1, &untouched, 1, 1, 1, 1, 0) != 0 || untouched != [7] { failures.append("one column") }
  return failures
}
