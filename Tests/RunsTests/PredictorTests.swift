import BLASBridge
import Datasets
import Foundation
import Learning
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Runs
@testable import Training

/// Fitted models predict rows in order, and are those of Python's safetensors.
@Suite struct PredictorTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  @Test func `predictions are in the data's order and know the classes`() throws {
    let path = try place.file("flowers.csv", FitPlace.flowers)
    let run = try place.fit(try FitConfiguration(data: DataFile(path), target: "kind", model: "logistic")).run
    let predictor = try Predictor(of: run.id, in: place.store)
    #expect(predictor.columns == ["predicted_kind", "probability_blue", "probability_red"])
    let table = try Table(csv: path, kinds: predictor.preprocessing.kinds)
    guard case .categories(let words) = try table.column("kind") else { throw DatasetError.empty }
    let whole = try predictor.predict(table)
    for (row, prediction) in whole.enumerated() { #expect(prediction[0] == .label(words[row]!)) }

    var bytes: [UInt8] = []
    let summary = try predictor.predict(csv: path, joining: true) { bytes += $0 }
    #expect(summary == Predictor.Summary(rows: 40))
    let joined = try Table(csvBytes: bytes)
    #expect(joined.names == ["size", "place", "note", "kind"] + predictor.columns)
    #expect(try joined.column("kind") == table.column("kind"))
    guard case .categories(let predicted) = try joined.column("predicted_kind"),
      case .texts(let notes) = try joined.column("note"), case .numbers(let red) = try joined.column("probability_red")
    else { throw DatasetError.empty }
    #expect((0..<40).allSatisfy { predicted[$0] == words[$0] })
    #expect(notes[9] == "two\nlines" && notes[39] == "n39")
    #expect(whole[3][2] == .number(Float(red[3])))
  }

