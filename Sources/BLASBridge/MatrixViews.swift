extension Matrix {
  /// The block of these rows and columns, sharing memory. Traps outside the shape.
  public func block(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Matrix {
    require(
      rowRange.lowerBound >= 0 && rowRange.upperBound <= rows && columnRange.lowerBound >= 0
        && columnRange.upperBound <= columns,
      "rows \(rowRange) and columns \(columnRange) are not within a matrix [\(rows), \(columns)]")
    return Matrix(
      base: base + rowRange.lowerBound * stride + columnRange.lowerBound, rows: rowRange.count,
      columns: columnRange.count, stride: stride, owner: owner)
  }

  /// These rows, sharing memory. Traps outside the shape.
  public func rows(_ range: Range<Int>) -> Matrix { block(rows: range, columns: 0..<columns) }

  /// These columns, sharing memory. Traps outside the shape.
  public func columns(_ range: Range<Int>) -> Matrix { block(rows: 0..<rows, columns: range) }

  /// Row `i` as a vector `[1, columns]`, sharing memory. Traps outside the shape.
  public func row(_ i: Int) -> Matrix { rows(i..<i + 1) }

  /// Column `i` as a vector `[rows, 1]`, sharing memory. Traps outside the shape.
  public func column(_ i: Int) -> Matrix { columns(i..<i + 1) }

  /// The same elements in memory of their own, without gaps between the rows.
  public func copy() -> Matrix {
    let result = Matrix(rows: rows, columns: columns)
    result.fill(from: self)
    return result
  }

  /// Takes over the elements of a matrix of the same shape. Traps where the shapes differ.
  public func fill(from other: Matrix) {
    require(shape == other.shape, "a matrix \(shape) cannot take the elements of a matrix \(other.shape)")
    for row in 0..<rows { (base + row * stride).update(from: other.base + row * other.stride, count: columns) }
  }

  /// A new matrix `[columns, rows]` with rows and columns exchanged.
  public func transposed() -> Matrix {
    let result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result.base[column * rows + row] = base[row * stride + column] }
    }
    return result
  }

  /// The matrix as BLAS takes a vector: its length, and the distance between neighbours. Nil unless a side is 1.
  var vector: (count: Int, increment: Int)? {
    if rows == 1 { return (columns, 1) }
    if columns == 1 { return (rows, max(1, stride)) }
    return nil
  }

  /// As `vector`; traps for a matrix that is none.
  func asVector(_ operation: StaticString) -> (count: Int, increment: Int) {
    guard let vector else { fatalError("\(operation): a matrix \(shape) is not a vector") }
    return vector
  }

  /// Whether a write to one may change the other.
  func overlaps(_ other: Matrix) -> Bool {
    guard rows > 0, columns > 0, other.rows > 0, other.columns > 0 else { return false }
    let end = base + (rows - 1) * stride + columns
    let otherEnd = other.base + (other.rows - 1) * other.stride + other.columns
    guard base < otherEnd, other.base < end else { return false }
    // Blocks of columns of one matrix interleave without meeting.
    if stride == other.stride, stride > 0 {
      let distance = ((other.base - base) % stride + stride) % stride
      if distance >= columns && distance + other.columns <= stride { return false }
    }
    return true
  }

  /// The row length as BLAS wants it: never 0.
  var leading: Int32 { Int32(max(1, stride)) }
}
