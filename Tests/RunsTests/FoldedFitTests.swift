import Datasets
import Foundation
import Learning
import Models
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Runs
@testable import Settings

/// Fits that every row tests once.
@Suite struct FoldedFitTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  private func wine(
    _ model: String, folds: Int = 3, repeats: Int = 1, _ values: [String: HyperparameterValue] = [:]
  ) throws -> FitConfiguration {
    try FitConfiguration(
      data: try place.golden("wine_train.csv"), target: "target", model: model, folds: folds, repeats: repeats,
      values: values)
  }

  private func parts(_ configuration: FitConfiguration, seed: UInt64 = 0) throws -> [Folds.Part] {
    let table = try configuration.data.read().table
    let usable = try FitData.rowsWithTarget(table, configuration.target)
    return try #require(try FitFolds(configuration, table, usable, seed: seed)).parts
  }

  /// The rows of an artifact in CSV, by the names of its columns.
  private func rows(_ name: String, of record: RunRecord) throws -> [[String: String]] {
    let artifact = try #require(record.artifacts.last { $0.name == name })
    let text = String(decoding: try place.store.artifactBytes(artifact), as: UTF8.self)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  // MARK: Which rows

  @Test func `folds part the rows, each class in proportion, and depend on no model`() throws {
    let configuration = try wine("logistic", folds: 5, repeats: 2)
    let parts = try parts(configuration, seed: 4)
    #expect(parts.count == 10)
    let table = try configuration.data.read().table
    let labels = try #require(try FitData.classes(of: table, Array(0..<table.rowCount), configuration)).indices
    for half in [parts[..<5], parts[5...]] {
      #expect(half.flatMap(\.test).sorted() == Array(0..<table.rowCount))
      for part in half {
        #expect((part.training + part.test).sorted() == Array(0..<table.rowCount))
        for label in 0..<3 {
          let share = Double(labels.count { $0 == label }) / 5
          #expect(abs(Double(part.test.count { labels[$0] == label }) - share) < 1)
        }
      }
    }
    #expect(parts[0] != parts[5])
    #expect(try self.parts(wine("mlp", folds: 5, repeats: 2), seed: 4) == parts)
    #expect(try self.parts(wine("mlp", folds: 5, repeats: 2), seed: 5) != parts)
  }

  @Test func `groups stay together, and folds by time are trained on what was before`() throws {
    let lines = (0..<60).map { "\($0 * 7 % 60),g\($0 % 7),\($0).5" }
    let path = try place.file("rows.csv", "day,who,y\n" + lines.joined(separator: "\n") + "\n")
    func configuration(group: String? = nil, time: String? = nil) throws -> FitConfiguration {
      try FitConfiguration(
        data: DataFile(path), target: "y", model: "ridge", folds: 4, group: group, time: time)
    }
    for part in try parts(configuration(group: "who"), seed: 3) {
      #expect(Set(part.training.map { $0 % 7 }).isDisjoint(with: part.test.map { $0 % 7 }))
    }
    let parts = try parts(configuration(time: "day"))
    let sizes = parts.map(\.training.count)
    #expect(parts.map(\.test.count) == [12, 12, 12, 12] && sizes == [12, 24, 36, 48])
    for part in parts {
      let (before, after) = (part.training.map { $0 * 7 % 60 }.max()!, part.test.map { $0 * 7 % 60 }.min()!)
      #expect(before < after)
    }
    let record = try place.store.load(try place.fit(configuration(time: "day")).run.id)
    #expect(try rows("out-of-fold.csv", of: record).count == 48)
    #expect(record.last("data/validation_rows") == 48)
  }

  // MARK: What is recorded

  @Test func `each fold scores as a fit to its training rows scores on its test rows`() throws {
    let configuration = try FitConfiguration(
      data: try place.golden("diabetes_train.csv"), target: "target", model: "ridge", folds: 4)
    let (run, outcome) = try place.fit(configuration, seed: 2)
    let record = try place.store.load(run.id)
    let r2 = try #require(record.series("fold/r2"))
    #expect(r2.steps == [1, 2, 3, 4])
    let mean = r2.values.reduce(0, +) / 4
    #expect(abs(try #require(record.last("final/validation/r2")) - mean) < 1e-12)
    #expect(outcome.validation?["r2"] == record.last("final/validation/r2"))
    let text = try String(contentsOfFile: configuration.data.path, encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    for (fold, part) in try parts(configuration, seed: 2).enumerated() {
      func file(_ name: String, _ rows: [Int]) throws -> DataFile {
        let chosen = [lines[0]] + rows.map { lines[$0 + 1] }
        return try DataFile(try place.file("\(name)\(fold).csv", chosen.joined(separator: "\n") + "\n"))
      }
      let alone = try FitConfiguration(
        data: file("train", part.training), target: "target", model: "ridge", validationData: file("test", part.test))
      #expect(try place.fit(alone).outcome.validation?["r2"] == r2.values[fold])
      #expect(record.series("fold/test_rows")?.values[fold] == Double(part.test.count))
    }
    // The model that is kept is one of all rows.
    let all = try FitConfiguration(
      data: DataFile(configuration.data.path), target: "target", model: "ridge", validation: 0)
    let table = try configuration.data.read().table
    let expected = try Predictor(of: place.fit(all).run.id, in: place.store).predict(table)
    #expect(try Predictor(of: run.id, in: place.store).predict(table) == expected)
  }

  @Test func `a fold's scaling knows its training rows only`() throws {
    let lines = (0..<20).map { "\($0 == 3 ? 1_000_000 : $0),\(2 * $0).5" }
    let path = try place.file("outlier.csv", "x,y\n" + lines.joined(separator: "\n") + "\n")
    let configuration = try FitConfiguration(data: DataFile(path), target: "y", model: "ridge", folds: 5)
    let table = try configuration.data.read().table
    for part in try parts(configuration) {
      let data = try FitData(
        configuration, table, training: part.training, testing: part.test, target: nil, seed: 0)
      guard case .number(let mean, _)? = data.preprocessing.columns.first?.encoding else {
        Issue.record("x is a number")
        continue
      }
      #expect((mean > 1_000) == part.training.contains(3))
    }
  }

  @Test func `rows that other folds have as well are counted`() throws {
    let lines = (0..<40).map { "\($0 < 4 ? 100 : $0),\($0 < 4 ? 1 : 2 * $0)" }
    let path = try place.file("twice.csv", "x,y\n" + lines.joined(separator: "\n") + "\n")
    let configuration = try FitConfiguration(data: DataFile(path), target: "y", model: "ridge", folds: 5)
    let record = try place.store.load(try place.fit(configuration).run.id)
    // Four equal rows, in two folds at least: each has an equal one in its training rows.
    let folds = try parts(configuration).map { $0.test.count { $0 < 4 } }
    #expect(folds.max()! < 4)
    #expect(record.last("data/validation_overlap") == 0.1)
    #expect(try place.store.load(place.fit(wine("naive_bayes")).run.id).last("data/validation_overlap") == 0)
  }

  @Test func `out-of-fold predictions are kept with the run, and give its scores`() throws {
    let record = try place.store.load(try place.fit(wine("naive_bayes", folds: 4), seed: 1).run.id)
    let rows = try rows("out-of-fold.csv", of: record)
    #expect(rows.map { $0["row"] } == (1...rows.count).map { "\($0)" } && rows.count == 133)
    var accuracies: [Double] = []
    for fold in 1...4 {
      let own = rows.filter { $0["fold"] == "\(fold)" }
      accuracies.append(Double(own.count { $0["truth"] == $0["prediction"] }) / Double(own.count))
      for row in own {
        let probabilities = ["c0", "c1", "c2"].map { Double(row["probability_\($0)"] ?? "") ?? .nan }
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
      }
    }
    let recorded = try #require(record.series("fold/accuracy")).values
    #expect(recorded.count == 4 && zip(accuracies, recorded).allSatisfy { abs($0 - $1) < 1e-12 })
    let right = rows.count { $0["truth"] == "c1" && $0["prediction"] == "c1" }
    #expect(record.last("final/validation/confusion/c1/c1") == Double(right))
    let repeated = try place.store.load(try place.fit(wine("naive_bayes", folds: 4, repeats: 2), seed: 1).run.id)
    #expect(try self.rows("out-of-fold.csv", of: repeated).count == 266)
    #expect(repeated.series("fold/accuracy")?.values.prefix(4).elementsEqual(recorded) == true)
  }

  @Test func `after early stopping the fit to all rows takes the mean of the folds' best rounds`() throws {
    let configuration = try wine(
      "gbdt", folds: 3,
      ["n_estimators": .integer(60), "early_stopping_round": .integer(3), "learning_rate": .number(0.3)])
    let run = try place.fit(configuration).run
    let record = try place.store.load(run.id)
    let rounds = try #require(record.series("fold/epochs")).values
    let mean = Int((rounds.reduce(0, +) / 3).rounded())
    #expect(rounds.contains { $0 < 60 })
    #expect(record.series("train/loss")?.steps == Array(1...mean))
  }

  @Test func `a class of one row is no obstacle to any model`() throws {
    var lines = ["x,z,kind"]
    for row in 0..<30 { lines.append("\(row % 7),\(row),\(row == 11 ? "rare" : row % 2 == 0 ? "red" : "blue")") }
    let path = try place.file("rare.csv", lines.joined(separator: "\n") + "\n")
    for type in ModelCatalogue.builtIn where type.tasks.contains(.classification) {
      let configuration = try FitConfiguration(
        data: DataFile(path, target: "kind"), target: "kind", model: type.name, folds: 3,
        values: type.name == "mlp" ? ["epochs": .integer(5)] : [:])
      let (run, outcome) = try place.fit(configuration)
      #expect(outcome.ending == .finished && outcome.validation?["accuracy"] != nil, "\(type.name)")
      #expect(run.remarks.contains { $0.contains("'rare' has 1 row, fewer than the 3 folds") })
    }
  }

  // MARK: Interrupted, killed, run again

  @Test(arguments: ["mlp", "gbdt", "logistic", "random_forest"])
  func `killed anywhere and resumed it is the fit that nobody killed`(model: String) throws {
    let values: [String: [String: HyperparameterValue]] = [
      "mlp": ["epochs": .integer(6), "dropout": .number(0.2), "batch_size": .integer(32)],
      "gbdt": ["n_estimators": .integer(6), "bagging_fraction": .number(0.5), "bagging_freq": .integer(1)],
      "random_forest": ["n_estimators": .integer(6)],
    ]
    var configuration = try wine(model, folds: 3, values[model] ?? [:])
    configuration.plan.saveFrequency = model == "logistic" ? 1 : 2
    let run = try FitRun.start(configuration, seed: 3, experiment: "e", in: place.store)
    var copies: [TemporaryStore] = []
    var (moments, failure) = (0, (any Error)?.none)
    try run.fit(shouldStop: {
      moments += 1
      do { if moments % 5 == 0 { copies.append(try TemporaryStore(copying: place.store)) } } catch { failure = error }
      return false
    })
    if let failure { throw failure }
    let whole = try place.store.load(run.id)
    #expect(copies.count > 3)
    var stages: Set<String> = []
    for copy in copies {
      let checkpoint = try copy.store.load(run.id).lastCheckpoint.map {
        try Checkpoint(safetensors: copy.store.checkpointBytes(run.id, $0))
      }
      let isInFold = checkpoint?.texts["folds"]?.contains("\"hasBegun\":true") == true
      stages.insert(isInFold ? "in a fold" : checkpoint?.texts["preprocessing"] == nil ? "between folds" : "after them")
      try #require(try FitRun.resume(run.id, in: copy.store)).fit()
      let record = try copy.store.load(run.id)
      #expect(firstDifference(record.content, whole.content) == nil)
      let artifacts = [record, whole].map { record in
        record.artifacts.filter { $0.name == "out-of-fold.csv" }.last?.sha256
      }
      #expect(artifacts[0] != nil && artifacts[0] == artifacts[1])
    }
    #expect(stages.contains(model == "logistic" ? "between folds" : "in a fold"))
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
  }

  @Test func `a fit that was stopped in its folds says that it has no model yet, and goes on`() throws {
    let configuration = try wine("mlp", ["epochs": .integer(10)])
    let whole = try place.fit(configuration).run
    let run = try FitRun.start(configuration, seed: 0, experiment: "e", in: place.store)
    var step = 0
    #expect(try run.fit(shouldStop: { step >= 14 }, onProgress: { step = $0.step }).ending == .interrupted)
    #expect { try Predictor(of: run.id, in: place.store) } throws: { "\($0)".contains("stopped in its folds") }
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
    try #require(try FitRun.resume(run.id, in: place.store)).fit()
    let difference = RunDifference(between: try place.store.load(whole.id), and: try place.store.load(run.id))
    #expect(difference.first == nil && difference.comparedCheckpoint)
  }

  @Test func `fits of every model with folds are reproduced`() throws {
    for type in ModelCatalogue.builtIn where type.hasTarget {
      let isOfNumbers = !type.tasks.contains(.classification)
      let configuration = try FitConfiguration(
        data: try place.golden(isOfNumbers ? "diabetes_train.csv" : "wine_train.csv"), target: "target",
        model: type.name, folds: 2, values: type.name == "mlp" ? ["epochs": .integer(4)] : [:])
      let difference = try #require(try FitRun.reproduce(place.fit(configuration, seed: 1).run.id, in: place.store))
      #expect(difference.first == nil && difference.comparedCheckpoint, "\(type.name)")
    }
  }

  @Test func `folds and repeats make another configuration, and none make none`() throws {
    func hash(_ folds: Int?, _ repeats: Int = 1, _ group: String? = nil) throws -> String {
      try FitConfiguration(
        data: try place.golden("wine_train.csv"), target: "target", model: "logistic", folds: folds, repeats: repeats
      ).hash
    }
    #expect(try Set([hash(nil), hash(2), hash(3), hash(3, 2)]).count == 4)
    let configuration = try wine("logistic", folds: 3, repeats: 2)
    let settings = try place.store.load(try place.fit(configuration).run.id).description.protocolSettings
    #expect(settings["folds"] == .integer(3) && settings["repeats"] == .integer(2))
    #expect(settings["split"] == .text("folds by seed, each class in proportion"))
  }
}
