import Datasets
import Learning
import Models
import Settings
import Testing

@testable import Trees

@Suite struct ContinuedBoostingTests {
  private func finished(
    _ settings: GBDT, _ data: TrainingData, validation: TrainingData? = nil, from earlier: BoostedTrees? = nil,
    seed: UInt64 = 9
  ) throws -> (trees: BoostedTrees, losses: [FitLosses]) {
    let fit = try BoostingFit(settings, data, validation: validation, from: earlier, seed: seed)
    var losses: [FitLosses] = []
    while !fit.isFinished { losses.append(try fit.advance()) }
    return (fit.fittedTrees, losses)
  }

  private static let classes = [Int](0..<300).map { $0 % 7 % 3 }

  @Test(arguments: ["plain", "levels", "bagging", "goss", "softmax", "quantile"])
  func `30 and 20 rounds on the same rows are 50 rounds at once`(_ kind: String) throws {
    var settings = GBDT.small(trees: 50, leaves: 8, rows: 5)
    var data = curve(rows: 300)
    switch kind {
    case "levels": settings.gradientBins = 0
    case "bagging": (settings.baggingFraction, settings.baggingFrequency, settings.featureFraction) = (0.6, 3, 0.7)
    case "goss": (settings.sampling, settings.learningRate) = (.goss, 0.2)
    case "softmax": data = TrainingData(data.features, .classes(Self.classes, count: 3))
    case "quantile": settings.objective = .quantile
    default: break
    }
    let validation = TrainingData(data.features, data.target)
    let whole = try finished(settings, data, validation: validation)
    settings.trees = 30
    let first = try finished(settings, data)
    settings.trees = 20
    let second = try finished(settings, data, validation: validation, from: first.trees)
    #expect(second.trees == whole.trees)
    #expect(second.losses == Array(whole.losses.dropFirst(30)))
    #expect(second.losses.count == 20 && second.losses.last!.training! < second.losses[0].training!)
  }

  @Test func `other rows with other bins go on from what the earlier trees say of them`() throws {
    var settings = GBDT.small(trees: 20, leaves: 6, rows: 5)
    let earlier = try settings.fit(curve(rows: 300))
    let other = curve(rows: 400, seed: 8)
    settings.trees = 1
    settings.learningRate = 1e-9
    let loss = try finished(settings, other, from: earlier).losses[0].training!
    // A round that hardly moves leaves the mean squared error of the earlier model, in units of the best constant's.
    let y = other.numbers.elements.map { Double($0) }
    let mean = y.reduce(0, +) / Double(y.count)
    func squares(_ predicted: [Double]) -> Double { zip(y, predicted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    let expected = squares(earlier.scores(of: other.features.columns)[0]) / squares(y.map { _ in mean })
    #expect(abs(loss - expected) < 1e-6 && expected < 0.3)
    settings.trees = 30
    settings.learningRate = 0.1
    let continued = try finished(settings, other, from: earlier)
    #expect(continued.trees.rounds == 50 && continued.trees.first(rounds: 20) == earlier)
    #expect(continued.losses.last!.training! < 0.5 * expected)
  }

  @Test func `a continued fit that was saved and resumed is the same byte for byte`() throws {
    var settings = GBDT.small(trees: 12, leaves: 6, rows: 5)
    let earlier = try settings.fit(curve(rows: 300))
    settings.trees = 15
    settings.patience = 6
    let (data, validation) = (curve(rows: 200, seed: 8), curve(rows: 100, seed: 10))
    func start() throws -> BoostingFit {
      try BoostingFit(settings, data, validation: validation, from: earlier, seed: 2)
    }
    func state(_ fit: BoostingFit) -> [UInt8] {
      var checkpoint = Checkpoint()
      fit.save(into: &checkpoint)
      return checkpoint.safetensors()
    }
    let (whole, first, second) = (try start(), try start(), try start())
    while !whole.isFinished { _ = try whole.advance() }
    for _ in 0..<4 { _ = try first.advance() }
    try second.load(from: Checkpoint(safetensors: state(first)))
    while !second.isFinished { _ = try second.advance() }
    #expect(state(second) == state(whole))
    // A fit that began anew does not take it up, nor this one another's.
    let anew = try BoostingFit(settings, data, validation: validation, seed: 2)
    #expect(throws: CheckpointError.self) { try anew.load(from: Checkpoint(safetensors: state(first))) }
    #expect(throws: CheckpointError.self) { try start().load(from: Checkpoint(safetensors: state(anew))) }
  }

  @Test func `early stopping keeps the earlier trees and those up to the best round`() throws {
    var settings = GBDT.small(trees: 10, leaves: 31)
    let (data, validation) = (curve(rows: 80), curve(rows: 200, seed: 6))
    let earlier = try settings.fit(data)
    settings.trees = 500
    settings.patience = 5
    let (trees, losses) = try finished(settings, data, validation: validation, from: earlier)
    let best = losses.map { $0.validation! }.enumerated().min { $0.element < $1.element }!.offset + 1
    #expect(trees.rounds == 10 + best && losses.count == best + 5)
  }

  @Test func `trees of another objective are refused`() throws {
    var settings = GBDT.small(trees: 3)
    let earlier = try settings.fit(curve(rows: 100))
    settings.objective = .huber
    let message =
      "the earlier trees are of the objective 'regression', and 'huber' cannot go on from them: set objective=regression, "
      + "or start anew"
    #expect(throws: HyperparameterError(message)) { try finished(settings, curve(rows: 100), from: earlier) }
  }
}
