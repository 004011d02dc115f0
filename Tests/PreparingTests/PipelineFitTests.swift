import Datasets
import Foundation
import Pipelines
import Runs
import Settings
import Telemetry
import Testing
import Tracker

@testable import Fitting

/// A pipeline in a model: fitted on training rows, applied to all that is predicted.
@Suite struct PipelineFitTests {
  let place = AdditionPlace()

  private static let yaml = """
    steps:
    - impute: {columns: [size], strategy: median}
    - tfidf: {columns: [note]}
    - target: {columns: [place]}
    """

  private func flowers(_ rows: Range<Int> = 0..<90) throws -> String {
    let lines = rows.map { row in
      let size = row % 9 == 0 ? "" : "\(Double(row * 7 % 40) / 8)"
      return
        "\(size),p\(row * 31 % 7),unused \(row),a \(["red", "yellow", "blue"][row % 3]) flower \(row),\(["rose", "tulip"][row % 2])\n"
    }
    return try place.file("flowers\(rows.lowerBound).csv", "size,place,other,note,kind\n" + lines.joined())
  }

  private func fit(_ store: Store, _ pipeline: Pipeline?, validation: String? = nil) throws -> FitRun {
    let data = try DataFile(
      flowers(), request: TableRequest(kinds: ["note": AskedKind(.text), "other": AskedKind(.text)]))
    let configuration = try FitConfiguration(
      data: data, target: "kind", model: "logistic", validation: validation == nil ? 0.3 : nil,
      validationData: validation.map { try DataFile($0, columnsOf: data) }, pipeline: pipeline)
    let run = try FitRun.start(configuration, seed: 3, experiment: "e", in: store)
    try run.fit()
    return run
  }

  @Test func `what a pipeline has learnt is part of the model, and predicts new rows`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let run = try fit(store, Pipeline(yaml: Self.yaml))
    let model = try Predictor(of: run.id, in: store)
    // A column that no step takes and no feature is made of is not needed.
    #expect(model.inputs == ["size", "place", "note"])
    #expect(model.preprocessing.featureNames.contains("note=red"))
    let new = try place.file("new.csv", "note,size,place\nred flower,1,p1\na blue one,,p9\n")
    var text = ""
    let summary = try model.predict(csv: new) { text += String(decoding: $0, as: UTF8.self) }
    #expect(summary.rows == 2 && text.hasPrefix("predicted_kind,"))
    let lacking = try place.file("lacking.csv", "size,place\n1,p1\n")
    let error = #expect(throws: DataFileError.self) { try model.predict(csv: lacking) { _ in } }
    #expect(error?.sentence.contains("has no column 'note'") == true)
  }

  @Test func `a pipeline is in the record, and the fit is the same again`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let pipeline = try Pipeline(yaml: Self.yaml)
    let run = try fit(store, pipeline)
    let description = try store.load(run.id).description
    let back = try FitConfiguration(of: description)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(#require(back.pipeline)) == encoder.encode(pipeline))
    let other = try fit(store, nil).configuration.hash
    #expect(back.hash == run.configuration.hash && back.hash != other)
    #expect(try #require(try FitRun.reproduce(run.id, in: store)).first == nil)
  }

  @Test func `validation rows of their own are prepared by what the training rows taught`() throws {
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let run = try fit(store, Pipeline(yaml: Self.yaml), validation: flowers(90..<130))
    #expect(try store.load(run.id).last("data/validation_rows") == 40)
  }

  @Test func `steps that change rows, and those that do not fit, are refused`() throws {
    let data = try DataFile(flowers())
    let sample = try Pipeline(yaml: "steps:\n- sample: {n: 3}\n")
    #expect(throws: PipelineError.self) {
      try FitConfiguration(data: data, target: "kind", model: "logistic", pipeline: sample)
    }
    let store = try Store(path: place.folder.path + "/runs", create: true)
    let unknown = try Pipeline(yaml: "steps:\n- standard: {columns: [sise]}\n")
    let error = #expect(throws: PipelineError.self) { try fit(store, unknown) }
    #expect(error?.sentence.contains("size") == true)
    #expect(try store.runs().isEmpty)
  }
}
