import BLASBridge
import Datasets
import Foundation
import Learning
import Models
import Randomness
import Testing
import Trees

@testable import Explanations

/// What columns add to the outputs of models of each kind.
@Suite struct ContributionTests {
  /// Rows of a number, a category, a date and a column that nothing follows from; scaled or as they are.
  static func rows(_ form: FeatureForm, count: Int = 120) throws -> (
    columns: [SourceColumn], features: Features, y: [Float]
  ) {
    var generator = PCG64(seed: 11)
    let sizes = (0..<count).map { _ in generator.uniform(0, 10) }
    let places = (0..<count).map { _ in Int32(generator.integers(0, 3)) }
    let days = (0..<count).map { _ in 86_400 * Double(generator.integers(19_000, 19_600)) }
    let idle = (0..<count).map { _ in generator.uniform(0, 1) }
    let table = Table([
      ("size", .numbers(sizes)), ("place", .categories(Words(levels: ["wood", "field", "moor"], codes: places))),
      ("day", .dates(days)), ("idle", .numbers(idle)),
    ])
    let preprocessing = try Preprocessing(fitting: table, form: form)
    let y = (0..<count).map { Float(2 * sizes[$0] + (places[$0] == 1 ? 5 : 0) + (days[$0] - 19_300 * 86_400) / 1e7) }
    let columns = SourceColumn.all(of: preprocessing)
    guard form == .scaled else { return (columns, .columns(try preprocessing.featureColumns(of: table)), y) }
    let scaled = try preprocessing.features(of: table)
    return (columns, .scaled(Matrix(rows: scaled.rows, columns: scaled.columns, scaled.values)), y)
  }

  private static func linear() throws -> (ExplainedModel, Features) {
    let (columns, features, y) = try rows(.scaled)
    var settings = RidgeRegression()
    settings.alpha = 0.1
    let model = try settings.fit(features.matrix, Matrix(column: y), weights: nil)
    return (ExplainedModel(model, columns: columns, classes: nil, target: "y"), features)
  }

