import BLASBridge
import Learning
import Testing

// Expected values are scikit-learn's on the same rows, but where a comment says otherwise.
@Suite struct KMeansTests {
  private let labels = [
    0, 1, 2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 0, 1, 1, 0, 1, 0, 1, 2, 1, 0, 2, 0, 1, 2, 0, 1, 0, 1, 0, 1, 1, 0, 2, 0, 1,
    2, 1,
  ]

  private func configuration(_ clusters: Int) -> KMeans {
    var configuration = KMeans()
    configuration.clusters = clusters
    configuration.tolerance = 0
    return configuration
  }

  /// Four clouds about the corners of a square, 50 rows each, far from the origin.
  private func clouds() -> Matrix<Float> {
    let x = normalMatrix(200, 2, seed: 5)
    for row in 0..<200 {
      x[row, 0] += 1000 + (row % 2 == 0 ? 20 : -20)
      x[row, 1] += row % 4 < 2 ? 20 : -20
    }
    return x
  }

  @Test func `the same first centres give scikit-learn's clusters`() throws {
    let first = Matrix<Float>(rows: 3, columns: 4)
    for (index, row) in [0, 10, 20].enumerated() { first.row(index).fill(from: SmallData.x.row(row)) }
    let result = configuration(3).fit(SmallData.x, from: first)
    let centres = Matrix<Float>([
      [0.10754899, 0.37920817, -0.29101458, 0.63530818], [-0.26981918, 0.21671329, 0.12671861, -0.55131380],
      [0.46149813, -0.95294596, 0.07369798, 0.18253140],
    ])
    #expect(distance(result.model.centres, centres) < 1e-5)
    #expect(abs(result.inertia - 53.44750745) < 1e-4)
    #expect(result.assignments == labels && result.model.predict(SmallData.x) == labels)
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func `k-means++ finds clouds that stand apart`(seed: UInt64) {
    let x = clouds()
    let result = configuration(4).fit(x, seed: seed)
    for cloud in 0..<4 {
      #expect(Set(stride(from: cloud, to: 200, by: 4).map { result.assignments[$0] }).count == 1)
    }
    // 200 rows of two standard normal numbers: about 400, less what the means take.
    #expect(abs(result.inertia - 392) < 100)
    let again = configuration(4).fit(x, seed: seed)
    #expect(again.model.centres == result.model.centres && again.inertia == result.inertia)
  }

  @Test func `a cluster that loses its rows gets others`() {
    let x = Matrix<Float>([[0], [1], [10], [11]])
    // No row is nearest to 100.
    let result = configuration(3).fit(x, from: Matrix(column: [0, 10, 100]))
    #expect(Set(result.assignments).count == 3 && result.inertia == 0.5)
  }

  @Test func `as many clusters as rows, one cluster, and equal rows`() {
    let x = Matrix<Float>([[0, 1], [2, 3], [4, 9]])
    #expect(configuration(3).fit(x, seed: 1).inertia == 0)
    let one = configuration(1).fit(x, seed: 1)
    #expect(distance(one.model.centres, Matrix([[2, 13.0 / 3]])) < 1e-6)
    #expect(configuration(2).fit(Matrix([[5, 5], [5, 5], [5, 5]]), seed: 1).inertia == 0)
  }

  /// Lloyd's algorithm as the textbook has it, in double precision.
  private func plainLloyd(_ x: Matrix<Float>, _ first: Matrix<Float>) -> (assignments: [Int], iterations: Int) {
    var centres = (0..<first.rows).map { first.row($0).elements.map(Double.init) }
    let rows = (0..<x.rows).map { x.row($0).elements.map(Double.init) }
    var (assignments, iterations) = ([Int](repeating: -1, count: x.rows), 0)
    while true {
      let next = rows.map { row in
        let distances = centres.map { zip(row, $0).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
        return distances.firstIndex(of: distances.min()!)!
      }
      iterations += 1
      if next == assignments { return (assignments, iterations) }
      assignments = next
      for cluster in centres.indices {
        let own = rows.indices.filter { next[$0] == cluster }
        for i in 0..<x.columns where !own.isEmpty {
          centres[cluster][i] = own.reduce(0) { $0 + rows[$1][i] } / Double(own.count)
        }
      }
    }
  }

  @Test(arguments: [2, 7, 20]) func `leaving rows out that cannot change sides changes nothing`(clusters: Int) {
    // One cloud: the borders run through its middle, and centres move for long.
    let x = normalMatrix(900, 6, seed: UInt64(clusters))
    let first = x.rows(0..<clusters).copy()
    var settings = configuration(clusters)
    settings.tolerance = 0
    let (result, plain) = (settings.fit(x, from: first), plainLloyd(x, first))
    #expect(result.iterations == plain.iterations && plain.iterations > 5)
    #expect(result.assignments == plain.assignments)
  }

  @Test(arguments: [3, 16, 20]) func `every row is with its nearest centre`(clusters: Int) {
    let x = normalMatrix(500, 7, seed: 6)
    let result = configuration(clusters).fit(x, seed: 3)
    let centres = result.model.centres
    var inertia: Float = 0
    for row in 0..<500 {
      let distances = (0..<clusters).map { cluster in
        (0..<7).reduce(Float(0)) { $0 + (x[row, $1] - centres[cluster, $1]) * (x[row, $1] - centres[cluster, $1]) }
      }
      #expect(distances[result.assignments[row]] <= distances.min()! + 1e-4)
      inertia += distances.min()!
    }
    #expect(abs(result.inertia - Double(inertia)) < 1e-2)
    #expect(result.model.predict(x) == result.assignments)
  }

  @Test func `more starts are never worse`() {
    let x = normalMatrix(300, 5, seed: 2)
    var many = configuration(6)
    many.starts = 8
    #expect(many.fit(x, seed: 4).inertia <= configuration(6).fit(x, seed: 4).inertia)
  }

  @Test func `the model survives its checkpoint`() throws {
    let model = configuration(4).fit(clouds(), seed: 0).model
    var checkpoint = Checkpoint()
    model.save(into: &checkpoint)
    #expect(try KMeansModel(from: Checkpoint(safetensors: checkpoint.safetensors())).centres == model.centres)
  }
}

@Suite struct PCATests {
  private let components = Matrix<Float>([
    [0.24283482, -0.46595726, 0.60528593, 0.59794985], [0.73472479, -0.22052086, 0.15133582, -0.62341599],
    [0.56672886, 0.71856627, -0.06688734, 0.39750095],
  ])

  /// Each direction with its largest element positive.
  private func aligned(_ rows: Matrix<Float>) -> Matrix<Float> {
    let result = rows.copy()
    for row in 0..<result.rows {
      let vector = result.row(row)
      if let place = BLAS.iamax(vector), vector[0, place] < 0 { BLAS.scal(-1, vector) }
    }
    return result
  }

  @Test(arguments: PCA.Solver.allCases)
  func `components and variances are scikit-learn's`(solver: PCA.Solver) throws {
    var configuration = PCA()
    configuration.components = 3
    configuration.solver = solver
    let model = try configuration.fit(SmallData.x)
    #expect(distance(model.components, aligned(components)) < 1e-4)
    #expect(distance(model.variances, [0.61855702, 0.50987775, 0.47961044]) < 1e-5)
    #expect(distance(model.varianceRatios, [0.30102595, 0.24813627, 0.23340643]) < 1e-5)
  }

  @Test func `the randomised solver explains what the exact one does`() throws {
    // Rank 20 with falling variances, and noise, about a mean that is not 0.
    let (left, right) = (normalMatrix(2000, 20, seed: 1), normalMatrix(20, 120, seed: 2))
    for column in 0..<20 { BLAS.scal(1 / Float(1 + column), left.column(column)) }
    let x = left * right
    let noise = normalMatrix(2000, 120, seed: 3)
    for row in 0..<2000 { BLAS.axpy(0.1, noise.row(row), into: x.row(row)) }
    for row in 0..<2000 { x[row, 7] += 50 }
    var configuration = PCA()
    configuration.components = 10
    // Equal bits are promised for one thread.
    BLAS.threads = 1
    let exact = try configuration.fit(x)
    configuration.solver = .randomized
    let random = try configuration.fit(x, seed: 11)
    let (a, b) = (exact.variances.reduce(0, +), random.variances.reduce(0, +))
    #expect(b >= 0.9999 * a && b <= 1.0001 * a)
    #expect(abs(exact.varianceRatios.reduce(0, +) - random.varianceRatios.reduce(0, +)) < 1e-4)
    #expect(try configuration.fit(x, seed: 11).components == random.components)
  }

  @Test func `the randomised solver does so from a sample of many rows`() throws {
    // 30 directions of falling variance and noise in all of 60.
    let (hidden, noise, mix) = (
      normalMatrix(2000, 30, seed: 1), normalMatrix(2000, 60, seed: 2), normalMatrix(30, 60, seed: 3)
    )
    for row in 0..<2000 { for i in 0..<30 { hidden[row, i] *= 3 / Float(i + 1) } }
    let x = hidden * mix
    for row in 0..<2000 { for i in 0..<60 { x[row, i] += 0.2 * noise[row, i] + 5 } }
    var settings = PCA()
    settings.components = 10
    let exact = try settings.fit(x)
    settings.solver = .randomized
    let sampled = try settings.fit(x, seed: 3)
    let (all, some) = (exact.varianceRatios.reduce(0, +), sampled.varianceRatios.reduce(0, +))
    #expect(some > 0.999 * all && some < 1.0001 * all)
  }

  @Test func `all components give the rows back`() throws {
    var configuration = PCA()
    configuration.components = 4
    let model = try configuration.fit(SmallData.x)
    #expect(distance(model.inverseTransform(model.transform(SmallData.x)), SmallData.x) < 1e-5)
    #expect(abs(model.varianceRatios.reduce(0, +) - 1) < 1e-5)
    var checkpoint = Checkpoint()
    model.save(into: &checkpoint)
    let read = try PCAModel(from: Checkpoint(safetensors: checkpoint.safetensors()))
    #expect(read.transform(SmallData.x) == model.transform(SmallData.x))
    #expect(read.varianceRatios == model.varianceRatios)
  }
}
