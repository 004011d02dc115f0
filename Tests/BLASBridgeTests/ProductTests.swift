import BLASBridge
import Testing

@Suite struct ProductTests {
  @Test func productsFloat() { products(tolerance: Float(1e-4)) }
  @Test func productsDouble() { products(tolerance: 1e-12) }

  private func products<Scalar: BLASScalar>(tolerance: Scalar) {
    var numbers = Numbers(state: 1)
    for (m, n, k) in [(1, 1, 1), (3, 4, 5), (17, 2, 64), (8, 64, 33), (5, 7, 0)] {
      for padding in [0, 3] {
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
          let a: Matrix<Scalar> = numbers.matrix(transposeA ? k : m, transposeA ? m : k, padding: padding)
          let b: Matrix<Scalar> = numbers.matrix(transposeB ? n : k, transposeB ? k : n, padding: padding)
          let c: Matrix<Scalar> = numbers.matrix(m, n, padding: padding)
          let expected = product(
            transposedIf(transposeA, a), transposedIf(transposeB, b), plus: c, alpha: 0.5, beta: -2)
          BLAS.gemm(a, transposeA: transposeA, b, transposeB: transposeB, into: c, alpha: 0.5, beta: -2)
          #expect(distance(c, expected) < tolerance)

          // A vector as a column of a wider matrix, whose elements are not neighbours.
          let x: Matrix<Scalar> = numbers.matrix(k, 1, padding: padding)
          let y: Matrix<Scalar> = numbers.matrix(m, 1, padding: padding)
          let image = product(transposedIf(transposeA, a), x, plus: y, alpha: 2, beta: 0.25)
          BLAS.gemv(a, transpose: transposeA, x, into: y, alpha: 2, beta: 0.25)
          #expect(distance(y, image) < tolerance)
        }

        let (x, y): (Matrix<Scalar>, Matrix<Scalar>) = (
          numbers.matrix(m, 1, padding: padding), numbers.matrix(1, n, padding: padding)
        )
        let a: Matrix<Scalar> = numbers.matrix(m, n, padding: padding)
        let outer = product(x, y, plus: a, alpha: 3, beta: 1)
        BLAS.ger(x, y, into: a, alpha: 3)
        #expect(distance(a, outer) < tolerance)

        let gram: Matrix<Scalar> = Matrix(rows: n, columns: n)
        BLAS.syrk(a, transpose: true, into: gram)
        #expect(distance(gram, product(transposedIf(true, a), a)) < tolerance)
        BLAS.syrk(transposedIf(true, a), into: gram, alpha: -1, beta: 2)
        #expect(distance(gram, product(transposedIf(true, a), a)) < 2 * tolerance)
      }
    }
  }

  @Test func vectorsFloat() { vectors(tolerance: Float(1e-5)) }
  @Test func vectorsDouble() { vectors(tolerance: 1e-13) }

  private func vectors<Scalar: BLASScalar>(tolerance: Scalar) {
    var numbers = Numbers(state: 2)
    for n in [0, 1, 7, 100] {
      for padding in [0, 2] {
        let x: Matrix<Scalar> = numbers.matrix(n, 1, padding: padding)
        let y: Matrix<Scalar> = numbers.matrix(1, n, padding: padding)
        let (u, v) = (x.elements, y.elements)
        #expect(abs(BLAS.dot(x, y) - zip(u, v).reduce(0) { $0 + $1.0 * $1.1 }) < tolerance)
        #expect(abs(BLAS.nrm2(x) - u.reduce(0) { $0 + $1 * $1 }.squareRoot()) < tolerance)
        #expect(abs(BLAS.asum(x) - u.reduce(0) { $0 + abs($1) }) < 10 * tolerance)
        let largest = u.indices.max { abs(u[$0]) < abs(u[$1]) }
        #expect(BLAS.iamax(x) == largest)
        BLAS.axpy(3, x, into: y)
        #expect(zip(y.elements, zip(u, v)).allSatisfy { abs($0 - (3 * $1.0 + $1.1)) < tolerance })
        BLAS.scal(0.5, x)
        #expect(x.elements == u.map { $0 / 2 })
        if n > 0 { x[0, 0] = .nan }
        BLAS.scal(0, x)
        #expect(x.elements == u.map { _ in 0 })
      }
    }
  }

  @Test func aProductMayWriteIntoColumnsBesideItsFactor() {
    let whole = Matrix<Float>([[1, 2, 0, 0], [3, 4, 0, 0]])
    BLAS.gemm(whole.columns(0..<2), .identity(2), into: whole.columns(2..<4))
    #expect(whole == Matrix([[1, 2, 1, 2], [3, 4, 3, 4]]))
  }

  @Test func threadsAreSetAndRead() async {
    await #expect(processExitsWith: .success) {
      BLAS.threads = 1
      precondition(BLAS.threads == 1)
    }
    #expect(!BLAS.coreType.isEmpty)
  }
}

