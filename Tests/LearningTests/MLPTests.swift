import BLASBridge
import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Learning

@Suite struct MLPTests {
  /// `classes` arms of a spiral, wound once.
  private func spiral(_ rows: Int, classes: Int, seed: UInt64) -> (x: Matrix<Float>, target: SupervisedTarget) {
    var generator = CounterGenerator(SeedSequence(seed))
    let x = Matrix<Float>(rows: rows, columns: 2)
    let labels = (0..<rows).map { row -> Int in
      let (label, radius) = (row % classes, Double(generator.uniform()))
      let angle = 2 * .pi * (radius + Double(label) / Double(classes))
      x[row, 0] = Float(radius * cos(angle)) + 0.01 * generator.normal()
      x[row, 1] = Float(radius * sin(angle)) + 0.01 * generator.normal()
      return label
    }
    return (x, .classes(labels, count: classes))
  }

  private func accuracy(_ model: MLPModel, _ data: (x: Matrix<Float>, target: SupervisedTarget)) -> Double {
    guard case .classes(let labels, let classes) = data.target else { return .nan }
    let p = model.predict(data.x)
    let hits = labels.indices.count { row in (0..<classes).max { p[row, $0] < p[row, $1] } == labels[row] }
    return Double(hits) / Double(labels.count)
  }

  private func configuration(_ change: (inout MLP) -> Void = { _ in }) -> MLP {
    var result = MLP()
    result.hiddenWidths = [32, 32]
    result.batchSize = 32
    result.epochs = 60
    result.learningRate = .constant(0.01)
    result.patience = 1000
    change(&result)
    return result
  }

  @Test(arguments: MLP.OptimizerKind.allCases)
  func `a classifier learns a spiral, with every optimizer`(optimizer: MLP.OptimizerKind) {
    let (rows, others) = (spiral(600, classes: 3, seed: 1), spiral(300, classes: 3, seed: 2))
    let trainer = MLPTrainer(
      configuration {
        $0.optimizer = optimizer
        $0.learningRate = .constant(optimizer == .sgd ? 0.05 : 0.005)
      }, rows.x, rows.target, seed: 3)
    let first = trainer.runEpoch(reporting: MemorySink(keeping: .nothing))
    #expect(abs(first.training - log(3.0)) < 0.4)
    while !trainer.isFinished { _ = trainer.runEpoch(reporting: MemorySink(keeping: .nothing)) }
    #expect(accuracy(trainer.model, others) > 0.95)
  }

  @Test func `XOR, which no linear model knows`() {
    let x = Matrix<Float>([[0, 0], [0, 1], [1, 0], [1, 1]])
    let trainer = MLPTrainer(
      configuration {
        $0.hiddenWidths = [8]
        $0.activation = .tanh
        $0.learningRate = .constant(0.05)
        $0.epochs = 200
      }, x, .classes([0, 1, 1, 0], count: 2), seed: 1)
    var last = 0.0
    while !trainer.isFinished { last = trainer.runEpoch(reporting: MemorySink(keeping: .nothing)).training }
    #expect(last < 0.01)
    #expect(accuracy(trainer.model, (x, .classes([0, 1, 1, 0], count: 2))) == 1)
  }

  @Test func `a regressor predicts in the targets' own units`() {
    let x = normalMatrix(400, 3, seed: 5)
    let y = Matrix<Float>(rows: 400, columns: 2)
    for row in 0..<400 {
      y[row, 0] = 1000 + 200 * x[row, 0] * x[row, 1]
      y[row, 1] = -0.001 * sin(2 * x[row, 2])
    }
    let trainer = MLPTrainer(
      configuration { $0.epochs = 150 }, x.rows(0..<300), .numbers(y.rows(0..<300)),
      validation: (x.rows(300..<400), .numbers(y.rows(300..<400))), seed: 2)
    while !trainer.isFinished { _ = trainer.runEpoch(reporting: MemorySink(keeping: .nothing)) }
    let predicted = trainer.model.predict(x.rows(300..<400))
    for column in 0..<2 {
      let (truth, guess) = (y.rows(300..<400).column(column).elements, predicted.column(column).elements)
      // In other units it would be far below 0; of four seeds the lowest was 0.79.
      #expect(Scores.r2(truth, guess) > 0.5)
    }
  }