  @Test func `features belong to the columns that they are made of`() throws {
    let (scaled, features, _) = try Self.rows(.scaled)
    #expect(scaled.map(\.name) == ["size", "place", "day", "idle"])
    #expect(
      scaled[1].features == 1..<4 && scaled[2].features.count > 3 && scaled[3].features.upperBound == features.count)
    let (plain, _, _) = try Self.rows(.columns)
    #expect(plain.map(\.features.count) == [1, 1, 3, 1])
  }

  @Test(arguments: [FeatureForm.scaled, .columns]) func `values of columns are read back from features`(
    _ form: FeatureForm
  ) throws {
    let (columns, features, _) = try Self.rows(form)
    for row in [0, 50] {
      guard case .number(let size) = features.value(of: columns[0], row: row),
        case .level(let place, let name) = features.value(of: columns[1], row: row),
        case .date(let day) = features.value(of: columns[2], row: row)
      else { throw CheckpointError("values of another kind") }
      var generator = PCG64(seed: 11)
      let sizes = (0..<120).map { _ in generator.uniform(0, 10) }
      let places = (0..<120).map { _ in generator.integers(0, 3) }
      let days = (0..<120).map { _ in generator.integers(19_000, 19_600) }
      #expect(abs(size - sizes[row]) < 1e-4 && name == ["wood", "field", "moor"][places[row]])
      #expect(["field", "moor", "wood"][place] == name && day == 86_400 * Double(days[row]))
    }
  }

  @Test func `a zero that was scaled is read back as one`() throws {
    let numbers: [Double] = [0, 3.7, 1.13, 2.9, 0, 5.021, 7.77]
    let table = Table([("size", .numbers(numbers))])
    let preprocessing = try Preprocessing(fitting: table, form: .scaled)
    let scaled = try preprocessing.features(of: table)
    let features = Features.scaled(Matrix(rows: scaled.rows, columns: scaled.columns, scaled.values))
    let column = SourceColumn.all(of: preprocessing)[0]
    for (row, number) in numbers.enumerated() {
      #expect(features.value(of: column, row: row) == .number(number))
    }
  }

  @Test func `of a weighted sum a column adds its weights times the distance from the mean`() throws {
    let (model, features) = try Self.linear()
    let own = model.contributions(of: features.chosen([3, 4]), background: features, method: .linear, seed: 0)
    #expect(own.unit == .number && own.errors == nil && own.outputs == ["y"])
    let fitted = try #require(model.model as? any ModelOfWeights)
    let x = features.matrix
    let mean = (0..<x.rows).reduce(0.0) { $0 + Double(x[$1, 0]) } / Double(x.rows)
    #expect(abs(own.values[0][0][0] - Double(fitted.weights[0, 0]) * (Double(x[3, 0]) - mean)) < 1e-6)
    let predictions = model.predictions(features)
    for (place, row) in [3, 4].enumerated() {
      #expect(abs(own.total(output: 0, row: place) - predictions[row][0]) < 1e-4)
    }
    let average = predictions.reduce(0) { $0 + $1[0] } / Double(predictions.count)
    #expect(abs(own.expected[0] - average) < 1e-4)
    #expect(own.ranking.first == 0 && own.ranking.last == 3)
  }

  @Test func `of two classes the log odds of the second are explained`() throws {
    let (columns, features, y) = try Self.rows(.scaled)
    let labels = y.map { $0 > 12 ? 1 : 0 }
    let fitted = LogisticRegression().fit(features.matrix, labels, classes: 2, weights: nil) { _, _ in }.model
    let model = ExplainedModel(fitted, columns: columns, classes: ["low", "high"], target: "y")
    #expect(model.outputs == ["high"] && model.usualMethod == .linear)
    let own = model.contributions(of: features, background: features, method: .linear, seed: 0)
    #expect(own.unit == .score)
    let predictions = model.predictions(features)
    for row in 0..<features.rows {
      let odds = own.total(output: 0, row: row)
      #expect(abs(1 / (1 + exp(-odds)) - predictions[row][0]) < 1e-4)
    }
  }

  @Test func `samples of a weighted sum are its exact contributions`() throws {
    let (model, features) = try Self.linear()
    let (rows, background) = (features.chosen([0, 7]), features.chosen(Array(20..<40)))
    let exact = model.contributions(of: rows, background: background, method: .linear, seed: 0)
    let sampled = model.contributions(of: rows, background: background, method: .sampled, seed: 1)
    for row in 0..<2 {
      for column in 0..<4 {
        #expect(abs(sampled.values[0][row][column] - exact.values[0][row][column]) < 1e-3)
      }
    }
  }

  @Test func `samples of trees are within their standard errors of the exact contributions, and add up`() throws {
    let (columns, features, y) = try Self.rows(.columns)
    var settings = GBDT()
    (settings.trees, settings.leaves, settings.leastRowsInLeaf) = (8, 6, 3)
    let learner = try settings.makeLearner(
      TrainingData(features, .numbers(Matrix(column: y.map { $0 * $0 }))), validation: nil, seed: 1)
    while !learner.isFinished { _ = try learner.advance(reporting: NoSink()) { _, _ in } }
    let model = ExplainedModel(learner.fittedModel, columns: columns, classes: nil, target: "y")
    #expect(model.methods == [.tree, .interventional, .sampled])
    let (rows, background) = (features.chosen([1, 2, 3]), features.chosen(Array(30..<90)))
    let exact = model.contributions(of: rows, background: background, method: .interventional, seed: 0)
    let sampled = model.contributions(of: rows, background: background, method: .sampled, seed: 4)
    let errors = try #require(sampled.errors)
    let predictions = model.predictions(rows)
    for row in 0..<3 {
      #expect(abs(sampled.total(output: 0, row: row) - predictions[row][0]) < 1e-3)
      for column in 0..<4 {
        let distance = abs(sampled.values[0][row][column] - exact.values[0][row][column])
        #expect(distance <= 4 * errors[0][row][column] + 1e-3)
      }
    }
    // The same seed, the same samples.
    let again = model.contributions(of: rows, background: background, method: .sampled, seed: 4)
    #expect(again.values == sampled.values)
    // Feature by feature, and of the date the parts together.
    let trees = try #require(model.trees).contributions(of: rows.columns)
    let own = model.contributions(of: rows, background: background, method: .tree, seed: 0)
    let date = columns[2].features.reduce(0.0) { $0 + trees[0, $1, 1] }
    #expect(own.values[0][1][2] == date && own.columns == columns.map(\.name))
  }
}