@Suite struct MatrixTests {
  @Test func viewsShareMemoryAndCopiesDoNot() {
    let whole = Matrix<Double>([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    let block = whole.block(rows: 1..<3, columns: 0..<2)
    let copy = block.copy()
    block[0, 1] = 50
    #expect(whole[1, 1] == 50)
    #expect(copy == Matrix([[4, 5], [7, 8]]))
    #expect(block.elements == [4, 50, 7, 8])
    #expect(whole.row(2).elements == [7, 8, 9])
    #expect(whole.column(2).elements == [3, 6, 9])
    #expect(block.transposed() == Matrix([[4, 7], [50, 8]]))
    #expect(whole.rows(0..<1).shape == [1, 3])
  }

  @Test func aBufferIsSeenAsAMatrix() {
    let buffer = FloatBuffer(count: 10)
    let weights = Matrix(buffer, at: 2, rows: 2, columns: 4)
    weights[1, 3] = 7
    #expect(buffer.elements == [0, 0, 0, 0, 0, 0, 0, 0, 0, 7])
  }

  @Test func aViewKeepsItsMemoryAlive() {
    func row() -> Matrix<Float> { Matrix<Float>([[1, 2], [3, 4]]).row(1) }
    #expect(row().elements == [3, 4])
  }

  @Test func description() {
    #expect(Matrix<Float>([[1, 2], [3, 4]]).description == "[[1.0, 2.0]\n [3.0, 4.0]]")
    #expect(Matrix<Float>(rows: 0, columns: 3).description == "[]")
  }
}

@Suite struct TrapTests {
  @Test func shapesOfProducts() async {
    await #expect(processExitsWith: .failure) {
      BLAS.gemm(Matrix<Float>(rows: 2, columns: 3), Matrix(rows: 4, columns: 2), into: Matrix(rows: 2, columns: 2))
    }
    await #expect(processExitsWith: .failure) {
      BLAS.gemv(Matrix<Float>(rows: 2, columns: 3), Matrix(column: [1, 2]), into: Matrix(column: [0, 0]))
    }
    await #expect(processExitsWith: .failure) { _ = BLAS.dot(Matrix<Float>(column: [1]), Matrix(column: [1, 2])) }
    await #expect(processExitsWith: .failure) { _ = BLAS.nrm2(Matrix<Float>(rows: 2, columns: 2)) }
  }

  @Test func bothShapesAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      BLAS.gemm(Matrix<Float>(rows: 2, columns: 3), Matrix(rows: 4, columns: 5), into: Matrix(rows: 2, columns: 5))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("gemm: [2, 3] times [4, 5] does not go into [2, 5]"))
  }

  @Test func aResultThatOverlapsAFactor() async {
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Float>.identity(3)
      BLAS.gemm(a, a, into: a)
    }
    await #expect(processExitsWith: .failure) {
      let a = Matrix<Float>.identity(4)
      BLAS.gemm(a.columns(0..<2), .identity(2), into: a.columns(1..<3))
    }
  }

  @Test func elementsAndBlocksOutside() async {
    await #expect(processExitsWith: .failure) { _ = Matrix<Float>.identity(2)[0, 2] }
    await #expect(processExitsWith: .failure) { Matrix<Float>.identity(2)[-1, 0] = 1 }
    await #expect(processExitsWith: .failure) { _ = Matrix<Float>.identity(2).rows(1..<3) }
    await #expect(processExitsWith: .failure) { _ = Matrix<Float>([[1, 2], [3]]) }
    await #expect(processExitsWith: .failure) { _ = Matrix(FloatBuffer(count: 5), at: 2, rows: 2, columns: 2) }
  }

  @Test func shapesOfSystems() async {
    await #expect(processExitsWith: .failure) { _ = try? Matrix<Float>(rows: 2, columns: 3).solve(.identity(2)) }
    await #expect(processExitsWith: .failure) { _ = try? Cholesky(Matrix<Float>(rows: 2, columns: 3)) }
    await #expect(processExitsWith: .failure) { _ = try? Matrix<Float>(rows: 2, columns: 3).leastSquares(.identity(2)) }
  }
}
