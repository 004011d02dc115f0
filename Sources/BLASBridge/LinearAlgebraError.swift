/// The reason why a system has no solution or a decomposition failed. Catch it where data may be degenerate: constant or
/// duplicate columns, NaN. Indices count from 0.
///
/// ```swift
/// do {
///   print(try Matrix<Double>([[1, 2], [2, 4]]).solve(Matrix(column: [1, 1])))
/// } catch .singular(let pivot) {
///   print("column \(pivot) depends on the others")  // column 1 depends on the others
/// }
/// ```
public enum LinearAlgebraError: Error, Equatable, Sendable {
  /// The elimination met a zero at this pivot: the matrix has no inverse.
  case singular(pivot: Int)
  /// The leading block that ends with this row and column is not positive definite.
  case notPositiveDefinite(at: Int)
  /// The triangular factor has a zero at this place of its diagonal: the columns are linearly dependent.
  case rankDeficient(at: Int)
  /// The iteration of the routine named ended before its values were found.
  case notConverged(routine: String)
  /// This element is NaN or infinite.
  case notFinite(row: Int, column: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .singular(let pivot): "The matrix is singular: pivot \(pivot) is zero."
    case .notPositiveDefinite(let at): "The matrix is not positive definite: its block 0...\(at) is not."
    case .rankDeficient(let at): "The columns are linearly dependent: the factor's diagonal is zero at \(at)."
    case .notConverged(let routine): "The iteration of \(routine) did not converge."
    case .notFinite(let row, let column): "Element [\(row), \(column)] is not a finite number."
    }
  }
}

extension Matrix {
  /// Throws `notFinite` for the first NaN or infinity: LAPACK's iterations need not end on them.
  func requireFinite() throws(LinearAlgebraError) {
    for row in 0..<rows {
      for column in 0..<columns where !base[row * stride + column].isFinite {
        throw .notFinite(row: row, column: column)
      }
    }
  }
}
