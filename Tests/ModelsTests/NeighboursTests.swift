import BLASBridge
import Datasets
import Learning
import Randomness
import Settings
import Testing

@testable import Models

@Suite struct NeighboursTests {
  private func made(_ x: Matrix<Float>, _ target: SupervisedTarget, _ values: [String: HyperparameterValue]) throws
    -> KNearestNeighboursModel
  {
    KNearestNeighboursModel(try KNearestNeighbours(values), x, target)
  }

  @Test func `probabilities are shares of the neighbours, by hand`() throws {
    let x = Matrix<Float>([[0], [1], [2], [10]])
    let target = SupervisedTarget.classes([0, 1, 1, 0], count: 2)
    let uniform = try made(x, target, ["n_neighbors": .integer(3)])
    #expect(uniform.outputs(of: .scaled(Matrix([[0.4]]))).elements == [Float(1.0 / 3), Float(2.0 / 3)])
    // Distances 0.5, 0.5, 1.5: inverses 2, 2, 2/3.
    let weighted = try made(x, target, ["n_neighbors": .integer(3), "weights": .text("distance")])
    let shares = weighted.outputs(of: .scaled(Matrix([[0.5]]))).elements
    #expect(abs(shares[0] - 3.0 / 7) < 1e-6 && abs(shares[1] - 4.0 / 7) < 1e-6)
    // A row at no distance decides alone.
    #expect(weighted.outputs(of: .scaled(Matrix([[2]]))).elements == [0, 1])
  }

  @Test func `a number is the mean of its neighbours' numbers, by hand`() throws {
    let model = try made(
      Matrix([[0, 0], [3, 4], [1, 0]]), .numbers(Matrix(column: [1, 5, 3])), ["n_neighbors": .integer(2)])
    #expect(model.outputs(of: .scaled(Matrix([[0, 0], [3, 3]]))).elements == [2, 4])
  }

  @Test func `quantiles are those of the neighbours' numbers, by hand`() throws {
    let x = Matrix<Float>([[0], [1], [2], [3], [4], [100]])
    let target = SupervisedTarget.quantiles([0.1, 0.5, 0.6, 0.95], of: Matrix(column: [50, 10, 30, 20, 40, 0]))
    let model = try made(x, target, ["n_neighbors": .integer(5)])
    // Of 10 to 50 each stands in the middle of its fifth: at 0.1, 0.3, 0.5, 0.7, 0.9.
    let found = model.outputs(of: .scaled(Matrix([[2]]))).elements
    #expect(zip(found, [10, 30, 35, 50] as [Float]).allSatisfy { abs($0 - $1) < 1e-4 }, "\(found)")
    var checkpoint = Checkpoint()
    model.save(into: &checkpoint)
    let loaded = try KNearestNeighbours(["n_neighbors": .integer(5)]).fitted(from: checkpoint, features: 1, outputs: 4)
    #expect(loaded.outputs(of: .scaled(Matrix([[2]]))).elements == found)
  }

  @Test func `scores of quantiles are pinball losses and coverages, by hand`() {
    let quantiles = Matrix<Float>([[1, 3], [1, 3], [1, 3], [1, 3]])
    let scores = FitScores(truth: [0, 1, 2, 5], quantiles: quantiles, shares: [0.25, 0.75])
    #expect(scores["quantile_0.25_coverage"] == 0.5 && scores["quantile_0.75_coverage"] == 0.75)
    // 0.75 · 1, 0, 0.25 · 1, 0.25 · 4; 0.25 · 3, 0.25 · 2, 0.25 · 1, 0.75 · 2.
    #expect(scores["quantile_0.25_loss"] == 0.5 && scores["quantile_0.75_loss"] == 0.75)
    #expect(scores["pinball_loss"] == 0.625)
  }

  @Test func `of equally near rows the first count`() throws {
    let x = Matrix<Float>([[1], [-1], [1], [-1]])
    let model = try made(x, .classes([2, 1, 0, 0], count: 3), ["n_neighbors": .integer(2)])
    #expect(model.outputs(of: .scaled(Matrix([[0]]))).elements == [0, 0.5, 0.5])
  }

  @Test(arguments: RecordedModels.all.wine.neighbours.indices)
  func `probabilities are scikit-learn's`(index: Int) throws {
    let (all, case_) = (RecordedModels.all.wine, RecordedModels.all.wine.neighbours[index])
    let model = try made(
      all.training, all.classes,
      ["n_neighbors": .integer(case_.k), "weights": .text(case_.weights), "metric": .text(case_.metric)])
    let outputs = model.outputs(of: .scaled(all.validation)).elements
    #expect(distance(outputs.map(Double.init), case_.outputs) < 1e-6)
  }

  @Test(arguments: RecordedModels.all.diabetes.neighbours.indices)
  func `predicted numbers are scikit-learn's`(index: Int) throws {
    let (all, case_) = (RecordedModels.all.diabetes, RecordedModels.all.diabetes.neighbours[index])
    let model = try made(
      all.training, all.numbers,
      ["n_neighbors": .integer(case_.k), "weights": .text(case_.weights), "metric": .text(case_.metric)])
    let outputs = model.outputs(of: .scaled(all.validation)).elements
    #expect(distance(outputs.map(Double.init), case_.outputs) < 1e-6)
  }

  @Test func `a saved model predicts the same, and a damaged one is refused`() throws {
    let all = RecordedModels.all.wine
    let model = try made(all.training, all.classes, [:])
    var checkpoint = Checkpoint()
    model.save(into: &checkpoint)
    let read = try Checkpoint(safetensors: checkpoint.safetensors())
    let loaded = try KNearestNeighbours().fitted(from: read, features: all.features, outputs: 3)
    #expect(loaded.outputs(of: .scaled(all.validation)).elements == model.outputs(of: .scaled(all.validation)).elements)
    #expect(throws: CheckpointError.self) { try KNearestNeighbours().fitted(from: read, features: 13, outputs: 2) }
    var damaged = read
    damaged.set("labels", [Int](repeating: 7, count: all.y.count))
    #expect(throws: CheckpointError.self) { try KNearestNeighbours().fitted(from: damaged, features: 13, outputs: 3) }
  }

  @Test func `rows are predicted alike alone and together`() throws {
    let all = RecordedModels.all.diabetes
    let model = try made(all.training, all.numbers, ["weights": .text("distance")])
    let together = model.outputs(of: .scaled(all.validation)).elements
    for row in [0, 7, 110] {
      #expect(model.outputs(of: .scaled(all.validation.rows(row..<row + 1))).elements == [together[row]])
    }
  }

  @Test func `more neighbours than rows are refused in a sentence`() throws {
    let model = try KNearestNeighbours(["n_neighbors": .integer(4)])
    try model.check(rows: 4, features: 1)
    #expect {
      try model.check(rows: 3, features: 1)
    } throws: {
      "\($0)" == "there are no 4 neighbours among 3 training rows: set n_neighbors"
    }
  }
}
