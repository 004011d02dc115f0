import BLASBridge
import Datasets
import Learning
import Settings
import Testing

@testable import Models

@Suite struct IsolationForestTests {
  @Test(arguments: ["wine", "diabetes"])
  func `scores are scikit-learn's, but for the draws`(name: String) {
    let all = name == "wine" ? RecordedModels.all.wine : RecordedModels.all.diabetes
    var means = [Double](repeating: 0, count: all.y.count)
    for seed in 1...10 {
      let scores = IsolationForest().fit(all.training, seed: UInt64(seed)).scores(all.training)
      for row in means.indices { means[row] += scores[row] / 10 }
    }
    #expect(distance(means, all.isolation) < 0.025)
    let bias = zip(means, all.isolation).reduce(0) { $0 + $1.0 - $1.1 } / Double(means.count)
    #expect(abs(bias) < 0.004)
  }

  @Test func `a row far from all others scores lowest and is an outlier`() throws {
    let x = Matrix<Float>((0..<200).map { [Float($0 % 14) / 14, Float($0 % 9) / 9] } + [[9, -9]])
    let data = TrainingData(.scaled(x), .numbers(Matrix(rows: 201, columns: 0)))
    let model = try IsolationForest(["contamination": .number(0.004)]).makeLearner(data, validation: nil, seed: 1)
      .finished()
    let outputs = model.outputs(of: .scaled(x))
    #expect(outputs.column(0).elements == [Float](repeating: 0, count: 200) + [1])
    #expect(outputs.column(1).elements.dropLast().allSatisfy { $0 > outputs[200, 1] + 0.1 })
    #expect(model.outputColumns?.map(\.name) == ["outlier", "score"])
    #expect(abs(model.scores(.scaled(x), outputs)["outlier_share"]! - 1.0 / 201) < 1e-6)
  }

  @Test func `equal rows are like all others`() {
    let x = Matrix<Float>(rows: 50, columns: 3)
    #expect(IsolationForest().fit(x, seed: 1).scores(x).allSatisfy { abs($0 + 0.5) < 0.01 })
  }

  @Test func `a saved forest scores the same, and a damaged one is refused`() throws {
    let all = RecordedModels.all.wine
    let forest = IsolationForest().fit(all.training, seed: 2)
    var checkpoint = Checkpoint()
    forest.save(into: &checkpoint)
    let read = try Checkpoint(safetensors: checkpoint.safetensors())
    #expect(try IsolationForestModel(from: read).scores(all.validation) == forest.scores(all.validation))
    var damaged = read
    damaged.set("isolation.lefts", [Int](repeating: 0, count: try read.integers("isolation.lefts").count))
    #expect(throws: CheckpointError.self) { try IsolationForestModel(from: damaged) }
  }

  @Test func `a contamination beyond a half is refused`() throws {
    let forest = try IsolationForest(["contamination": .number(0.7)])
    #expect(throws: HyperparameterError.self) { try forest.check(rows: 10, features: 1) }
  }
}
