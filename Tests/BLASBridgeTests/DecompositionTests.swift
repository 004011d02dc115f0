import BLASBridge
import Testing

@Suite struct DecompositionTests {
  @Test func float() throws { try decompositions(tolerance: Float(2e-4)) }
  @Test func double() throws { try decompositions(tolerance: 1e-10) }

  private func decompositions<Scalar: BLASScalar>(tolerance: Scalar) throws {
    var numbers = Numbers(state: 3)
    for (m, n) in [(1, 1), (6, 6), (12, 5), (5, 12), (40, 40)] {
      // As a block of a larger matrix, so that strides matter.
      let a: Matrix<Scalar> = numbers.matrix(m, n, padding: 2)
      let before = a.copy()

      let (q, r) = try a.qr()
      #expect(distance(product(q, r), a) < tolerance)
      #expect(distance(product(transposedIf(true, q), q), .identity(min(m, n))) < tolerance)
      for row in 0..<r.rows {
        for column in 0..<min(row, r.columns) { #expect(r[row, column] == 0) }
      }

      let (u, values, v) = try a.singularValues()
      #expect(distance(product(product(u, diagonal(values)), v), a) < tolerance)
      #expect(distance(product(transposedIf(true, u), u), .identity(min(m, n))) < tolerance)
      #expect(distance(product(v, transposedIf(true, v)), .identity(min(m, n))) < tolerance)
      #expect(values == values.sorted(by: >) && values.allSatisfy { $0 >= 0 })

      let gram = product(transposedIf(true, a), a)
      let (eigenvalues, vectors) = try gram.symmetricEigenvalues()
      #expect(distance(product(product(vectors, diagonal(eigenvalues)), transposedIf(true, vectors)), gram) < tolerance)
      #expect(eigenvalues == eigenvalues.sorted())

      for i in 0..<n { gram[i, i] += 1 }
      let solution: Matrix<Scalar> = numbers.matrix(n, 3, padding: 1)
      let b = product(gram, solution)
      #expect(distance(try gram.solve(b), solution) < tolerance)
      let cholesky = try Cholesky(gram)
      #expect(distance(product(cholesky.factor, transposedIf(true, cholesky.factor)), gram) < tolerance)
      #expect(distance(cholesky.solve(b), solution) < tolerance)
      #expect(a == before)

      if m >= n {
        // The residual of a least-squares solution is orthogonal to the columns.
        let target: Matrix<Scalar> = numbers.matrix(m, 2, padding: 1)
        let fit = try a.leastSquares(target)
        let residual = product(a, fit, plus: target, alpha: -1, beta: 1)
        #expect(distance(product(transposedIf(true, a), residual), Matrix(rows: n, columns: 2)) < tolerance)
      }
    }
  }

  @Test func theShortestOfManySolutions() throws {
    // x + y = 2 has the shortest solution (1, 1); a second, equal row leaves the rank 1.
    let a = Matrix<Double>([[1, 1], [1, 1]])
    let (solution, rank) = try a.minimumNormLeastSquares(Matrix(column: [2, 2]))
    #expect(rank == 1)
    #expect(distance(solution, Matrix(column: [1, 1])) < 1e-12)
    let wide = try Matrix<Float>([[3, 4]]).minimumNormLeastSquares(Matrix(column: [25]))
    #expect(distance(wide.solution, Matrix(column: [3, 4])) < 1e-5)
  }

  @Test func failuresAreTyped() {
    let singular = Matrix<Double>([[1, 2, 0], [2, 4, 0], [0, 0, 1]])
    #expect(throws: LinearAlgebraError.singular(pivot: 1)) { try singular.solve(.identity(3)) }
    #expect(throws: LinearAlgebraError.singular(pivot: 0)) { try Matrix<Float>([[0]]).solve(.identity(1)) }
    let indefinite = Matrix<Double>([[1, 0, 0], [0, 1, 0], [0, 0, -1]])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(at: 2)) { try Cholesky(indefinite) }
    #expect(throws: LinearAlgebraError.rankDeficient(at: 1)) {
      try Matrix<Float>([[1, 0], [0, 0], [0, 0]]).leastSquares(Matrix(column: [1, 1, 1]))
    }
    let broken = Matrix<Float>([[1, 2], [3, .nan]])
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 1)) { try broken.singularValues() }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 1)) { try broken.symmetricEigenvalues() }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 1)) { try broken.qr() }
    #expect(throws: LinearAlgebraError.notFinite(row: 1, column: 1)) { try broken.solve(.identity(2)) }
    #expect("\(LinearAlgebraError.singular(pivot: 2))" == "The matrix is singular: pivot 2 is zero.")
  }

  @Test func onlyTheLowerTriangleCounts() throws {
    let a = Matrix<Double>([[4, .nan], [2, 3]])
    #expect(distance(try Cholesky(a).solve(Matrix(column: [8, 8])), Matrix(column: [1, 2])) < 1e-12)
    let (values, _) = try Matrix<Double>([[2, 99], [1, 2]]).symmetricEigenvalues()
    #expect(abs(values[0] - 1) < 1e-12 && abs(values[1] - 3) < 1e-12)
  }

  @Test func nothingIsNoProblem() throws {
    let empty = Matrix<Float>(rows: 0, columns: 0)
    #expect(try empty.solve(Matrix(rows: 0, columns: 2)).shape == [0, 2])
    #expect(try Matrix<Float>(rows: 3, columns: 0).qr().q.shape == [3, 0])
    #expect(try Matrix<Float>(rows: 3, columns: 0).leastSquares(Matrix(rows: 3, columns: 1)).shape == [0, 1])
    #expect(try empty.symmetricEigenvalues().values == [])
    #expect(try empty.singularValues().values == [])
  }
}
