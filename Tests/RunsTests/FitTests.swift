import BLASBridge
import Datasets
import Foundation
import Learning
import Models
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Formats
@testable import Runs
@testable import Settings

/// Fits as runs: as good as scikit-learn's on the same rows, resumed and reproduced bit for bit.
@Suite struct FitTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  @Test(arguments: [
    ("digits", "logistic"), ("digits", "mlp"), ("breast_cancer", "logistic"), ("breast_cancer", "mlp"),
    ("wine", "logistic"), ("wine", "mlp"), ("diabetes", "linear"), ("diabetes", "ridge"), ("diabetes", "mlp"),
  ])
  func `scores are scikit-learn's or better`(name: String, model: String) throws {
    let scores = try JSONDecoder().decode(
      [String: [String: Double]].self, from: Data(contentsOf: FitPlace.recorded.appendingPathComponent("scores.json")))
    let expected = try #require(scores[name]?[model])
    let judged = try place.golden("\(name)_validation.csv").table
    // As scikit-learn's perceptrons were: a tenth of the training rows for early stopping, or none. The rows that the
    // model is judged by take no part in the fit.
    let configuration = try FitConfiguration(
      data: try place.golden("\(name)_train.csv"), target: "target", model: model,
      validation: model == "mlp" && name == "diabetes" ? 0.1 : 0)
    // A perceptron's score depends on its seed: the median of several, as was recorded.
    let found = try (0..<UInt64(model == "mlp" ? 5 : 1)).map { seed in
      let run = try place.fit(configuration, seed: seed).run
      return try score(Predictor(of: run.id, in: place.store), judged)
    }.sorted()
    #expect(found[found.count / 2] >= expected - 0.005)
  }

  /// The accuracy of predicted classes, or R² of predicted numbers.
  private func score(_ predictor: Predictor, _ table: Table) throws -> Double {
    let predictions = try predictor.predict(table).map { $0[0] }
    switch try table.column("target") {
    case .categories(let words):
      let right = predictions.indices.count { predictions[$0] == .label(words[$0]!) }
      return Double(right) / Double(predictions.count)
    case .numbers(let truth):
      let predicted = predictions.map { if case .number(let value) = $0 { value } else { Float.nan } }
      return Scores.r2(truth.map { Float($0) }, predicted)
    default: throw DatasetError.empty
    }
  }

  @Test func `an interrupted fit goes on to the very same model`() throws {
    let configuration = try FitConfiguration(
      data: try place.golden("wine_train.csv"), target: "target", model: "mlp",
      values: ["epochs": .integer(30), "dropout": .number(0.2), "batch_size": .integer(16)])
    let whole = try place.fit(configuration, seed: 3).run
    let first = try FitRun.start(configuration, seed: 3, experiment: "test", in: place.store)
    var epochs = 0
    let outcome = try first.fit(shouldStop: { epochs >= 10 }, onProgress: { epochs = $0.step })
    #expect(outcome.ending == .interrupted && epochs == 10)
    #expect(try place.store.load(first.id).status == .interrupted)
    #expect(try FitRun.reproduce(first.id, in: place.store)?.first == nil)
    let second = try #require(try FitRun.resume(first.id, in: place.store))
    try second.fit()
    let (a, b) = (try place.store.load(whole.id), try place.store.load(first.id))
    let difference = RunDifference(between: a, and: b)
    #expect(difference.first == nil && difference.comparedCheckpoint && difference.pointsCompared > 300)
    #expect(try FitRun.resume(first.id, in: place.store) == nil)
  }

  @Test(arguments: ["logistic", "kmeans"])
  func `a fit in one go that was stopped starts again`(model: String) throws {
    let configuration = try FitConfiguration(
      data: try place.golden("wine_train.csv"), target: model == "kmeans" ? nil : "target", model: model)
    let whole = try place.fit(configuration).run
    let first = try FitRun.start(configuration, seed: 0, experiment: "test", in: place.store)
    #expect(try first.fit(shouldStop: { true }).ending == .interrupted)
    #expect(try place.store.load(first.id).lastStep == 1)
    try #require(try FitRun.resume(first.id, in: place.store)).fit()
    let (a, b) = (try place.store.load(whole.id), try place.store.load(first.id))
    #expect(RunDifference(between: a, and: b).first == nil)
  }

  @Test func `a fit run again is identical, and not with another hyperparameter`() throws {
    for type in ModelCatalogue.builtIn where type.tasks.isEmpty || type.tasks.contains(.classification) {
      let configuration = try FitConfiguration(
        data: try place.golden("wine_train.csv"), target: type.hasTarget ? "target" : nil, model: type.name,
        dropping: type.hasTarget ? [] : ["target"])
      let run = try place.fit(configuration, seed: 1).run
      let difference = try #require(try FitRun.reproduce(run.id, in: place.store))
      #expect(difference.first == nil && difference.comparedCheckpoint, "\(type.name)")
    }
    let configuration = try FitConfiguration(data: try place.golden("wine_train.csv"), target: "target", model: "mlp")
    let id = try place.fit(configuration).run.id
    #expect(try FitRun.reproduce(id, changes: ["learning_rate": .number(0.0011)], in: place.store)?.first != nil)
  }

  @Test func `a run says what was fitted to what, and how well`() throws {
    let path = try place.file("flowers.csv", FitPlace.flowers)
    let configuration = try FitConfiguration(data: DataFile(path), target: "kind", model: "mlp", dropping: ["note"])
    let record = try place.store.load(try place.fit(configuration, seed: 4).run.id)
    let settings = record.description.protocolSettings
    #expect(record.description.subject == "mlp" && record.description.target == "flowers.csv:kind")
    #expect(settings["data-sha256"] == .text(SHA256.hexadecimal(Array(FitPlace.flowers.utf8))))
    #expect(settings["data-rows"] == .integer(40) && settings["task"] == .text("classification"))
    #expect(record.last("data/training_rows") == 32 && record.last("data/validation_rows") == 8)
    #expect(record.last("data/features") == 3)
    #expect(record.last("data/class_count/red") == 16)
    #expect(record.last("final/validation/accuracy") == 1)
    #expect(record.last("final/validation/confusion/red/red") == 4)
    #expect(record.last("final/validation/confusion/red/blue") == nil)
    let losses = try #require(record.series("validation/loss"))
    #expect(losses.steps == Array(1...record.lastStep))
    #expect(record.series("validation/recall/red")?.steps == losses.steps)
    #expect(record.parameters["n_envs"] == nil && record.parameters["epochs"] == .integer(200))
  }

  @Test func `the hash covers what decides a fit, and not where its data lie`() throws {
    func hash(_ name: String, _ values: [String: HyperparameterValue] = [:], share: Double? = nil) throws -> String {
      let data = try DataFile(try place.file(name, FitPlace.flowers))
      return try FitConfiguration(data: data, target: "kind", model: "mlp", validation: share, values: values).hash
    }
    #expect(try hash("a.csv") == hash("b.csv"))
    #expect(try hash("a.csv") != hash("a.csv", ["epochs": .integer(3)]))
    #expect(try hash("a.csv") != hash("a.csv", share: 0.3))
    let other = try DataFile(try place.file("c.csv", FitPlace.flowers + "1,field,x,red\n"))
    #expect(try FitConfiguration(data: other, target: "kind", model: "mlp").hash != hash("a.csv"))
  }

  @Test func `numbers that leave all bounds are found, and nothing traps`() throws {
    let configuration = try FitConfiguration(
      data: try place.golden("diabetes_train.csv"), target: "target", model: "mlp",
      values: ["learning_rate": .number(1e30), "optimizer": .text("sgd"), "epochs": .integer(12)])
    let record = try place.store.load(try place.fit(configuration).run.id)
    #expect(record.status == .finished)
    #expect(record.findings.contains { $0.finding.rule == "ExplodingTensor" })
    let classes = try FitConfiguration(
      data: try place.golden("wine_train.csv"), target: "target", model: "mlp",
      values: ["learning_rate": .number(1e30), "optimizer": .text("sgd"), "epochs": .integer(12)])
    #expect(
      try place.store.load(try place.fit(classes).run.id).findings.contains { $0.finding.rule == "ExplodingTensor" })
  }
}
