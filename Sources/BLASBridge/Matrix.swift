import Glibc

/// A dense matrix of `Float` or `Double`, row after row in memory. Use it for features, for predictions of a model, and
/// wherever a system is solved or a matrix decomposed.
///
/// ```swift
/// let a = Matrix<Double>([[4, 1], [1, 3]])
/// let x = try a.solve(Matrix(column: [1, 2]))
/// print(a * x == Matrix(column: [1, 2]))  // true
/// print(a.transposed()[0, 1])  // 1.0
/// ```
///
/// A matrix is a view of memory that it shares: a copy of the value, a block of rows or columns, and the matrix itself see
/// the same elements; `copy()` makes new ones. Consecutive rows are `stride` elements apart, so a block of columns is a
/// matrix too. A matrix of one row or one column serves as a vector.
///
/// ```swift
/// let table = Matrix<Float>(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
/// table.columns(1..<3)[0, 0] = 20
/// print(table.elements)  // [1.0, 20.0, 3.0, 4.0, 5.0, 6.0]
/// ```
public struct Matrix<Scalar: BLASScalar> {
  public let rows: Int
  public let columns: Int
  /// The distance between the starts of two rows, at least `columns`.
  public let stride: Int
  /// The address of element `[0, 0]`, valid while any matrix over the same memory lives.
  public let base: UnsafeMutablePointer<Scalar>
  let owner: AnyObject

  init(base: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, stride: Int, owner: AnyObject) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.owner = owner
  }

  /// Zeros `[rows, columns]`. Traps where a count is negative.
  public init(rows: Int, columns: Int) {
    require(rows >= 0 && columns >= 0, "a matrix cannot have the shape [\(rows), \(columns)]")
    let memory = Memory<Scalar>(count: rows * columns)
    self.init(base: memory.base, rows: rows, columns: columns, stride: columns, owner: memory)
  }

  /// `[rows, columns]` from its elements, row after row. Traps unless there are rows × columns of them.
  public init(rows: Int, columns: Int, _ elements: [Scalar]) {
    require(
      elements.count == rows * columns, "\(elements.count) elements do not fill a matrix [\(rows), \(columns)]")
    self.init(rows: rows, columns: columns)
    elements.withUnsafeBufferPointer { if let start = $0.baseAddress { base.update(from: start, count: $0.count) } }
  }

  /// A matrix from its rows. Traps where they differ in length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    for row in rows {
      require(row.count == columns, "a row of \(row.count) elements among rows of \(columns)")
    }
    self.init(rows: rows.count, columns: columns, rows.flatMap { $0 })
  }

  /// A vector `[count, 1]`.
  public init(column elements: [Scalar]) { self.init(rows: elements.count, columns: 1, elements) }

  /// Ones on the diagonal of `[n, n]`, zeros elsewhere.
  public static func identity(_ n: Int) -> Matrix {
    let result = Matrix(rows: n, columns: n)
    for i in 0..<n { result[i, i] = 1 }
    return result
  }

  /// Reads or writes one element. Traps outside the shape.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      require(contains(row, column), "no element [\(row), \(column)] in a matrix [\(rows), \(columns)]")
      return base[row * stride + column]
    }
    nonmutating set {
      require(contains(row, column), "no element [\(row), \(column)] in a matrix [\(rows), \(columns)]")
      base[row * stride + column] = newValue
    }
  }

  @inlinable
  func contains(_ row: Int, _ column: Int) -> Bool { row >= 0 && row < rows && column >= 0 && column < columns }

  /// The elements row after row, `rows × columns` of them.
  public var elements: [Scalar] {
    (0..<rows).flatMap { row in UnsafeBufferPointer(start: base + row * stride, count: columns) }
  }

  /// `[rows, columns]`
  public var shape: [Int] { [rows, columns] }
}

extension Matrix where Scalar == Float {
  /// A view of a stretch of a buffer, `[rows, columns]` from element `offset` on. Traps where it does not fit.
  public init(_ buffer: FloatBuffer, at offset: Int = 0, rows: Int, columns: Int) {
    require(
      offset >= 0 && rows >= 0 && columns >= 0 && offset + rows * columns <= buffer.count,
      "[\(rows), \(columns)] from element \(offset) on does not fit a buffer of \(buffer.count)")
    self.init(base: buffer.base + offset, rows: rows, columns: columns, stride: columns, owner: buffer)
  }
}

extension Matrix: Equatable {
  /// Same shape and equal elements.
  public static func == (a: Matrix, b: Matrix) -> Bool { a.shape == b.shape && a.elements == b.elements }
}

extension Matrix: CustomStringConvertible {
  public var description: String {
    (0..<rows).map { row in row == 0 ? "[" : " " }.enumerated()
      .map { row, open in "\(open)\((0..<columns).map { self[row, $0] })" }
      .joined(separator: "\n") + (rows == 0 ? "[]" : "]")
  }
}

/// Memory at a 64-byte aligned address, freed with its last user.
final class Memory<Scalar: BLASScalar> {
  let base: UnsafeMutablePointer<Scalar>

  init(count: Int) {
    let size = max(64, count * MemoryLayout<Scalar>.stride)
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    if size >= 4 << 20 { Self.useLargePages(UnsafeMutableRawBufferPointer(start: bytes, count: size)) }
    base = bytes.bindMemory(to: Scalar.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: count)
  }

  deinit { base.deallocate() }

  /// Asks for pages of 2 MB, so that rows read in any order are not also looked up in a page table each. A wish, no need.
  private static func useLargePages(_ bytes: UnsafeMutableRawBufferPointer) {
    let page = 2 << 20
    let start = bytes.baseAddress!.alignedUp(toMultipleOf: page)
    let end = (bytes.baseAddress! + bytes.count).alignedDown(toMultipleOf: page)
    if start < end { madvise(start, end - start, MADV_HUGEPAGE) }
  }
}
