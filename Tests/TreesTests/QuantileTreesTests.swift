import BLASBridge
import Datasets
import Learning
import Models
import Randomness
import Settings
import Telemetry
import Testing

@testable import Trees

@Suite struct QuantileTreesTests {
  private static let shares = [0.1, 0.5, 0.9]

  /// y = x + (1 + x) u of x and u from 0 to 1, evenly drawn: the quantile q at x is x + (1 + x) q.
  private static func spread(rows: Int, seed: UInt64, shares: [Double] = shares) -> TrainingData {
    var generator = PCG64(seed: seed)
    let x = (0..<rows).map { _ in generator.uniform(0, 1) }
    let y = x.map { Float($0 + (1 + $0) * generator.uniform(0, 1)) }
    return TrainingData(
      .columns(FeatureColumns(rows: rows, columns: [.numbers(x)])), .quantiles(shares, of: Matrix(column: y)))
  }

  private static func expectCovered(_ predicted: Matrix<Float>, _ rows: TrainingData, within: Double) {
    #expect(predicted.shape == [rows.features.rows, 3])
    let truth = rows.numbers.elements
    for (index, share) in shares.enumerated() {
      let covered = Double(truth.indices.count { truth[$0] <= predicted[$0, index] }) / Double(truth.count)
      #expect(abs(covered - share) < within, "\(share): \(covered)")
    }
    #expect(truth.indices.allSatisfy { predicted[$0, 0] <= predicted[$0, 1] && predicted[$0, 1] <= predicted[$0, 2] })
  }

  @Test func `boosted quantiles cover their shares of new rows, and widen with the spread`() throws {
    var settings = GBDT.small(trees: 80, leaves: 6, rows: 40)
    settings.learningRate = 0.1
    let (training, new) = (Self.spread(rows: 4_000, seed: 1), Self.spread(rows: 4_000, seed: 2))
    let model = FittedTrees(try settings.fit(training))
    let predicted = model.outputs(of: new.features)
    Self.expectCovered(predicted, new, within: 0.04)
    let ends = model.outputs(FeatureColumns(rows: 2, columns: [.numbers([0.05, 0.95])]))
    for (index, share) in Self.shares.enumerated() {
      #expect(abs(Double(ends[0, index]) - (0.05 + 1.05 * share)) < 0.15)
      #expect(abs(Double(ends[1, index]) - (0.95 + 1.95 * share)) < 0.2)
    }
  }

  @Test func `the trees of each share are those of a fit to it alone`() throws {
    let settings = GBDT.small(trees: 5, leaves: 4, rows: 20)
    let together = try settings.fit(Self.spread(rows: 500, seed: 4))
    var alone = settings
    (alone.objective, alone.alpha) = (.quantile, 0.9)
    let rows = Self.spread(rows: 500, seed: 4)
    let single = try alone.fit(TrainingData(rows.features, .numbers(rows.numbers)))
    // The gradients of both are the same numbers; what differs is the stream by which they are rounded.
    #expect(single.initialScores[0] == together.initialScores[2])
    #expect(together.trees.count == 15 && single.trees.count == 5)
    let own = together.trees.enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
    #expect(zip(own, single.trees).allSatisfy { $0.leaves.count == $1.leaves.count })
  }

  @Test func `stop early by the loss of all shares, and come back from a checkpoint`() throws {
    var settings = GBDT.small(trees: 400, leaves: 16, rows: 5)
    (settings.patience, settings.learningRate) = (10, 0.3)
    let (training, validation) = (Self.spread(rows: 600, seed: 5), Self.spread(rows: 600, seed: 6))
    let fit = try BoostingFit(settings, training, validation: validation, seed: 1)
    while !fit.isFinished { _ = try fit.advance() }
    #expect(fit.step < 400 && fit.fittedTrees.trees.count == 3 * fit.bestStep)
    var checkpoint = Checkpoint()
    fit.save(into: &checkpoint)
    let loaded = try settings.fitted(from: checkpoint, features: 1, outputs: 3)
    let predicted = fit.fittedModel.outputs(of: validation.features)
    #expect(loaded.outputs(of: validation.features) == predicted)
    #expect(fit.validationOutputs?.shape == [600, 3])
    #expect(throws: CheckpointError.self) { try settings.fitted(from: checkpoint, features: 1, outputs: 1) }
  }

  @Test func `another objective than that of quantiles is refused`() {
    var settings = GBDT.small()
    settings.objective = .poisson
    #expect {
      try settings.fit(Self.spread(rows: 50, seed: 1))
    } throws: {
      "\($0)".contains("the objective 'poisson' predicts no quantiles")
    }
  }

  @Test func `a forest of quantiles covers them, and comes back from its checkpoint`() throws {
    var model = RandomForest()
    (model.forest.trees, model.forest.leastRowsInLeaf) = (40, 20)
    let (training, new) = (Self.spread(rows: 3_000, seed: 7), Self.spread(rows: 2_000, seed: 8))
    let fit = try ForestFit(model.forest, training, validation: nil, seed: 1)
    while !fit.isFinished { _ = try fit.advance(reporting: NoSink()) { _, _ in } }
    let predicted = fit.fittedModel.outputs(of: new.features)
    Self.expectCovered(predicted, new, within: 0.04)
    var checkpoint = Checkpoint()
    fit.save(into: &checkpoint)
    #expect(try model.fitted(from: checkpoint, features: 1, outputs: 3).outputs(of: new.features) == predicted)
    #expect(throws: CheckpointError.self) { try model.fitted(from: checkpoint, features: 1, outputs: 2) }
  }
}
