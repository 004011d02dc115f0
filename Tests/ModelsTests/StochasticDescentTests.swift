import BLASBridge
import Datasets
import Learning
import Settings
import Testing

@testable import Models

@Suite struct StochasticDescentTests {
  private func model(_ values: [String: HyperparameterValue]) throws -> StochasticDescent {
    try StochasticDescent(values)
  }

  /// Three epochs over the rows in their order.
  private func stepped(_ steps: RecordedModels.Steps, _ x: Matrix<Float>, _ y: [Double], isClassification: Bool)
    -> (weights: [Double], intercept: Double)
  {
    let loss = ScoreLoss(kind: StochasticDescent.Loss(rawValue: steps.loss)!, epsilon: 0.1)
    let rows = DesignRows(.scaled(x))
    var weights = DescentWeights(
      features: x.columns, isAveraged: steps.average > 0, hasL1: steps.penalty != "l2")
    let plan = StochasticDescent.Rate(rawValue: steps.rate)!.steps(
      loss: loss, alpha: 1e-3, l1Share: steps.penalty == "l2" ? 0 : steps.penalty == "l1" ? 1 : 0.15,
      fitsIntercept: true, averagesFrom: steps.average, first: 0.01, power: 0.25)
    let order = (0..<x.rows).map { Int32($0) }
    for epoch in 0..<3 {
      _ = weights.run(
        rows, y, [Double](repeating: 1, count: x.rows), order: order, first: epoch * x.rows + 1, plan)
    }
    return weights.current(after: 3 * x.rows, averagesFrom: steps.average)
  }

  @Test(arguments: RecordedModels.all.wine.steps.indices)
  func `each step of a classification is scikit-learn's`(index: Int) {
    let (all, steps) = (RecordedModels.all.wine, RecordedModels.all.wine.steps[index])
    let (weights, intercept) = stepped(steps, all.training, all.y.map { $0 == 1 ? 1 : -1 }, isClassification: true)
    #expect(distance(weights, steps.coefficients) < 1e-9 * max(1, weights.map(abs).max()!), "\(steps)")
    #expect(abs(intercept - steps.intercept) < 1e-9 * max(1, abs(steps.intercept)))
  }

  @Test(arguments: RecordedModels.all.diabetes.steps.indices)
  func `each step of a regression is scikit-learn's`(index: Int) {
    let (all, steps) = (RecordedModels.all.diabetes, RecordedModels.all.diabetes.steps[index])
    let (weights, intercept) = stepped(steps, all.training, all.y.map { Double($0) }, isClassification: false)
    #expect(distance(weights, steps.coefficients) < 1e-9, "\(steps)")
    #expect(abs(intercept - steps.intercept) < 1e-9)
  }

  @Test(arguments: RecordedModels.all.wine.descents.indices)
  func `classes are predicted as well as by scikit-learn`(index: Int) throws {
    let (all, case_) = (RecordedModels.all.wine, RecordedModels.all.wine.descents[index])
    let configuration = try model([
      "loss": .text(case_.loss), "penalty": .text(case_.penalty), "average": .integer(case_.average),
      "alpha": .number(1e-3),
    ])
    let scores = try (1...5).map { seed in
      let fitted = try configuration.makeLearner(
        TrainingData(.scaled(all.training), all.classes), validation: nil, seed: UInt64(seed)
      ).finished()
      let outputs = fitted.outputs(of: .scaled(all.validation))
      #expect((0..<outputs.rows).allSatisfy { abs(outputs.row($0).elements.reduce(0, +) - 1) < 1e-5 })
      return Double(zip(outputs.argmax(), all.validationY).count { $0 == Int($1) }) / Double(outputs.rows)
    }
    // Of 45 rows.
    #expect(scores.reduce(0, +) / 5 >= case_.score - 0.035, "\(case_) \(scores)")
  }

  @Test(arguments: RecordedModels.all.diabetes.descents.indices)
  func `numbers are predicted as well as by scikit-learn`(index: Int) throws {
    let (all, case_) = (RecordedModels.all.diabetes, RecordedModels.all.diabetes.descents[index])
    let configuration = try model([
      "loss": .text(case_.loss), "penalty": .text(case_.penalty), "average": .integer(case_.average),
      "alpha": .number(1e-3),
    ])
    let fitted = try configuration.makeLearner(
      TrainingData(.scaled(all.training), all.numbers), validation: nil, seed: 1
    ).finished()
    let outputs = fitted.outputs(of: .scaled(all.validation)).elements
    #expect(abs(Scores.r2(all.validationY, outputs) - case_.score) < 0.02 + 4 * case_.deviation, "\(case_)")
  }

