import BLASBridge
import Foundation
import Randomness
import Settings
import Telemetry
import TestSupport
import Testing

@testable import Learning

@Suite struct QuantileTests {
  @Test func `the pinball loss, by hand`() {
    // A tenth of what is above the quantile 0.1, nine tenths of what is below.
    #expect(PinballLoss.loss(1, truth: 3, share: 0.1) == 0.2)
    #expect(abs(PinballLoss.loss(3, truth: 1, share: 0.1) - 1.8) < 1e-12)
    #expect(abs(PinballLoss.loss(1, truth: 3, share: 0.9) - 1.8) < 1e-12)
    #expect(PinballLoss.loss(2, truth: 2, share: 0.3) == 0)
    // Rows of two shares: (0.1 · 1 + 0.1 · 1) / 2, and (0.9 · 2 + 0.9 · 3) / 2 as 0.1 lies above and 0.9 below the truth.
    let loss = PinballLoss([0.1, 0.9])
    let sum = loss.sum([1, 3, 7, 2], targets: [2, 5], rows: 2)
    #expect(abs(sum - (0.1 + (1.8 + 2.7) / 2)) < 1e-6)
  }

  @Test func `the gradient of the pinball loss is its slope`() {
    let loss = PinballLoss([0.2, 0.5, 0.9])
    let targets: [Float] = [0.3, -1]
    let predictions: [Float] = [0.1, 0.5, 0.9, -2, -1.5, 3]
    var gradient = [Float](repeating: 0, count: 6)
    var other = gradient
    _ = loss(predictions, targets: targets, rows: 2, gradient: &gradient)
    for index in predictions.indices {
      var (up, down) = (predictions, predictions)
      up[index] += 0.01
      down[index] -= 0.01
      let slope =
        (loss(up, targets: targets, rows: 2, gradient: &other)
          - loss(down, targets: targets, rows: 2, gradient: &other)) / 0.02
      #expect(abs(slope - Double(gradient[index])) < 1e-4)
    }
  }

  @Test func `rows are put into order, each by itself`() {
    let matrix = Matrix<Float>([[3, 1, 2], [1, 2, 3], [2, 2, 1]])
    matrix.sortRows()
    #expect(matrix == Matrix([[1, 2, 3], [1, 2, 3], [1, 2, 2]]))
  }

  @Test func `linear quantiles of a cone are its lines`() throws {
    // y lies evenly between 2 x and 3 x: its quantile q is (2 + q) x.
    var (x, y): ([Float], [Float]) = ([], [])
    for step in 1...40 {
      for part in 0..<50 {
        x.append(Float(step) / 40)
        y.append(Float(step) / 40 * (2 + (Float(part) + 0.5) / 50))
      }
    }
    let model = try QuantileRegression(["alpha": .number(1e-6), "max_iter": .integer(500)])
      .fit(Matrix(column: x), y, shares: [0.1, 0.5, 0.9])
    for (index, share) in [0.1, 0.5, 0.9].enumerated() {
      #expect(abs(Double(model.weights[0, index]) - (2 + share)) < 0.03, "\(share)")
      #expect(abs(model.intercepts[index]) < 0.02, "\(share)")
    }
  }

  @Test func `without a feature that says anything the quantile of the numbers is left, weights counted`() throws {
    let y = (1...99).map { Float($0) }
    let x = Matrix<Float>(rows: 99, columns: 1)
    let plain = try QuantileRegression([:]).fit(x, y, shares: [0.25, 0.5])
    #expect(abs(plain.intercepts[0] - 25) < 0.6 && abs(plain.intercepts[1] - 50) < 0.6)
    // Only numbers from 50 up count.
    let weights = y.map { $0 >= 50 ? Float(1.98) : 0 }
    let weighted = try QuantileRegression([:]).fit(x, y, shares: [0.5], weights: weights)
    #expect(abs(weighted.intercepts[0] - 74.5) < 0.8)
  }

  @Test func `a perceptron of quantiles covers its shares, in order, and comes back from its checkpoint`() throws {
    var generator = PCG64(seed: 3)
    let x = (0..<2_000).map { _ in Float(generator.uniform(-1, 1)) }
    // The spread grows with x.
    let y = x.map { $0 + Float(generator.uniform(-1, 1)) * (1.5 + $0) }
    let target = SupervisedTarget.quantiles([0.1, 0.5, 0.9], of: Matrix(column: y))
    let trainer = MLPTrainer(
      try MLP(["hidden_layer_sizes": .integers([32]), "epochs": .integer(60), "learning_rate": .number(0.005)]),
      Matrix(column: x), target, seed: 1)
    let sink = MemorySink(keeping: .nothing)
    var losses: [Double] = []
    while !trainer.isFinished { losses.append(trainer.runEpoch(reporting: sink).training) }
    #expect(losses.last! < 0.8 * losses[0])
    let predicted = trainer.model.predict(Matrix(column: x))
    #expect(predicted.shape == [2_000, 3])
    for (index, share) in [0.1, 0.5, 0.9].enumerated() {
      let covered = Double(y.indices.count { y[$0] <= predicted[$0, index] }) / 2_000
      #expect(abs(covered - share) < 0.05, "\(share): \(covered)")
    }
    #expect((0..<2_000).allSatisfy { predicted[$0, 0] <= predicted[$0, 1] && predicted[$0, 1] <= predicted[$0, 2] })
    // Wider where the spread is.
    let ends = trainer.model.predict(Matrix(column: [-0.9, 0.9]))
    #expect(ends[1, 2] - ends[1, 0] > 2 * (ends[0, 2] - ends[0, 0]))
    var checkpoint = Checkpoint()
    trainer.save(into: &checkpoint)
    let loaded = try MLPModel(from: checkpoint, trainer.configuration, inputs: 1, outputs: 3)
    #expect(loaded.areQuantiles && loaded.predict(Matrix(column: x)) == predicted)
  }
}
