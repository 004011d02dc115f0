import BLASBridge
import Datasets
import Learning
import Randomness
import Settings
import Testing

@testable import Models

@Suite struct ElasticNetTests {
  private func fitted(_ net: ElasticNet, _ data: TrainingData) throws -> LinearScores {
    let model = try net.makeLearner(data, validation: nil, seed: 1).finished()
    return (model as! LinearScoresModel).scores
  }

  @Test func `one feature is shrunk and cut by hand`() throws {
    // Centred: x = −1, 0, 1 and y = −2, 0, 2, so that Σxy = 4 and Σx² = 2.
    let data = TrainingData(.scaled(Matrix([[1], [2], [3]])), .numbers(Matrix(column: [3, 5, 7])))
    for (alpha, ratio, weight) in [(0.5, 1.0, 1.25), (0.5, 0.5, 3.25 / 2.75), (0.5, 0.0, 4 / 3.5), (2.0, 1.0, 0.0)] {
      let net = try ElasticNet(["alpha": .number(alpha), "l1_ratio": .number(ratio), "tol": .number(1e-12)])
      let scores = try fitted(net, data)
      #expect(distance(scores.weights, [weight]) < 1e-6, "alpha \(alpha), l1_ratio \(ratio)")
      #expect(distance(scores.intercepts, [5 - 2 * weight]) < 1e-6)
    }
  }

  @Test(arguments: RecordedModels.all.diabetes.nets.indices)
  func `coefficients are scikit-learn's`(index: Int) throws {
    let (all, net) = (RecordedModels.all.diabetes, RecordedModels.all.diabetes.nets[index])
    let model = try ElasticNet([
      "alpha": .number(net.alpha), "l1_ratio": .number(net.l1Ratio), "positive": .flag(net.positive),
      "fit_intercept": .flag(net.fitIntercept), "tol": .number(1e-9), "max_iter": .integer(100_000),
    ])
    let weights = net.isWeighted ? all.y.indices.map { 0.5 + Float($0 % 3) } : nil
    let scores = try fitted(model, TrainingData(.scaled(all.training), all.numbers, weights: weights))
    #expect(distance(scores.weights, net.coefficients) < 1e-4)
    #expect(distance(scores.intercepts, [net.intercept]) < 1e-4)
    for (own, theirs) in zip(scores.weights, net.coefficients) where theirs == 0 { #expect(own == 0) }
  }

  @Test func `with the default tolerance the duality gap ends the fit`() throws {
    let (all, net) = (RecordedModels.all.diabetes, RecordedModels.all.diabetes.nets[3])
    let model = try ElasticNet(["alpha": .number(net.alpha), "l1_ratio": .number(net.l1Ratio)])
    let learner = model.makeLearner(TrainingData(.scaled(all.training), all.numbers), validation: nil, seed: 1)
    let scores = (try learner.finished() as! LinearScoresModel).scores
    #expect(learner.step < 100 && distance(scores.weights, net.coefficients) < 1e-2)
  }

  @Test(arguments: ["cyclic", "random"])
  func `dense and sparse rows give one model`(selection: String) throws {
    let (dense, sparse, y) = SparseExample.rows(300, seed: 5)
    let net = try ElasticNet(["alpha": .number(0.01), "tol": .number(1e-10), "selection": .text(selection)])
    let a = try fitted(net, TrainingData(.scaled(dense), .numbers(Matrix(column: y))))
    let b = try fitted(net, TrainingData(.sparse(sparse), .numbers(Matrix(column: y))))
    #expect(a == b && a.weights.contains { $0 != 0 } && a.weights.contains(0))
    #expect(distance(a.scores(of: .scaled(dense)), a.scores(of: .sparse(sparse))) < 1e-12)
  }

  @Test func `constant features get no weight, and constant targets are the intercept`() throws {
    let data = TrainingData(
      .scaled(Matrix([[7, 1], [7, 2], [7, 4]])), .numbers(Matrix(column: [2, 2, 2])))
    let scores = try fitted(ElasticNet(), data)
    #expect(scores.weights == [0, 0] && scores.intercepts == [2])
  }
}

/// Rows of which most elements are zero, dense and sparse.
enum SparseExample {
  static func rows(_ count: Int, seed: UInt64) -> (dense: Matrix<Float>, sparse: SparseMatrix, numbers: [Float]) {
    var generator = CounterGenerator(SeedSequence(seed))
    let (dense, width) = (Matrix<Float>(rows: count, columns: 25), 25)
    var (sparse, numbers) = (SparseMatrix(columns: width), [Float]())
    for row in 0..<count {
      var elements: [(column: Int, value: Double)] = []
      for _ in 0..<3 {
        let column = generator.integer(below: width)
        if dense[row, column] != 0 { continue }
        dense[row, column] = generator.normal()
        elements.append((column, Double(dense[row, column])))
      }
      sparse.append(row: elements)
      numbers.append(2 * dense[row, 0] - 3 * dense[row, 1] + dense[row, 2] + 0.1 * generator.normal())
    }
    return (dense, sparse, numbers)
  }
}
