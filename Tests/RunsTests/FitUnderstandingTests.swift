import Datasets
import Foundation
import Telemetry
import Testing
import Tracker

@testable import Fitting
@testable import Runs
@testable import Settings

/// What a fit understood of its data holds for predictions, resumed and repeated fits, too.
@Suite struct FitUnderstandingTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  /// y is twice a; a is a number, but for the odd values in some lines.
  private func line(_ odd: [Int: String]) -> String {
    "a,y\n" + (0..<400).map { "\(odd[$0 + 2] ?? "\($0 % 60)"),\(2 * ($0 % 60))\n" }.joined()
  }

  private func predict(_ run: String, _ text: String) throws -> (lines: [String], summary: Predictor.Summary) {
    var bytes: [UInt8] = []
    let predictor = try Predictor(of: run, in: place.store)
    let summary = try predictor.predict(csv: try place.file("new.csv", text)) { bytes += $0 }
    return (String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map(String.init), summary)
  }

  @Test(arguments: ["n/a", "inf", "37 %", "1\0", "1e999", "€ 12"])
  func `one odd value leaves a number, and 17 is predicted as 34`(odd: String) throws {
    let data = try DataFile(try place.file("line.csv", line([57: odd])))
    let run = try place.fit(try FitConfiguration(data: data, target: "y", model: "linear")).run
    #expect(run.columns.map(\.kind) == ["number", "target"] && run.columns[0].features == "1")
    let number = try #require(Float(try predict(run.id, "a\n17\n").lines[0]))
    #expect(abs(number - 34) < 0.5)
    // The same file is read the same way, the odd value included.
    let same = try predict(run.id, line([57: odd]))
    #expect(same.summary.rows == 400)
    #expect(same.summary.oddValues == (["n/a", "€ 12"].contains(odd) ? [:] : ["a": 1]))
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
  }

  @Test func `an infinite target leaves its row out and is named`() throws {
    let text = line([:]).replacingOccurrences(of: "\n5,10\n", with: "\n5,inf\n")
    let data = try DataFile(try place.file("line.csv", text))
    let run = try place.fit(try FitConfiguration(data: data, target: "y", model: "linear")).run
    let count = text.components(separatedBy: "inf").count - 1
    #expect(run.remarks.contains("left out: \(count) rows without a value of 'y'"))
    #expect(
      run.remarks.contains {
        $0.hasPrefix("'y': mostly numbers, but \(count) other values") && $0.contains("'inf' (line 7)")
      })
  }

  @Test func `words as the target of a regression are named by value and line`() throws {
    let data = try DataFile(try place.file("w.csv", "a,y\n1,2\n2,x\ry\n3,z\n4,x\ry\n5,z\n"))
    let error = #expect(throws: ConfigurationError.self) {
      try FitConfiguration(data: data, target: "y", model: "linear")
    }
    #expect(
      error?.description.contains(
        "holds words, no numbers to predict (line 3: 'x\\ry'): for classes take logistic, sgd, "
          + "naive_bayes, knn, gbdt, random_forest, extra_trees, decision_tree or mlp")
        == true)
  }

  @Test func `a class named None and labels with leading zeros come back as written`() throws {
    for (labels, expected) in [
      (["None", "some"], ["None", "some"]), (["01", "1"], ["01", "1"]), (["+1", "-1"], ["-1", "+1"]),
      (["0.0", "1.0"], ["0.0", "1.0"]),
    ] {
      let text = "a,y\n" + (0..<60).map { "\($0 % 2 == 0 ? 1 : 5),\(labels[$0 % 2])\n" }.joined()
      let path = try place.file("labels.csv", text)
      // Without a target when it is read, and with one.
      for data in [try DataFile(path), try DataFile(path, target: "y")] {
        let run = try place.fit(try FitConfiguration(data: data, target: "y", model: "logistic")).run
        let predictor = try Predictor(of: run.id, in: place.store)
        #expect(predictor.columns == ["predicted_y"] + expected.map { "probability_\($0)" })
        let found = try predict(run.id, "a\n1\n5\n").lines.map { $0.prefix { $0 != "," } }
        #expect(found == labels.map { $0[...] })
        #expect(try place.store.load(run.id).last(Metric("data/class_count/\(labels[0])")) == 24)
        #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
      }
    }
  }

  @Test func `spellings of one label are told as one class`() throws {
    let text =
      "a,y\n"
      + (0..<60).map { "\($0 % 2 == 0 ? 1 : 5),\($0 % 2 == 0 ? ($0 % 10 == 0 ? "TRUE" : "True") : "false")\n" }.joined()
    let run = try place.fit(
      try FitConfiguration(data: DataFile(try place.file("b.csv", text)), target: "y", model: "logistic")
    ).run
    #expect(run.columns[1].reason == "2 classes: 'True' 30, 'false' 30")
    #expect(run.columns[1].notes == ["'TRUE' and 'True' are one class, 'True'"])
  }

  @Test func `labels of a validation file are those of the fit`() throws {
    func file(_ name: String, _ count: Int) throws -> String {
      try place.file(
        name, "a,y\n" + (0..<count).map { "\($0 % 2 == 0 ? 1 : 5),\($0 % 2 == 0 ? "01" : "02")\n" }.joined())
    }
    let data = try DataFile(try file("t.csv", 60))
    let validation = try DataFile(try file("v.csv", 20), columnsOf: data)
    let configuration = try FitConfiguration(data: data, target: "y", model: "logistic", validationData: validation)
    let (run, outcome) = try place.fit(configuration)
    #expect(outcome.validation?["accuracy"] == 1)
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
  }

  @Test func `kinds, dialect and missing values that were asked for are recorded`() throws {
    let rows = (0..<60).map { "\($0 % 3);\($0),5;\($0 % 2 == 0 ? "x" : "-1");\($0)\n" }.joined()
    let request = TableRequest(
      kinds: ["code": AskedKind(.category), "z": AskedKind(.ignored)], missing: ["-1"])
    let data = try DataFile(try place.file("asked.csv", "code;n;w;z\n" + rows), request: request, target: "n")
    let run = try place.fit(try FitConfiguration(data: data, target: "n", model: "ridge")).run
    let settings = try place.store.load(run.id).description.protocolSettings
    #expect(settings["delimiter"] == .text(";") && settings["na"] == .text(#"["-1"]"#))
    #expect(settings["kind"] == .text(#"{"code":"category","z":"ignore"}"#))
    #expect(run.columns.map(\.kind) == ["category", "target", "category", "ignore"])
    #expect(run.columns.map(\.features) == ["3", "", "1", ""])
    #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
    let found = try predict(run.id, "w,code\n-1,2\nx,0\n")
    #expect(found.lines.count == 2 && found.summary.unseenCategories.isEmpty)
    let plain = try FitConfiguration(data: DataFile(data.path), target: "n", model: "ridge")
    #expect(plain.hash != run.configuration.hash)
  }

  @Test func `how a file to predict is written is found out, its columns mean what they meant`() throws {
    let rows = (0..<60).map { "\($0 % 7).5,w\($0 % 2),\($0 % 7)\n" }.joined()
    let run = try place.fit(
      try FitConfiguration(data: DataFile(try place.file("p.csv", "n,w,y\n" + rows)), target: "y", model: "linear")
    ).run
    let plain = try predict(run.id, "n,w\n1.5,w0\n").lines
    let other = try predict(run.id, "w;n\r\nw0;1,5\r\n")
    #expect(other.lines == plain && other.summary.remarks == ["delimiter ';'", "decimal commas"])
    #expect(try predict(run.id, "n,w\r1.5,w0\r").lines == plain)
    let error = #expect(throws: DataFileError.self) { try predict(run.id, "n,w\n1.5,w0\ninf,w0\n") }
    #expect(error?.description.contains("Line 3: 'inf' in the column 'n' is not a number") == true)
    let one = try place.fit(
      try FitConfiguration(
        data: DataFile(try place.file("q.csv", "n;y\n" + (0..<9).map { "\($0);\($0)\n" }.joined())), target: "y",
        model: "linear")
    ).run
    #expect(try predict(one.id, "n\n5\n").lines.count == 1)
  }

  @Test func `a suggestion is never the target, nor a column that is there`() throws {
    let run = try place.fit(
      try FitConfiguration(
        data: DataFile(try place.file("s.csv", "y1,y2,Y\n" + (0..<20).map { "\($0),\($0 * $0),\($0)\n" }.joined())),
        target: "Y",
        model: "linear")
    ).run
    let error = #expect(throws: DataFileError.self) { try predict(run.id, "y1,Y\n1,2\n") }
    #expect(
      error?.description.contains("has no column 'y2'") == true && error?.description.contains("did you mean") == false)
  }

  @Test func `a fit of an earlier version is read by its rules`() throws {
    let text = line([57: "n/a", 80: "NA"]).replacingOccurrences(of: "a,y", with: "a, y")
    let path = try place.file("old.csv", text)
    let now = try place.fit(try FitConfiguration(data: DataFile(path), target: "y", model: "linear")).run
    var description = try place.store.load(now.id).description
    description.protocolSettings["reading"] = nil
    description.protocolSettings["target"] = .text(" y")
    let old = try FitConfiguration(of: description)
    #expect(try old.data.read().table.column("a").kind == .category)
    #expect(try old.data.read().table.column("a").missingCount == 1)
    #expect(old.recordedSettings["reading"] == nil)
    let data = try FitData(old, seed: 0)
    #expect(data.preprocessing.featureNames.count == 61)
    // Its model has no reading either, and refuses what it refused.
    var checkpoint = try CheckpointReference(run: now.id, choice: .last).load(from: place.store)
    checkpoint.texts["reading"] = nil
    checkpoint.texts["format_of_data"] = #"{"hasHeader":true,"separator":44}"#
    let predictor = try Predictor(checkpoint)
    #expect(predictor.reading.columns["a"] == ColumnReading(kind: .number))
    let error = #expect(throws: DataFileError.self) {
      try predictor.predict(csv: place.file("new.csv", "a\n1\nn/a\n")) { _ in }
    }
    #expect(error?.reason == .badRow(line: 3, problem: "'n/a' in the column 'a' is not a number"))
    var lines: [UInt8] = []
    #expect(try predictor.predict(csv: place.file("new.csv", "a\n1\nNA\n")) { lines += $0 }.rows == 2)
  }

  @Test func `data with extremes are fitted, and nothing becomes infinite`() throws {
    let text =
      "a,b,y\n" + (0..<60).map { "\($0 % 2 == 0 ? "" : "-")1.7e308,\($0 % 7)e-320,\($0 % 2 == 0 ? 1 : 3)\n" }.joined()
    let outcome = try place.fit(
      try FitConfiguration(data: DataFile(try place.file("x.csv", text)), target: "y", model: "linear", values: [:])
    ).outcome
    #expect(try #require(outcome.validation?["r2"]) > 0.99)
  }

  @Test(arguments: 0..<5 as Range<UInt64>)
  func `a model that cannot fit says nothing about labels`(seed: UInt64) throws {
    let table = ExclusiveOr.table(seed: seed)
    let path = try place.file("xor.csv", table)
    let weak = try place.fit(try FitConfiguration(data: DataFile(path), target: "y", model: "logistic"), seed: seed).run
    #expect(try place.store.load(weak.id).last("data/label_issues") == nil)
    #expect(try place.store.load(weak.id).findings.allSatisfy { $0.finding.rule != "LabelNoise" })
  }

  @Test func `a model that can fit finds wrong labels, and none among right ones`() throws {
    func issues(_ wrong: Double) throws -> Double? {
      let path = try place.file("xor\(wrong).csv", ExclusiveOr.table(seed: 3, wrong: wrong))
      let values: [String: HyperparameterValue] = [
        "hidden_layer_sizes": .integers([16]), "learning_rate": .number(0.01),
      ]
      let run = try place.fit(
        try FitConfiguration(data: DataFile(path), target: "y", model: "mlp", values: values), seed: 1
      ).run
      return try place.store.load(run.id).last("data/label_issues")
    }
    #expect(try #require(try issues(0)) < 0.1)
    #expect(try #require(try issues(0.25)) > 0.12)
  }
}

/// Two classes that no line parts.
private enum ExclusiveOr {
  static func table(seed: UInt64, wrong: Double = 0) -> String {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let rows = (0..<400).map { _ in
      let (a, b) = (2 * uniform() - 1, 2 * uniform() - 1)
      let isWrong = uniform() < wrong
      return "\(a),\(b),\((a * b > 0) != isWrong ? "same" : "other")\n"
    }
    return "a,b,y\n" + rows.joined()
  }
}
