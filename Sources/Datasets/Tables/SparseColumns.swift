/// Columns of a `SparseMatrix` with their names.
///
///     var matrix = SparseMatrix(columns: 2)
///     matrix.append(row: [(column: 1, value: 3)])
///     let block = SparseColumns(names: ["text=a", "text=b"], matrix: matrix)
///     print(block.names.count, block.matrix.rows)  // 2 1
package struct SparseColumns: Hashable, Sendable {
  package let names: [String]
  package let matrix: SparseMatrix

  /// Traps where there are not as many names as columns.
  package init(names: [String], matrix: SparseMatrix) {
    precondition(names.count == matrix.columns, "\(names.count) names for \(matrix.columns) columns")
    (self.names, self.matrix) = (names, matrix)
  }
}
