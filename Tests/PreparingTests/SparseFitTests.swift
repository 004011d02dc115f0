import Datasets
import Foundation
import Pipelines
import Runs
import Settings
import Telemetry
import Testing
import Tracker

@testable import Fitting

/// Fits of many features of which a row has few.
@Suite struct SparseFitTests {
  let place = AdditionPlace()

  private static let yaml = """
    steps:
    - tfidf: {columns: [note]}
    - hash: {columns: [shop], n_features: 1000}
    """

  /// The kind is that of the flower in the note, the price three times the size and what the shop adds.
  private func flowers() throws -> String {
    let lines = (0..<400).map { row in
      let (flower, size, shop) = (row * 7 % 5, Double(row * 13 % 40) / 8, row * 31 % 120)
      let price = 3 * size + Double(shop % 2) * 4
      return
        "\(size),s\(shop),pick \(["rose", "tulip", "lily", "iris", "aster"][flower]) no \(row),\(price),k\(flower % 2)\n"
    }
    return try place.file("flowers.csv", "size,shop,note,price,kind\n" + lines.joined())
  }

  private func configuration(
    _ model: String, target: String, pipeline: Bool, _ values: [String: HyperparameterValue] = [:]
  ) throws -> FitConfiguration {
    let data = try DataFile(
      flowers(), request: TableRequest(kinds: ["note": AskedKind(.text), "shop": AskedKind(.category)]))
    return try FitConfiguration(
      data: data, target: target, model: model, validation: 0.3, dropping: [target == "kind" ? "price" : "kind"],
      pipeline: pipeline ? Pipeline(yaml: Self.yaml) : nil, values: values)
  }

  private func fitted(_ configuration: FitConfiguration, _ store: Store) throws -> FitRun {
    let run = try FitRun.start(configuration, seed: 3, experiment: "e", in: store)
    try run.fit()
    return run
  }

  @Test func `sparse columns of a pipeline reach the model, and new rows are predicted`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let run = try fitted(configuration("sgd", target: "kind", pipeline: true, ["loss": .text("log_loss")]), store)
    let record = try store.load(run.id)
    #expect(record.last("final/validation/accuracy") == 1)
    let model = try Predictor(of: run.id, in: store)
    #expect(model.inputs == ["size", "shop", "note"])
    // Of 1,000 places those that a training row's shop has, and of the words those of training rows.
    let names = model.preprocessing.featureNames
    #expect(names.first == "size" && names.contains("note=tulip") && names.count { $0.hasPrefix("hash_") } <= 120)
    #expect(record.last("data/features") == Double(names.count))
    let new = try place.file("new.csv", "note,shop,size\npick tulip,s3,1\nnever seen,,\npick rose,sX,2\n")
    var text = ""
    let summary = try model.predict(csv: new) { text += String(decoding: $0, as: UTF8.self) }
    let lines = text.split(separator: "\n")
    #expect(summary.rows == 3 && lines[1].hasPrefix("k1,") && lines[3].hasPrefix("k0,"))
    #expect(try #require(try FitRun.reproduce(run.id, in: store)).first == nil)
  }

  @Test func `categories with many levels are as good sparse as dense`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    // Ridge regression, by dense rows and by coordinate descent over sparse ones: its sum of squares is n times the mean.
    let rows = 280.0
    let dense = try fitted(
      configuration("ridge", target: "price", pipeline: false, ["alpha": .number(0.01 * rows)]), store)
    let sparse = try fitted(
      configuration(
        "elastic_net", target: "price", pipeline: false,
        ["alpha": .number(0.01), "l1_ratio": .number(0), "tol": .number(1e-6), "max_iter": .integer(100_000)]), store)
    let (a, b) = (try store.load(dense.id), try store.load(sparse.id))
    #expect(a.last("data/training_rows") == rows && a.last("data/features") == b.last("data/features"))
    #expect(a.last("data/duplicate_columns") == b.last("data/duplicate_columns"))
    #expect(a.last("data/constant_columns") == b.last("data/constant_columns"))
    for name in ["final/train/r2", "final/validation/r2"] {
      let (own, other) = (try #require(a.last(Metric(name))), try #require(b.last(Metric(name))))
      #expect(abs(own - other) < 1e-3, "\(name)")
    }
  }

  @Test func `a stopped descent is resumed to the same bytes`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let configuration = try configuration(
      "sgd", target: "kind", pipeline: true,
      ["max_iter": .integer(6), "penalty": .text("elasticnet"), "tol": .number(0)])
    let whole = try fitted(configuration, store)
    let first = try FitRun.start(configuration, seed: 3, experiment: "e", in: store)
    var epochs = 0
    _ = try first.fit(shouldStop: { epochs >= 3 }, onProgress: { epochs = $0.step })
    try #require(try FitRun.resume(first.id, in: store)).fit()
    let difference = RunDifference(between: try store.load(whole.id), and: try store.load(first.id))
    #expect(difference.first == nil && difference.comparedCheckpoint)
  }

  @Test(arguments: ["knn", "isolation_forest", "elastic_net", "sgd"])
  func `models of every form are fitted, saved and predict`(model: String) throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let data = try DataFile(flowers())
    let hasTarget = model != "isolation_forest"
    let run = try fitted(
      FitConfiguration(data: data, target: hasTarget ? "price" : nil, model: model, validation: 0.25), store)
    let predictor = try Predictor(of: run.id, in: store)
    var text = ""
    let summary = try predictor.predict(csv: flowers(), joining: true) { text += String(decoding: $0, as: UTF8.self) }
    #expect(summary.rows == 400 && text.contains(hasTarget ? ",predicted_price\n" : ",outlier,score\n"))
  }
}
