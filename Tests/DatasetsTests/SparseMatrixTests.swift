import Testing

@testable import Datasets

@Suite struct SparseMatrixTests {
  private func example() -> SparseMatrix {
    var matrix = SparseMatrix(columns: 4)
    matrix.append(row: [(column: 3, value: 1), (column: 1, value: 2), (column: 3, value: 0.5)])
    matrix.append(row: [])
    matrix.append(row: [(column: 0, value: -1)])
    return matrix
  }

  @Test func `rows are sorted, and elements of one column summed`() {
    let matrix = example()
    #expect(matrix.rows == 3 && matrix.count == 3)
    #expect(matrix.indices == [1, 3, 0] && matrix.values == [2, 1.5, -1] && matrix.offsets == [0, 2, 2, 3])
    #expect(matrix.dense(limit: 96) == [0, 2, 0, 1.5, 0, 0, 0, 0, -1, 0, 0, 0])
  }

  @Test func `dense elements beyond the limit are refused`() {
    #expect(example().dense(limit: 95) == nil)
    var wide = SparseMatrix(columns: Int(Int32.max))
    wide.append(row: [(column: 1, value: 1)])
    #expect(wide.dense(limit: 1e9) == nil)
  }

  @Test func `matrices stand beside each other, and rows are taken`() {
    let both = example().beside(example())
    #expect(both.columns == 8 && both.row(0).map(\.column) == [1, 3, 5, 7])
    #expect(both.rows([2, 0]).dense(limit: 1e3)!.prefix(8) == [-1, 0, 0, 0, -1, 0, 0, 0])
  }
}