  @Test func `predictions of many chunks are those of one`() throws {
    let data = try place.golden("digits_train.csv")
    let run = try place.fit(try FitConfiguration(data: data, target: "target", model: "logistic", validation: 0)).run
    let predictor = try Predictor(of: run.id, in: place.store)
    var bytes: [UInt8] = []
    #expect(try predictor.predict(csv: data.path) { bytes += $0 }.rows == 1347)
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == 1348)
    let expected = try predictor.predict(data.table)
    for row in [0, 1023, 1024, 1346] {
      guard case .label(let label) = expected[row][0] else { throw DatasetError.empty }
      #expect(String(decoding: lines[row + 1], as: UTF8.self).hasPrefix(label + ","))
    }
  }

  @Test func `missing values and unknown categories count as none, missing columns are an error`() throws {
    let data = try DataFile(try place.file("flowers.csv", FitPlace.flowers))
    let run = try place.fit(try FitConfiguration(data: data, target: "kind", model: "mlp")).run
    let predictor = try Predictor(of: run.id, in: place.store)
    func predict(_ text: String) throws -> (lines: [String], summary: Predictor.Summary) {
      var bytes: [UInt8] = []
      let summary = try predictor.predict(csv: try place.file("new.csv", text)) { bytes += $0 }
      return (String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map(String.init), summary)
    }
    let plain = try predict("place,size\nfield,1.1\nwood,3.2\n").lines
    #expect(plain[0].hasPrefix("red,") && plain[1].hasPrefix("blue,"))
    let (odd, summary) = try predict("size,place\n1.1,moon\n3.2,\n")
    #expect(odd[0].hasPrefix("red,") && odd[1].hasPrefix("blue,"))
    #expect(summary.unseenCategories == ["place": 1])
    #expect(try predict("size,place\n").lines.isEmpty)
    let error = #expect(throws: DataFileError.self) { try predict("size,plase\n1.1,field\n") }
    #expect(error?.description.hasSuffix("new.csv' has no column 'place'; did you mean 'plase'?") == true)
    #expect(throws: DataFileError.self) { try predict("size,place\nbig,field\n") }

    let strict = try place.fit(
      try FitConfiguration(data: data, target: "kind", model: "mlp", unseenCategories: .refused)
    ).run
    let refusing = try Predictor(of: strict.id, in: place.store)
    let refusal = #expect(throws: DataFileError.self) {
      try refusing.predict(csv: try place.file("new.csv", "size,place\n1.1,moon\n")) { _ in }
    }
    #expect(refusal?.reason == .unseen(value: "moon", column: "place", line: 2))
  }

  @Test func `data without a header and with another delimiter are fitted and predicted alike`() throws {
    let plain = try DataFile(try place.file("flowers.csv", FitPlace.flowers))
    let text = FitPlace.flowers.replacingOccurrences(of: ",", with: ";")
    let bare = String(text.dropFirst("size;place;note;kind\n".count))
    let data = try DataFile(try place.file("bare.csv", bare), request: TableRequest(hasHeader: false, delimiter: ";"))
    let expected = try place.fit(try FitConfiguration(data: plain, target: "kind", model: "logistic"))
    let found = try place.fit(try FitConfiguration(data: data, target: "column4", model: "logistic"))
    #expect(found.outcome.validation == expected.outcome.validation)
    #expect(try FitRun.reproduce(found.run.id, in: place.store)?.first == nil)
    var lines: [UInt8] = []
    let predictor = try Predictor(of: found.run.id, in: place.store)
    #expect(try predictor.predict(csv: data.path) { lines += $0 }.rows == 40)
    #expect(
      String(decoding: lines, as: UTF8.self).hasPrefix("predicted_column4,probability_blue,probability_red\nred,"))
  }

  @Test func `a run of an agent predicts nothing, and a fit plays nothing`() throws {
    let run = try TrainingRun.start(smallConfiguration(), seed: 1, experiment: "agents", in: place.store)
    let error = #expect(throws: ConfigurationError.self) { try Predictor(of: run.id, in: place.store) }
    #expect(error?.description.contains("trained an agent, ppo, which predicts no rows") == true)
    let fitted = try place.fit(
      try FitConfiguration(data: try place.golden("wine_train.csv"), model: "pca", dropping: ["target"])
    )
    .run
    let other = #expect(throws: ConfigurationError.self) {
      try RunEvaluation.evaluate(
        CheckpointReference(run: fitted.id, choice: .last), episodes: 1, deterministic: true, seed: nil, in: place.store
      )
    }
    #expect(other?.description.contains("plays no episodes") == true)
  }

  @Test func `clusters and components need no target`() throws {
    let data = try place.golden("wine_train.csv")
    let clusters = try place.fit(
      try FitConfiguration(
        data: data, model: "kmeans", validation: 0.25, dropping: ["target"], values: ["n_clusters": .integer(3)]))
    #expect(try #require(clusters.outcome.training?["inertia"]) > 0)
    let means = try [clusters.outcome.training, clusters.outcome.validation].map {
      try #require($0?["mean_squared_distance"])
    }
    #expect(means[1] > 0.5 * means[0] && means[1] < 2 * means[0])
    let record = try place.store.load(clusters.run.id)
    let inertias = try #require(record.series("train/inertia")?.values)
    #expect(inertias == inertias.sorted(by: >) && record.findings.isEmpty)
    let components = try place.fit(
      try FitConfiguration(data: data, model: "pca", dropping: ["target"], values: ["n_components": .integer(13)]))
    #expect(abs(try #require(components.outcome.training?["explained_variance_ratio"]) - 1) < 1e-6)
    let predictor = try Predictor(of: components.run.id, in: place.store)
    #expect(predictor.columns == (1...13).map { "component_\($0)" })
    #expect(try predictor.predict(data.table)[0].count == 13)
    let nearest = try Predictor(of: clusters.run.id, in: place.store).predict(data.table)
    guard case .integer(let cluster) = nearest[0][0], case .number(let distance) = nearest[0][1] else {
      throw DatasetError.empty
    }
    #expect((0..<3).contains(cluster) && distance > 0)
  }

  /// Written by `Tests/Goldens/safetensors_models.py`.
  @Test(arguments: ["linear", "logistic", "mlp_classes", "mlp_number", "kmeans", "pca"])
  func `models that Python wrote predict what NumPy does`(name: String) throws {
    let folder = FitPlace.recorded.deletingLastPathComponent().appendingPathComponent("safetensors")
    let all = try JSONDecoder().decode(
      [String: [[Double]]].self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    let expected = try #require(all[name])
    let predictor = try Predictor(contentsOf: folder.appendingPathComponent("\(name).safetensors").path)
    let rows = try Table(
      csv: folder.appendingPathComponent("rows.csv").path, kinds: predictor.preprocessing.kinds)
    let found = try predictor.predict(rows)
    #expect(found.count == expected.count && expected.count == 8)
    for (row, values) in found.enumerated() {
      var numbers: [Double] = []
      for value in values {
        switch value {
        case .label(let label):
          let most = expected[row].indices.max { expected[row][$0] < expected[row][$1] }!
          #expect(label == ["a", "b", "c"][most])
        case .integer(let number): numbers.append(Double(number))
        case .number(let number): numbers.append(Double(number))
        }
      }
      #expect(numbers.count == expected[row].count)
      for (x, y) in zip(numbers, expected[row]) { #expect(abs(x - y) <= 1e-6 * max(1, abs(y))) }
    }
  }

  @Test func `a checkpoint of other features or of an agent is refused`() throws {
    let folder = FitPlace.recorded.deletingLastPathComponent().appendingPathComponent("safetensors")
    let bytes = try Data(contentsOf: folder.appendingPathComponent("linear.safetensors"))
    var checkpoint = try Checkpoint(safetensors: Array(bytes))
    checkpoint.set("weights", [1, 2, 3, 4], shape: [4, 1])
    let error = #expect(throws: CheckpointError.self) { try Predictor(checkpoint) }
    #expect(error?.description == "the checkpoint's weights are of 4 features, its preprocessing makes 3")
    #expect(throws: CheckpointError("the checkpoint has no text named 'model'")) { try Predictor(Checkpoint()) }
    #expect(throws: CheckpointError.self) { try Predictor(contentsOf: "nowhere.safetensors") }
  }

  @Test func `a ranking is judged on other rows by the gain of its queries, whatever these are called there`() throws {
    func rows(_ queries: Range<Int>, flipped: Bool = false) -> String {
      let lines = queries.flatMap { query in
        (0..<10).map { row -> String in
          let a = (row * 7 + query * 3) % 11
          return "q\(query),\(a),\(row % 2),\((a > 6) != flipped ? 2 : a > 3 ? 1 : 0)"
        }
      }
      return (["query,a,b,relevance"] + lines).joined(separator: "\n") + "\n"
    }
    let data = try DataFile(try place.file("rank.csv", rows(0..<30)), target: "relevance")
    let configuration = try FitConfiguration(
      data: data, target: "relevance", model: "gbdt", task: .regression, group: "query",
      values: ["objective": .text("lambdarank"), "n_estimators": .integer(20), "min_data_in_leaf": .integer(3)])
    let predictor = try Predictor(of: place.fit(configuration).run.id, in: place.store)
    func gain(_ text: String) throws -> Double {
      let (scores, count) = try predictor.scores(on: place.file("new.csv", text), storeAt: place.store.path)
      #expect(count == 100 && scores["r2"] == nil)
      return try #require(scores["ndcg"])
    }
    #expect(try gain(rows(50..<60)) > 0.99)
    #expect(try gain(rows(50..<60, flipped: true)) < 0.8)
    // The same rows without their queries cannot be judged.
    let without = rows(50..<60).split(separator: "\n").map {
      $0.split(separator: ",").dropFirst().joined(separator: ",")
    }
    let error = #expect(throws: DataFileError.self) { try gain(without.joined(separator: "\n") + "\n") }
    #expect(error?.sentence.contains("has no column 'query'") == true)
  }
}
