import BLASBridge
import Datasets
import Foundation
import Learning
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Runs

/// What becomes of odd data, and what is said of bad ones.
@Suite struct FitDataTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  @Test func `CRLF and a byte order mark make no difference`() throws {
    let plain = FitPlace.flowers
    let other = "\u{FEFF}" + plain.replacingOccurrences(of: "\n", with: "\r\n")
    let scores = try [plain, other].map { text in
      let data = try DataFile(try place.file("variant\(text.utf8.count).csv", text))
      return try place.fit(try FitConfiguration(data: data, target: "kind", model: "logistic")).outcome.validation
    }
    #expect(scores[0] == scores[1] && scores[0] != nil)
  }

  @Test func `rows without a target are left out and counted`() throws {
    let text = FitPlace.flowers.replacingOccurrences(of: "n5,blue", with: "n5,").replacingOccurrences(
      of: "n6,red", with: "n6,NA")
    let data = try DataFile(try place.file("gaps.csv", text), request: TableRequest(missing: ["NA"]))
    let run = try place.fit(try FitConfiguration(data: data, target: "kind", model: "logistic")).run
    let record = try place.store.load(run.id)
    #expect(record.last("data/rows_without_target") == 2)
    #expect((record.last("data/training_rows") ?? 0) + (record.last("data/validation_rows") ?? 0) == 38)
    #expect(run.remarks.count == 2 && run.remarks[0] == "left out: 2 rows without a value of 'kind'")
  }

  @Test func `whole numbers that repeat are classes, other numbers are not`() throws {
    func task(_ values: [String], _ model: String = "mlp") throws -> PredictionTask? {
      let rows = values.enumerated().map { "\($0),\($1)\n" }.joined()
      return try FitConfiguration(data: DataFile(try place.file("t.csv", "a,y\n" + rows)), target: "y", model: model)
        .task
    }
    #expect(try task((0..<30).map { "\($0 % 3)" }) == .classification)
    #expect(try task((0..<30).map { "\($0 % 3)" }, "linear") == .regression)
    #expect(try task((0..<30).map { "\($0 % 3).5" }) == .regression)
    #expect(try task((0..<30).map { "\($0 % 10)" }) == .regression)
    let error = #expect(throws: ConfigurationError.self) { try task((0..<30).map { "\($0)" }, "logistic") }
    #expect(error?.description.contains("has 30 different numbers in 30 rows, which are hardly classes") == true)
  }

  @Test(arguments: [
    ("", "kind", "The data are empty: there is no header and no row"),
    ("a,kind\n1,x\n2\n", "kind", "Line 3: the row has 1 field where there are 2 columns"),
    ("a,kind\n1,x\n2,\"y\n", "kind", "Line 3: a quote is opened and never closed"),
    ("a,kind\n1,x\n2,y\n", "kint", "has no column 'kint'; did you mean 'kind'?"),
    ("a,k\n1,x\n2,\"y\"z\n", "k", "Line 3: after a closing quote comes neither a delimiter nor a line end"),
    ("a,kind\n1,x\n2,x\n3,x\n4,x\n", "kind", "The target column 'kind' has the one class 'x' only"),
    ("a,kind\n1,\n2, \n", "kind", "The target column 'kind' has no value in any row"),
    ("5.1,3.5\n4.9,3.0\n", "kind", "line 1: there are only numbers, so this is not a header; use --no-header"),
    ("a,a\n1,x\n", "a", "Line 1: two columns have the name 'a'"),
    ("a,kind\n,x\n,y\n,x\n,y\n", "kind", "No column of the data makes a feature: all are texts or without values"),
  ])
  func `bad data are one sentence and no run`(text: String, target: String, sentence: String) throws {
    let path = try place.file("bad.csv", text)
    let error = #expect(throws: DataFileError.self) {
      try place.fit(try FitConfiguration(data: DataFile(path), target: target, model: "logistic"))
    }
    let description = try #require(error?.description)
    #expect(description.contains(sentence) && description.contains("bad.csv'"), "\(description)")
    #expect(try place.store.runs().isEmpty)
  }

  @Test func `a target beyond single precision is named by its line`() throws {
    let data = try DataFile(try place.file("huge.csv", "a,y\n1,2.5\n2,1e40\n3,1\n4,2\n"))
    let error = #expect(throws: DataFileError.self) {
      try place.fit(FitConfiguration(data: data, target: "y", model: "linear", validation: 0))
    }
    #expect(error?.description.contains("Line 3: the target 1e+40 is beyond single precision") == true)
    #expect(try place.store.runs().isEmpty)
  }

  @Test func `what contradicts itself is refused`() throws {
    let data = try DataFile(try place.file("flowers.csv", FitPlace.flowers))
    func refusal(_ body: () throws -> FitConfiguration) -> String {
      do {
        _ = try place.fit(try body())
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal { try FitConfiguration(data: data, model: "mlp") }.contains("name it as the target"))
    #expect(refusal { try FitConfiguration(data: data, target: "kind", model: "pca") }.contains("predicts no column"))
    #expect(refusal { try FitConfiguration(data: data, target: "kind", model: "linear") }.contains("holds words"))
    #expect(
      refusal { try FitConfiguration(data: data, target: "kind", model: "ridge", task: .classification) }
        == "the model 'ridge' does not support classification: use logistic, sgd, "
        + "naive_bayes, knn, gbdt, random_forest, extra_trees, decision_tree or mlp")
    #expect(
      refusal { try FitConfiguration(data: data, target: "size", model: "logistic") }.contains("hardly classes"))
    #expect(
      refusal { try FitConfiguration(data: data, target: "kind", model: "mlp", values: ["epoch": .integer(1)]) }
        == "there is no hyperparameter 'epoch'; did you mean 'epochs'?")
    #expect(
      refusal { try FitConfiguration(data: data, target: "kind", model: "mlp", validation: 1) }
        == "the share of rows for validation is from 0 to below 1, not 1.0")
    #expect(
      refusal { try FitConfiguration(data: data, model: "kmeans", values: ["n_clusters": .integer(41)]) }
        == "41 clusters need as many training rows, and there are 40: set n_clusters")
    #expect(
      refusal { try FitConfiguration(data: data, model: "pca", values: ["n_components": .integer(9)]) }
        == "there are no 9 components of 40 training rows and 5 features: set n_components")
    #expect(throws: DataFileError.self) { try DataFile("nowhere.csv") }
    #expect(throws: DataFileError.self) { try DataFile("/") }
    #expect(try place.store.runs().isEmpty)
  }

  @Test func `data that changed are told when a fit is to be resumed`() throws {
    let path = try place.file("flowers.csv", FitPlace.flowers)
    let run = try place.fit(try FitConfiguration(data: DataFile(path), target: "kind", model: "mlp")).run
    _ = try place.file("flowers.csv", FitPlace.flowers + "1,field,x,red\n")
    let error = #expect(throws: ConfigurationError.self) { try FitRun.reproduce(run.id, in: place.store) }
    #expect(error?.description.contains("have changed since the run was started") == true)
  }

  @Test(arguments: ["linear", "ridge", "mlp", "pca"])
  func `more features than rows are fitted`(model: String) throws {
    let data = try DataFile(try place.file("wide.csv", "a,b,c,d,y\n1,2,3,4,1\n2,1,5,7,2\n0,3,2,2,4.5\n"))
    let outcome = try place.fit(
      FitConfiguration(data: data, target: model == "pca" ? nil : "y", model: model, validation: 0)
    ).outcome
    if model == "linear" { #expect(try #require(outcome.training?["r2"]) > 0.999) }
    #expect(outcome.training?.all.isEmpty == false)
  }
}