  @Test func `with clipped inputs a row that is mistaken has no wild prediction`() throws {
    let x = normalMatrix(400, 2, seed: 5)
    let y = Matrix<Float>(rows: 400, columns: 1)
    for row in 0..<400 { y[row, 0] = 10 + 2 * x[row, 0] - x[row, 1] }
    let mistaken = Matrix<Float>(rows: 1, columns: 2, [60, 0])
    func trainer(_ clip: Double?) -> MLPTrainer {
      let settings = configuration {
        ($0.inputClip, $0.epochs) = (clip, 100)
      }
      let trainer = MLPTrainer(settings, x.rows(0..<300), .numbers(y.rows(0..<300)), seed: 2)
      while !trainer.isFinished { _ = trainer.runEpoch(reporting: MemorySink(keeping: .nothing)) }
      return trainer
    }
    let clipped = trainer(3).model
    #expect(trainer(nil).model.predict(mistaken)[0, 0] > 60)
    // The training rows' own numbers end below 20.
    #expect(clipped.predict(mistaken)[0, 0] < 25)
    #expect(Scores.r2(y.rows(300..<400).elements, clipped.predict(x.rows(300..<400)).elements) > 0.95)
    // And it is the same from a checkpoint.
    var checkpoint = Checkpoint()
    clipped.save(into: &checkpoint)
    let settings = configuration { $0.inputClip = 3 }
    let loaded = try MLPModel(from: checkpoint, settings, inputs: 2, outputs: 1)
    #expect(loaded.predict(x).elements == clipped.predict(x).elements)
  }

  @Test func `the gradient of an epoch's last minibatch agrees with finite differences`() {
    let rows = spiral(12, classes: 3, seed: 4)
    let settings = configuration {
      $0.hiddenWidths = [5]
      $0.activation = .tanh
      $0.classWeight = .balanced
      $0.labelSmoothing = 0.1
      $0.batchSize = 12
      $0.learningRate = .constant(0)
    }
    let trainer = MLPTrainer(settings, rows.x, rows.target, seed: 1)
    _ = trainer.runEpoch(reporting: MemorySink(keeping: .nothing))
    // At learning rate 0 the parameters are still those that the gradient was taken at, and the minibatch is all rows.
    guard case .classes(let labels, _) = rows.target else { return }
    let loss = CrossEntropy(classes: 3, rows: 12, smoothing: 0.1, weights: [1, 1, 1])
    var unused = [Float](repeating: 0, count: 36)
    let mismatch = gradientMismatch(trainer.gradient.elements, at: trainer.parameters.elements) { parameters in
      let outputs = trainer.network.forward(rows.x.base, rows: 12, parameters: parameters, in: trainer.workspace)
      return loss(outputs, labels: labels.map(Int32.init), rows: 12, gradient: &unused)
    }
    #expect(mismatch == nil)
  }

