import Datasets
import Foundation
import Learning
import Models
import Randomness
import Testing

@testable import Trees

@Suite struct BoostingFitTests {
  @Test(arguments: ["plain", "bagging", "goss", "softmax"])
  func `a fit that was saved and resumed is the same byte for byte`(_ kind: String) throws {
    var settings = GBDT.small(trees: 30, leaves: 8, rows: 5)
    settings.learningRate = 0.2
    settings.featureFraction = 0.7
    if kind == "bagging" { (settings.baggingFraction, settings.baggingFrequency) = (0.6, 3) }
    if kind == "goss" { settings.sampling = .goss }
    var data = curve(rows: 300)
    if kind == "softmax" {
      data = TrainingData(data.features, .classes(data.numbers.elements.map { $0 > 1 ? 2 : $0 > 0 ? 1 : 0 }, count: 3))
    }
    func start() throws -> BoostingFit { try BoostingFit(settings, data, validation: data, seed: 9) }
    func state(_ fit: BoostingFit) -> [UInt8] {
      var checkpoint = Checkpoint()
      fit.save(into: &checkpoint)
      return checkpoint.safetensors()
    }
    let (whole, first) = (try start(), try start())
    var losses: [FitLosses] = []
    while !whole.isFinished { losses.append(try whole.advance()) }
    for _ in 0..<11 { _ = try first.advance() }
    let second = try start()
    try second.load(from: Checkpoint(safetensors: state(first)))
    #expect(second.step == 11)
    while !second.isFinished { #expect(try second.advance() == losses[second.step - 1]) }
    #expect(state(second) == state(whole))
    #expect(losses.last!.validation! < 0.8 * losses[0].validation!)
  }

  @Test func `one seed gives one model, and another gives another`() throws {
    let data = curve(rows: 300)
    var settings = GBDT.small()
    #expect(try settings.fit(data, seed: 3) == settings.fit(data, seed: 3))
    (settings.baggingFraction, settings.baggingFrequency) = (0.5, 1)
    #expect(try settings.fit(data, seed: 3) == settings.fit(data, seed: 3))
    #expect(try settings.fit(data, seed: 3) != settings.fit(data, seed: 4))
  }

  @Test func `losses are of the best constant's, and fall round by round`() throws {
    let fit = try BoostingFit(
      .small(trees: 60, rows: 5), curve(rows: 500), validation: curve(rows: 200, seed: 6), seed: 1)
    var last = 1.0
    while !fit.isFinished {
      let losses = try fit.advance()
      #expect(losses.training! < last)
      last = losses.training!
      if fit.isFinished { #expect(losses.validation! < 0.1 && losses.training! < 0.05) }
    }
  }

  @Test func `a fit stops without better validation losses, with the trees of the best round`() throws {
    var settings = GBDT.small(trees: 500, leaves: 31)
    settings.patience = 5
    func finished() throws -> (fit: BoostingFit, best: Int) {
      let fit = try BoostingFit(settings, curve(rows: 80), validation: curve(rows: 200, seed: 6), seed: 1)
      var losses: [Double] = []
      while !fit.isFinished { losses.append(try fit.advance().validation!) }
      return (fit, losses.firstIndex(of: losses.min()!)! + 1)
    }
    let (fit, best) = try finished()
    #expect(fit.step == best + 5 && fit.step < 500)
    // Where the rounds end first, the best one is kept as well.
    settings.trees = best + 2
    let (ended, same) = try finished()
    #expect(same == best && ended.step == best + 2)
    for fit in [fit, ended] {
      #expect(fit.fittedTrees.trees.count == best)
      var checkpoint = Checkpoint()
      fit.save(into: &checkpoint)
      let fitted = try fit.settings.fitted(from: checkpoint, features: 3, outputs: 1)
      #expect((fitted as? FittedTrees)?.trees == fit.fittedTrees)
    }
  }

  /// Of trees with bits for their leaves in a word, and of larger ones; of many rows, and of one.
  @Test(arguments: [8, 40]) func `fast predictions are the plain ones`(leaves: Int) throws {
    var generator = PCG64(seed: 4)
    let (rows, nan) = (900, Double.nan)
    let numbers = (0..<rows).map { $0 % 11 == 0 ? nan : generator.uniform(-1, 1) }
    let codes = (0..<rows).map { Int32(($0 * 7) % 12) - 1 }
    let labels = (0..<rows).map { (numbers[$0].isNaN ? 1 : numbers[$0] > 0 ? 2 : 0) ^ (codes[$0] > 5 ? 1 : 0) }
    let columns = FeatureColumns(rows: rows, columns: [.numbers(numbers), .codes(codes, levels: 13)])
    var settings = GBDT.small(trees: 12, leaves: leaves, rows: 5)
    (settings.leastRowsInGroup, settings.categorySmoothing) = (5, 1)
    let trees = try settings.fit(TrainingData(.columns(columns), .classes(labels, count: 4)))
    #expect(trees.trees.contains { $0.nodes.contains { if case .among = $0.question { true } else { false } } })
    let (fast, slow) = (FittedTrees(trees).outputs(columns), trees.scores(of: columns))
    let objective = trees.objective.objective
    var expected = [Float](repeating: 0, count: 4)
    for row in 0..<rows {
      slow.map { $0[row] }.withUnsafeBufferPointer { objective.outputs($0, into: &expected) }
      for index in 0..<4 { #expect(fast[row, index] == expected[index]) }
      guard row % 90 == 0 else { continue }
      let one = FeatureColumns(rows: 1, columns: [.numbers([numbers[row]]), .codes([codes[row]], levels: 13)])
      let alone = FittedTrees(trees).outputs(one)
      for index in 0..<4 { #expect(alone[0, index] == expected[index]) }
    }
  }

  @Test func `odd data give a model that makes sense, or a sentence`() throws {
    let settings = GBDT.small(trees: 5, rows: 1)
    let x: [Double] = [1, 2, 3, 4, 5, 6]
    let nan = Double.nan
    // A constant target: its value, after one round.
    let constant = try settings.fit(TrainingData([x], numbers: [3, 3, 3, 3, 3, 3]))
    #expect(constant.trees.count == 1 && constant.scores { _ in 9 } == [3])
    // Columns without a value or with one value only make no split.
    let empty = try settings.fit(
      TrainingData([[nan, nan, nan, nan, nan, nan], [7, 7, 7, 7, 7, 7]], numbers: [0, 1, 2, 3, 4, 5]))
    #expect(empty.trees.count == 1 && empty.scores { _ in nan } == [2.5])
    // More features than rows.
    let wide = try settings.fit(TrainingData((0..<40).map { [0, 1, Double($0)] }, numbers: [0, 1, 2]))
    #expect(wide.scores { _ in 2 }[0].isFinite)
    // One class only among the rows.
    let one = try settings.fit(TrainingData([x], labels: [1, 1, 1, 1, 1, 1], classes: 2))
    #expect(FittedTrees(one).outputs(FeatureColumns(rows: 1, columns: [.numbers([2])]))[0, 1] > 0.999)
    // Infinite values are at the ends of the order.
    let ends = try GBDT.small(trees: 1, leaves: 2).fit(
      TrainingData([[-.infinity, 1, 2, .infinity]], numbers: [0, 0, 0, 9]))
    #expect(ends.trees[0].nodes[0].question.isLeft(2) != ends.trees[0].nodes[0].question.isLeft(.infinity))
    for weights in [[1, .infinity, 1, 1, 1, 1], [1, .nan, 1, 1, 1, 1], [1, -1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]]
      as [[Float]]
    {
      let data = TrainingData([x], numbers: [0, 1, 2, 3, 4, 5], weights: weights)
      let error = #expect(throws: (any Error).self) { try settings.fit(data) }
      #expect("\(error!)".contains("weight"))
    }
    // Huge targets end in a sentence or in numbers.
    let huge = try? settings.fit(TrainingData([x], numbers: [1e38, -1e38, 1e38, 3e38, 0, -3e38]))
    if let huge { #expect(huge.scores { _ in 1 }[0].isFinite) }
  }

  @Test func `constraints that do not fit the columns are refused in a sentence`() throws {
    var settings = GBDT.small()
    settings.monotone = [1]
    let error = #expect(throws: (any Error).self) { try settings.fit(curve(rows: 20)) }
    #expect("\(error!)".contains("3 features"))
  }

  @Test func `threads make the same trees`() throws {
    let data = curve(rows: 40_000, columns: 4)
    var settings = GBDT.small(trees: 3, leaves: 16)
    settings.gradientBins = 0
    func trees(_ threads: Int) throws -> BoostedTrees {
      let fit = try BoostingFit(settings, data, validation: nil, seed: 3)
      fit.setThreads(threads)
      while !fit.isFinished { _ = try fit.advance() }
      return fit.fittedTrees
    }
    let alone = try trees(1)
    #expect(alone.trees.allSatisfy { $0.leaves.count == 16 })
    for threads in [2, 3] { #expect(try trees(threads) == alone) }
  }

  @Test func `balanced classes count alike, times the weights of rows`() throws {
    let data = TrainingData(
      .columns(FeatureColumns(rows: 4, columns: [.numbers([1, 2, 3, 4])])), .classes([0, 0, 0, 1], count: 3))
    #expect(data.weights(.none) == nil)
    #expect(data.weights(.balanced) == [2, 2, 2, 6].map { Float($0) / 3 })
    let weighted = TrainingData(data.features, data.target, weights: [1, 0, 1, 2])
    #expect(weighted.weights(.balanced) == [1, 0, 1, 2].map { Float($0) })
    // A stump that cannot split says the shares of the classes: alike, where they are balanced.
    let two = TrainingData([[1, 1, 1, 1]], labels: [0, 0, 0, 1], classes: 2)
    var settings = GBDT.small(trees: 1)
    #expect(abs(try settings.fit(two).initialScores[0] - log(1.0 / 3)) < 1e-6)
    settings.classWeight = .balanced
    #expect(abs(try settings.fit(two).initialScores[0]) < 1e-6)
  }
}
