import BLASBridge
import Telemetry
import TestSupport
import Testing

@testable import Learning
@testable import Settings

// Expected coefficients are scikit-learn's on the same rows.
@Suite struct SupervisedRegressionTests {
  @Test(arguments: LinearRegression.Solver.allCases)
  func `linear regression finds scikit-learn's coefficients`(solver: LinearRegression.Solver) throws {
    var configuration = LinearRegression()
    configuration.solver = solver
    let model = try configuration.fit(SmallData.x, SmallData.y)
    let weights = Matrix<Float>([
      [1.4605345, 0.00112703], [-1.9082296, 0.9864935], [0.49279897, 1.9942741], [0.2584367, -1.0136802],
    ])
    #expect(distance(model.weights, weights) < 1e-5)
    #expect(distance(model.intercepts, [3.0078336, -0.9980243]) < 1e-5)

    configuration.fitsIntercept = false
    let without = try configuration.fit(SmallData.x, SmallData.y)
    let bare = Matrix<Float>([
      [1.5762391, -0.0372647], [-1.8786256, 0.9766706], [0.36123458, 2.0379283], [0.2697453, -1.0174325],
    ])
    #expect(distance(without.weights, bare) < 1e-5 && without.intercepts == [0, 0])
  }

  @Test func `ridge regression finds scikit-learn's coefficients`() throws {
    let model = try RidgeRegression(["alpha": .number(2.5)]).fit(SmallData.x, SmallData.y)
    let weights = Matrix<Float>([
      [1.3025124, 0.01008068], [-1.7006166, 0.859394], [0.4665663, 1.748161], [0.2445123, -0.8894616],
    ])
    #expect(distance(model.weights, weights) < 1e-5)
    #expect(distance(model.intercepts, [3.0087024, -1.0024669]) < 1e-5)
  }

  /// What each row counts, on average 1.
  private let rowWeights = (0..<40).map { (0.5 + Float($0 % 4)) / 2 }

  @Test(arguments: LinearRegression.Solver.allCases)
  func `weighted linear regression finds scikit-learn's coefficients`(solver: LinearRegression.Solver) throws {
    var configuration = LinearRegression()
    configuration.solver = solver
    let model = try configuration.fit(SmallData.x, SmallData.y, weights: rowWeights)
    let weights = Matrix<Float>([
      [1.46230703, -0.0184737], [-1.91424504, 0.97716752], [0.49376974, 2.0080319], [0.2294778, -1.0275888],
    ])
    #expect(distance(model.weights, weights) < 1e-5)
    #expect(distance(model.intercepts, [3.00892941, -0.97922163]) < 1e-5)
  }

  @Test func `weighted ridge regression finds scikit-learn's coefficients`() throws {
    let model = try RidgeRegression(["alpha": .number(2.5)]).fit(SmallData.x, SmallData.y, weights: rowWeights)
    let weights = Matrix<Float>([
      [1.30710034, -0.00923764], [-1.7100557, 0.84560571], [0.47700998, 1.75205397], [0.22795867, -0.89098296],
    ])
    #expect(distance(model.weights, weights) < 1e-5)
    #expect(distance(model.intercepts, [3.01289513, -0.98436954]) < 1e-5)
  }

  @Test func `weighted logistic and softmax regressions find scikit-learn's coefficients`() {
    var configuration = LogisticRegression()
    configuration.tolerance = 1e-6
    let two = configuration.fit(SmallData.x, SmallData.twoClasses, classes: 2, weights: rowWeights).model
    #expect(distance(two.weights, Matrix(column: [1.28106583, -2.2567436, 0.90467226, 0.23202991])) < 2e-4)
    #expect(distance(two.intercepts, [0.0751234]) < 2e-4)
    let three = configuration.fit(SmallData.x, SmallData.threeClasses, classes: 3, weights: rowWeights).model
    let weights = Matrix<Float>([
      [0.31612755, 0.16966545, -0.485793], [-0.29217682, -0.22131331, 0.51349013],
      [-2.01017204, -0.13850667, 2.14867871], [1.27759035, -0.34575305, -0.93183729],
    ])
    #expect(distance(three.weights, weights) < 2e-4)
    #expect(distance(three.intercepts, [-0.53680718, 0.8828528, -0.34604562]) < 2e-4)
  }