  @Test func `a trainer goes on from a checkpoint bit for bit, and equal seeds give equal fits`() throws {
    let (rows, others) = (spiral(100, classes: 2, seed: 6), spiral(40, classes: 2, seed: 7))
    let settings = configuration {
      $0.dropout = 0.2
      $0.learningRate = .cosine(0.01)
      $0.maximumGradientNorm = 1
      $0.weightDecay = 0.01
    }
    func trainer() -> MLPTrainer { MLPTrainer(settings, rows.x, rows.target, validation: others, seed: 8) }
    let (whole, again) = (trainer(), trainer())
    var losses: [MLPTrainer.Losses] = []
    for _ in 0..<6 { losses.append(whole.runEpoch(reporting: MemorySink(keeping: .nothing))) }
    for epoch in 0..<3 { #expect(again.runEpoch(reporting: MemorySink(keeping: .nothing)) == losses[epoch]) }
    var checkpoint = Checkpoint()
    again.save(into: &checkpoint)
    let resumed = trainer()
    try resumed.load(from: Checkpoint(safetensors: checkpoint.safetensors()))
    #expect(resumed.epoch == 3)
    for epoch in 3..<6 { #expect(resumed.runEpoch(reporting: MemorySink(keeping: .nothing)) == losses[epoch]) }
    #expect(resumed.parameters.elements == whole.parameters.elements)
    let other = MLPTrainer(settings, rows.x, rows.target, validation: others, seed: 9)
    #expect(other.runEpoch(reporting: MemorySink(keeping: .nothing)) != losses[0])
  }

  @Test func `without an improvement it stops and takes the best epoch's parameters`() {
    // Labels by chance: what is learnt of them does not carry over.
    let (x, others) = (normalMatrix(60, 5, seed: 1), normalMatrix(40, 5, seed: 2))
    let (labels, otherLabels) = ((0..<60).map { $0 * 7 % 3 % 2 }, (0..<40).map { $0 * 5 % 3 % 2 })
    let trainer = MLPTrainer(
      configuration {
        $0.patience = 4
        $0.epochs = 500
      }, x, .classes(labels, count: 2), validation: (others, .classes(otherLabels, count: 2)), seed: 1)
    var validation: [Double] = []
    var parameters: [[Float]] = []
    while !trainer.isFinished {
      validation.append(trainer.runEpoch(reporting: MemorySink(keeping: .nothing)).validation!)
      parameters.append(trainer.parameters.elements)
    }
    #expect(trainer.epoch < 500)
    #expect(trainer.epoch == trainer.bestEpoch + 4)
    let best = trainer.bestEpoch - 1
    #expect(validation.dropFirst(trainer.bestEpoch).allSatisfy { $0 >= validation[best] - 1e-4 })
    #expect(trainer.model.parameters.elements == parameters[best])
  }

  @Test func `balanced class weights find the rare class`() {
    // Two overlapping clouds, 95 rows to 5.
    var generator = CounterGenerator(SeedSequence(3))
    let labels = (0..<1000).map { $0 % 20 == 0 ? 1 : 0 }
    let x = Matrix<Float>(rows: 1000, columns: 1, labels.map { Float($0) * 1.5 + generator.normal() })
    func recall(_ weight: ClassWeight) -> Double {
      let trainer = MLPTrainer(
        configuration {
          $0.hiddenWidths = []
          $0.classWeight = weight
        }, x, .classes(labels, count: 2), seed: 1)
      while !trainer.isFinished { _ = trainer.runEpoch(reporting: MemorySink(keeping: .nothing)) }
      let p = trainer.model.predict(x)
      return ConfusionMatrix(truth: labels, predicted: (0..<1000).map { p[$0, 1] > 0.5 ? 1 : 0 }, classes: 2).recall(1)
    }
    #expect(recall(.none) < 0.4)
    #expect(recall(.balanced) > 0.6)
  }

  @Test(arguments: MLP.OptimizerKind.allCases)
  func `weight decay shrinks the parameters, whatever the optimizer`(optimizer: MLP.OptimizerKind) {
    func norm(_ decay: Double) -> Float {
      let rows = spiral(100, classes: 2, seed: 6)
      let trainer = MLPTrainer(
        configuration {
          $0.optimizer = optimizer
          $0.weightDecay = decay
          $0.epochs = 20
        }, rows.x, rows.target, seed: 1)
      while !trainer.isFinished { _ = trainer.runEpoch(reporting: MemorySink(keeping: .nothing)) }
      return BLAS.nrm2(Matrix(column: trainer.parameters.elements))
    }
    #expect(norm(0.5) < 0.95 * norm(0))
  }

  @Test func `epochs allocate nothing`() {
    BLAS.threads = 1
    let (rows, others) = (spiral(300, classes: 3, seed: 1), spiral(300, classes: 3, seed: 2))
    let trainer = MLPTrainer(configuration(), rows.x, rows.target, validation: others, seed: 3)
    let sink = MemorySink(keeping: .nothing)
    _ = trainer.runEpoch(reporting: sink)
    let count = allocations {
      for _ in 0..<5 { _ = trainer.runEpoch(reporting: sink) }
    }
    #expect(count == nil || count == 0)
  }

  @Test func `more rows than a chunk are predicted like few`() {
    let rows = spiral(1000, classes: 3, seed: 1)
    let model = MLPTrainer(configuration(), rows.x, rows.target, seed: 3).model
    let (all, some) = (model.predict(rows.x), model.predict(rows.x.rows(700..<710)))
    #expect(distance(all.rows(700..<710).copy(), some) < 1e-5)
  }
}
