import Datasets
import Models
import Runs
import Testing
import Tracker

@testable import Fitting

/// Columns that say how much rows count and which belong together, and models of columns as they are.
@Suite struct RowColumnsTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  /// Rows of five patients, of whom the last has a weight of 0 and a class that the others contradict.
  private var patients: String {
    "age,place,patient,weight,kind\n"
      + (0..<50).map { row in
        let (patient, isOld) = (row / 10, row % 2 == 0)
        let kind = isOld == (patient < 4) ? "ill" : "well"
        let place = row % 3 == 0 ? "" : "town"
        return "\((isOld ? 60 : 20) + row % 10),\(place),p-\(patient),\(patient < 4 ? 1 : 0),\(kind)\n"
      }.joined()
  }

  private func configuration(
    _ model: String, weight: String? = nil, group: String? = nil, validation: Double = 0.2
  ) throws -> FitConfiguration {
    try FitConfiguration(
      data: DataFile(place.file("patients.csv", patients)), target: "kind", model: model, validation: validation,
      weight: weight, group: group)
  }

  @Test(arguments: ["logistic", "naive_bayes"])
  func `rows without weight do not count`(model: String) throws {
    let (_, plain) = try place.fit(configuration(model, validation: 0))
    let (run, weighted) = try place.fit(configuration(model, weight: "weight", group: "patient", validation: 0))
    // A fifth of the rows contradicts the others: with weights the others are all met, and this fifth is not.
    #expect(weighted.training?["accuracy"] == 0.8)
    #expect(plain.training?["accuracy"] != nil && (plain.training?["log_loss"])! < (weighted.training?["log_loss"])!)
    let record = try place.store.load(run.id)
    #expect(record.description.protocolSettings["weight"] == .text("weight"))
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
    let predictor = try Predictor(of: run.id, in: place.store)
    #expect(predictor.preprocessing.columns.map(\.name) == ["age", "place"])
  }

  @Test(arguments: [UInt64(0), 1, 2])
  func `rows of a group are in one part`(seed: UInt64) throws {
    let configuration = try configuration("naive_bayes", group: "patient")
    let data = try FitData(configuration, seed: seed)
    #expect(data.training.count == 40 && data.validation?.count == 10)
    #expect(Set(try #require(data.training.data.groups)).count == 4)
    #expect(configuration.settingsOfIdentity["split"] == .text("by seed, groups together"))
  }

  @Test(arguments: [UInt64(0), 1])
  func `split by time, the last rows validate whatever the seed and the model`(seed: UInt64) throws {
    let rows = (0..<50).map { row in
      let day = row * 17 % 50
      return "2024-\(day < 25 ? "01" : "02")-\(day % 25 < 9 ? "0" : "")\(day % 25 + 1),\(row % 3),\(day)\n"
    }
    let data = try DataFile(place.file("days.csv", "day,x,y\n" + rows.joined()))
    for model in ["linear", "ridge"] {
      let configuration = try FitConfiguration(data: data, target: "y", model: model, validation: 0.3, time: "day")
      #expect(configuration.settingsOfIdentity["split"] == .text("by time"))
      let (run, _) = try place.fit(configuration)
      let again = try FitConfiguration(of: place.store.load(run.id).description)
      let split = try FitData(again, seed: seed)
      let (training, validation) = (
        split.training.data.numbers.elements, try #require(split.validation).data.numbers.elements
      )
      #expect(training.count == 35 && validation.count == 15)
      #expect(training.max()! < validation.min()!)
    }
  }

  @Test func `a split by time needs times, a share and no groups`() throws {
    let data = try DataFile(place.file("t.csv", "t,g,y\n1,a,1\n,b,2\n3,a,3\n4,b,2.5\n5,a,1.5\n"))
    func problem(time: String, group: String? = nil, validation: Double? = nil) -> String {
      do {
        let configuration = try FitConfiguration(
          data: data, target: "y", model: "linear", task: .regression, validation: validation, group: group, time: time)
        _ = try FitData(configuration, seed: 0)
        return ""
      } catch { return "\(error)" }
    }
    #expect(problem(time: "t").contains("there is no time in the column 't'"))
    #expect(problem(time: "g").contains("'g' is of kind"))
    #expect(problem(time: "y") == "the target 'y' cannot be the time as well")
    #expect(problem(time: "t", group: "g") == "rows are split by groups or by time, not both")
    #expect(problem(time: "t", validation: 0) == "a split by time needs a share of the rows for validation")
    #expect(problem(time: "u").contains("'u'"))
  }

  @Test func `a fit without weights, groups and time has the identity that it had`() throws {
    let settings = try configuration("logistic").settingsOfIdentity
    #expect(
      settings["weight"] == nil && settings["group"] == nil && settings["time"] == nil && settings["split"] != nil)
  }

  @Test func `a model of columns predicts rows with missing values and unknown categories`() throws {
    let (run, _) = try place.fit(configuration("naive_bayes", weight: "weight", group: "patient"))
    let predictor = try Predictor(of: run.id, in: place.store)
    var bytes: [UInt8] = []
    let path = try place.file("new.csv", "place,age\n,70\nvillage,\ntown,25\n")
    let summary = try predictor.predict(csv: path) { bytes += $0 }
    #expect(summary.rows == 3 && summary.unseenCategories == ["place": 1])
    let rows = try Table(csvBytes: bytes)
    guard case .numbers(let ill) = try rows.column("probability_ill") else { throw DatasetError.empty }
    #expect(ill[0] > 0.5 && ill[2] < 0.5 && ill.allSatisfy { (0...1).contains($0) })
  }

  @Test(
    arguments: [
      (
        "mlp", "weight", nil,
        "the model 'mlp' does not support row weights: use one of linear, ridge, elastic_net, logistic, sgd, naive_bayes"
      ),
      ("logistic", "kind", nil, "the target 'kind' cannot be weight as well"),
      ("logistic", "wait", nil, "has no column 'wait'; it has 'age', 'place', 'patient', 'weight'"),
      ("logistic", nil, "pashent", "has no column 'pashent'"),
      ("logistic", "place", nil, "The column 'place' should hold numbers"),
    ] as [(String, String?, String?, String)])
  func `a column that cannot have a role is one clear error`(
    model: String, weight: String?, group: String?, sentence: String
  ) throws {
    let error = #expect(throws: (any Error).self) {
      try place.fit(configuration(model, weight: weight, group: group))
    }
    #expect("\(error!)".contains(sentence), "\(error!)")
  }

  @Test func `weights that are none are named with their line`() throws {
    func fit(_ values: [String]) throws {
      let rows = values.enumerated().map { "\($0.offset),\($0.offset % 2),\($0.element)\n" }.joined()
      let data = try DataFile(place.file("w.csv", "x,y,w\n" + rows))
      _ = try place.fit(
        FitConfiguration(data: data, target: "y", model: "logistic", task: .classification, validation: 0, weight: "w"))
    }
    let cases = [
      (["1", "-2", "1", "1"], "Line 3: the weight -2.0 is below 0 in the column 'w'"),
      (["1", "2", "", "1"], "Line 4: there is no weight in the column 'w'"),
      (["0", "0", "0", "0"], "All weights of the training rows are 0"),
    ]
    for (values, sentence) in cases {
      let error = #expect(throws: DataFileError.self) { try fit(values) }
      #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
    }
    try fit(["1e300", "1e300", "3", "1"])
  }
}