  @Test func `a row that counts twice is two rows`() throws {
    let (x, y) = (SmallData.x, SmallData.y)
    let doubled = (0..<40).flatMap { $0 % 3 == 0 ? [$0, $0] : [$0] }
    func rows(_ matrix: Matrix<Float>) -> Matrix<Float> {
      Matrix(doubled.map { row in (0..<matrix.columns).map { matrix[row, $0] } })
    }
    let weights = (0..<40).map { $0 % 3 == 0 ? Float(2) : 1 }
    let (weighted, repeated) = try (
      RidgeRegression().fit(x, y, weights: weights), RidgeRegression().fit(rows(x), rows(y))
    )
    #expect(distance(weighted.weights, repeated.weights) < 1e-5)
  }

  @Test(arguments: LinearRegression.Solver.allCases)
  func `columns that depend on others share the weight`(solver: LinearRegression.Solver) throws {
    // The second column is the first again: of w₁ + w₂ = 6 the shortest solution is 3 and 3.
    let x = Matrix<Float>((0..<20).map { [Float($0), Float($0), Float($0 % 3)] })
    let y = Matrix<Float>((0..<20).map { [6 * Float($0) - Float($0 % 3) + 5] })
    var configuration = LinearRegression()
    configuration.solver = solver
    let model = try configuration.fit(x, y)
    #expect(distance(model.weights, Matrix(column: [3, 3, -1])) < 1e-3)
    #expect(distance(model.predict(x), y) < 1e-3)
    let wide = try configuration.fit(x.rows(0..<2), y.rows(0..<2))
    #expect(distance(wide.predict(x.rows(0..<2)), y.rows(0..<2)) < 1e-3)
  }

  @Test(arguments: LinearRegression.Solver.allCases)
  func `features far from the origin lose no digits`(solver: LinearRegression.Solver) throws {
    // Steps of 1/16 near 4096 are exact in single precision, so only the solver can lose anything.
    let x = Matrix<Float>(
      (0..<5000).map { [4096 + Float($0 * 7919 % 401) / 16, Float($0 * 104_729 % 97) / 16 - 2048] })
    let y = Matrix<Float>((0..<5000).map { [x[$0, 0] - 4096 - 2 * (x[$0, 1] + 2048)] })
    var configuration = LinearRegression()
    configuration.solver = solver
    let model = try configuration.fit(x, y)
    #expect(distance(model.weights, Matrix(column: [1, -2])) < 1e-5)
  }

  @Test func `what is not finite is an error`() {
    let x = Matrix<Float>([[1], [.nan], [2]])
    #expect(throws: LinearAlgebraError.self) { try LinearRegression().fit(x, Matrix(column: [1, 2, 3])) }
    #expect(throws: LinearAlgebraError.self) { try RidgeRegression().fit(x, Matrix(column: [1, 2, 3])) }
  }