  @Test(arguments: ["l2", "l1", "elasticnet", "none"])
  func `dense and sparse rows give one model, bit for bit`(penalty: String) throws {
    let (dense, sparse, y) = SparseExample.rows(200, seed: 6)
    for target in [
      SupervisedTarget.numbers(Matrix(column: y)), .classes(y.map { $0 > 0 ? 1 : $0 < -2 ? 2 : 0 }, count: 3),
    ] {
      let configuration = try model(["penalty": .text(penalty), "max_iter": .integer(7), "average": .integer(20)])
      let a = try configuration.makeLearner(TrainingData(.scaled(dense), target), validation: nil, seed: 3).finished()
      let b = try configuration.makeLearner(TrainingData(.sparse(sparse), target), validation: nil, seed: 3).finished()
      #expect((a as! StochasticDescentModel).scores == (b as! StochasticDescentModel).scores)
    }
  }

  @Test(arguments: ["l2", "elasticnet"], [0, 1])
  func `resumed is uninterrupted, byte for byte`(penalty: String, average: Int) throws {
    let all = RecordedModels.all.wine
    let data = TrainingData(.scaled(all.training), all.classes, weights: all.y.map { $0 + 0.5 })
    let validation = TrainingData(.scaled(all.validation), .classes(all.validationY.map { Int($0) }, count: 3))
    let configuration = try model([
      "penalty": .text(penalty), "average": .integer(average), "early_stopping": .flag(true),
      "class_weight": .text("balanced"), "learning_rate": .text("adaptive"), "max_iter": .integer(12),
    ])
    func learner() throws -> any FitLearner { try configuration.makeLearner(data, validation: validation, seed: 8) }
    func bytes(_ learner: any FitLearner) -> [UInt8] {
      var checkpoint = Checkpoint()
      learner.save(into: &checkpoint)
      return checkpoint.safetensors()
    }
    let (whole, first, second) = (try learner(), try learner(), try learner())
    _ = try whole.finished()
    for _ in 0..<4 { _ = try first.advance(reporting: Discarded()) { _, _ in } }
    try second.load(from: Checkpoint(safetensors: bytes(first)))
    #expect(second.step == 4)
    _ = try second.finished()
    #expect(bytes(second) == bytes(whole))
    let read = try configuration.fitted(
      from: Checkpoint(safetensors: bytes(whole)), features: all.features, outputs: 3)
    #expect(
      read.outputs(of: .scaled(all.validation)).elements
        == whole.fittedModel.outputs(of: .scaled(all.validation)).elements)
  }

  @Test func `a weight is as good as a repeated row`() throws {
    // Small steps of weight 2 are about two steps.
    let x = Matrix<Float>([[0], [0], [0]])
    let data = TrainingData(.scaled(x), .classes([1, 0, 0], count: 2), weights: [2, 0.5, 0.5])
    let fitted = try model([
      "loss": .text("log_loss"), "learning_rate": .text("constant"), "max_iter": .integer(1500),
      "n_iter_no_change": .integer(1500),
    ]).makeLearner(data, validation: nil, seed: 1).finished()
    #expect(abs(fitted.outputs(of: .scaled(Matrix([[0]])))[0, 1] - 2.0 / 3) < 0.03)
  }

  @Test(arguments: [
    (
      ["loss": HyperparameterValue.text("huber")],
      "loss=huber is for numbers, and the target is a class: take hinge or log_loss"
    ),
    (["alpha": .number(0)], "learning_rate=optimal needs an alpha above 0: take learning_rate=constant"),
  ])
  func `what does not go together is refused in a sentence`(values: [String: HyperparameterValue], sentence: String)
    throws
  {
    let all = RecordedModels.all.wine
    #expect {
      try model(values).makeLearner(TrainingData(.scaled(all.training), all.classes), validation: nil, seed: 1)
    } throws: {
      "\($0)" == sentence
    }
  }

  @Test func `a rate that is far too large is an error, not NaN`() throws {
    let all = RecordedModels.all.diabetes
    let learner = try model([
      "learning_rate": .text("constant"), "eta0": .number(1e300), "penalty": .text("none"), "max_iter": .integer(100),
    ]).makeLearner(TrainingData(.scaled(all.training), all.numbers), validation: nil, seed: 1)
    #expect(throws: HyperparameterError.self) { try learner.finished() }
  }
}