  @Test func `logistic regression finds scikit-learn's coefficients`() {
    var configuration = LogisticRegression()
    configuration.tolerance = 1e-6
    let result = configuration.fit(SmallData.x, SmallData.twoClasses, classes: 2)
    #expect(
      distance(result.model.weights, Matrix(column: [1.286974, -2.2633601, 0.9961017, 0.06753036])) < 2e-4)
    #expect(distance(result.model.intercepts, [0.12624894]) < 2e-4)
    let p = result.model.probabilities(SmallData.x).rows(0..<2)
    #expect(distance(p, Matrix([[0.8830877, 0.1169123], [0.3298457, 0.6701543]])) < 1e-4)
  }

  @Test func `softmax regression finds scikit-learn's coefficients`() throws {
    var configuration = try LogisticRegression(["C": .number(0.5)])
    configuration.tolerance = 1e-6
    let result = configuration.fit(SmallData.x, SmallData.threeClasses, classes: 3)
    let weights = Matrix<Float>([
      [0.19776556, 0.13511711, -0.33288267], [-0.15476836, -0.23219493, 0.3869633],
      [-1.4676772, 0.01790035, 1.4497769], [0.88732108, -0.19226862, -0.69505246],
    ])
    #expect(distance(result.model.weights, weights) < 2e-4)
    #expect(distance(result.model.intercepts, [-0.23751723, 0.63521015, -0.39769292]) < 2e-4)
    let p = result.model.probabilities(SmallData.x)
    #expect(distance(p.rows(0..<1), Matrix([[0.67256192, 0.27552813, 0.05190995]])) < 1e-4)
    let best = (0..<40).map { row in (0..<3).max { p[row, $0] < p[row, $1] }! }
    #expect(result.model.predict(SmallData.x) == best)
  }

  // Up to 16 classes have a kernel of their own.
  @Test(arguments: [2, 3, 16, 17], [true, false])
  func `the logistic loss passes the finite-difference check`(classes: Int, intercept: Bool) {
    let labels = classes == 2 ? SmallData.twoClasses : (0..<40).map { $0 * 7 % classes }
    let objective = LogisticObjective(
      SmallData.x, labels, classes: classes, penalty: 0.05, fitsIntercept: intercept)
    let count = objective.parameterCount
    let point = normalMatrix(count, 1, seed: 3).elements
    var gradient = [Float](repeating: 0, count: count)
    _ = objective.evaluate(point, &gradient)
    var unused = gradient
    let mismatch = gradientMismatch(gradient, at: point) { objective.evaluate($0, &unused) }
    #expect(mismatch == nil, "\(mismatch ?? "")")
  }

  @Test func `blocks of rows make no difference to the objective`() {
    // 3001 rows of 300 are several blocks, and the last one is not full. With intercepts the parameters would mean
    // something else for each part, whose rows have other means.
    let x = normalMatrix(3001, 300, seed: 8)
    let labels = (0..<3001).map { $0 * 7919 % 13 % 4 }
    let whole = LogisticObjective(x, labels, classes: 4, penalty: 0.1, fitsIntercept: false)
    let point = normalMatrix(whole.parameterCount, 1, seed: 9).elements.map { 0.05 * $0 }
    var (gradient, sum) = ([Float](repeating: 0, count: point.count), [Float](repeating: 0, count: point.count))
    let loss = whole.evaluate(point, &gradient)
    var mean = 0.0
    for start in stride(from: 0, to: 3001, by: 100) {
      let range = start..<min(3001, start + 100)
      let part = LogisticObjective(
        x.rows(range), Array(labels[range]), classes: 4, penalty: 0.1, fitsIntercept: false)
      var partial = gradient
      mean += part.evaluate(point, &partial) * Double(range.count) / 3001
      for i in sum.indices { sum[i] += partial[i] * Float(range.count) / 3001 }
    }
    #expect(abs(loss - mean) < 1e-5)
    #expect(distance(gradient, sum) < 1e-5)
  }

  @Test func `L-BFGS finds the minimum of Rosenbrock's function`() {
    let point = FloatBuffer(count: 2)
    point.elements = [-1.2, 1]
    let optimizer = LBFGS(maximumIterations: 200, gradientTolerance: 1e-3)
    let outcome = optimizer.minimize(point, iterated: { _, _ in }) { p, gradient in
      let (a, b) = (Double(p[0]), Double(p[1]))
      gradient[0] = Float(-400 * a * (b - a * a) - 2 * (1 - a))
      gradient[1] = Float(200 * (b - a * a))
      return 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)
    }
    #expect(outcome.ending == .converged && outcome.iterations < 60)
    #expect(distance(point.elements, [1, 1]) < 2e-3)
  }

  @Test func `separable classes and no iterations end well`() {
    let x = Matrix<Float>([[-2], [-1], [1], [2]])
    let free = try? LogisticRegression(["C": .number(1e6)]).fit(x, [0, 0, 1, 1], classes: 2)
    #expect(free?.model.predict(x) == [0, 0, 1, 1])
    let none = try? LogisticRegression(["max_iter": .integer(0)]).fit(x, [0, 0, 1, 1], classes: 2)
    #expect(none?.iterations == 0 && none?.model.weights == Matrix(column: [0]) && none?.hasConverged == false)
  }

  @Test func `models survive their checkpoint`() throws {
    var checkpoint = Checkpoint()
    let linear = try RidgeRegression().fit(SmallData.x, SmallData.y)
    linear.save(into: &checkpoint)
    let read = try LinearModel(from: Checkpoint(safetensors: checkpoint.safetensors()))
    #expect(read.predict(SmallData.x) == linear.predict(SmallData.x))
    let logistic = LogisticRegression().fit(SmallData.x, SmallData.threeClasses, classes: 3).model
    logistic.save(into: &checkpoint)
    let other = try LogisticModel(from: Checkpoint(safetensors: checkpoint.safetensors()))
    #expect(other.probabilities(SmallData.x) == logistic.probabilities(SmallData.x) && other.classes == 3)
    #expect(throws: CheckpointError.self) { try LinearModel(from: Checkpoint()) }
  }

  @Test func `hyperparameters are set by name`() throws {
    #expect(try LogisticRegression(["C": .number(2), "max_iter": .integer(7)]).values["C"] == .number(2))
    #expect(throws: HyperparameterError.self) { try RidgeRegression(["alpha": .number(-1)]) }
    let error = #expect(throws: HyperparameterError.self) { try KMeans(["n_cluster": .integer(3)]) }
    #expect(error?.description == "there is no hyperparameter 'n_cluster'; did you mean 'n_clusters'?")
  }
}
