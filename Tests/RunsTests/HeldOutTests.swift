import BLASBridge
import Datasets
import Foundation
import Learning
import Models
import Randomness
import Telemetry
import Testing
import Tracker

@testable import Analysis
@testable import Fitting
@testable import Runs
@testable import Settings
@testable import Validation

/// What is made of rows that a model was not fitted to: calibration, intervals, thresholds, doubtful labels.
@Suite struct HeldOutTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  // MARK: Calibration

  @Test(arguments: CalibrationMethod.allCases)
  func `a surer model than it should be is calibrated, on new rows too`(method: CalibrationMethod) throws {
    let (path, _) = try place.clouds("train.csv", 1_500, seed: 1)
    let (fresh, _) = try place.clouds("fresh.csv", 2_000, seed: 2)
    // Boosting for too long gives probabilities near 0 and 1.
    let values: [String: HyperparameterValue] = ["n_estimators": .integer(60), "learning_rate": .number(0.5)]
    for folds in [3, nil] {
      var fit = try place.configuration("gbdt", path, folds: folds, values)
      let plain = try Predictor(of: place.fit(fit).run.id, in: place.store)
      try fit.judge(calibration: method, costs: nil, positive: nil)
      let run = try place.fit(fit).run
      let record = try place.store.load(run.id)
      let (before, after) = (record.last("calibration/before/ece"), record.last("calibration/after/ece"))
      #expect(try #require(after) < 0.7 * #require(before))
      #expect(
        try #require(record.last("calibration/after/brier_score")) < #require(
          record.last("calibration/before/brier_score")))
      let calibrated = try Predictor(of: run.id, in: place.store)
      let losses = try [plain, calibrated].map {
        try $0.scores(on: fresh, storeAt: place.store.path).scores["log_loss"]!
      }
      #expect(losses[1] < losses[0])
      let table = try DataFile(fresh).table
      for (row, other) in try zip(calibrated.predict(table), plain.predict(table)).prefix(50) {
        guard case .number(let a) = row[1], case .number(let b) = row[2] else { continue }
        #expect(abs(a + b - 1) < 1e-5 && row.count == other.count)
      }
      #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
    }
  }

  // MARK: Intervals

  @Test func `intervals and sets cover rows that the fit has not seen`() throws {
    let (path, _) = try place.clouds("train.csv", 800, seed: 3)
    let (fresh, _) = try place.clouds("fresh.csv", 4_000, seed: 4)
    let table = try DataFile(fresh, target: "kind").table
    guard case .numbers(let truth) = try table.column("y"), case .categories(let kinds) = try table.column("kind")
    else {
      Issue.record("the columns are of other kinds")
      return
    }
    for folds in [5, nil] {
      var ridge = try Predictor(
        of: place.fit(place.configuration("ridge", path, target: "y", folds: folds)).run.id, in: place.store)
      try ridge.predictIntervals(coverage: 0.9)
      #expect(ridge.columns == ["predicted_y", "lower_y", "upper_y"])
      let covered = try ridge.predict(table).enumerated().count { row, values in
        guard case .number(let low) = values[1], case .number(let high) = values[2] else { return false }
        return Double(low) <= truth[row] && truth[row] <= Double(high)
      }
      #expect(abs(Double(covered) / 4_000 - 0.9) < 0.04)
      var logistic = try Predictor(
        of: place.fit(place.configuration("logistic", path, folds: folds)).run.id, in: place.store)
      try logistic.predictIntervals(coverage: 0.95)
      #expect(logistic.columns.last == "set_kind")
      let right = try logistic.predict(table).enumerated().count { row, values in
        guard case .label(let set)? = values.last else { return false }
        return set.split(separator: "|").contains(Substring(kinds[row]!))
      }
      #expect(abs(Double(right) / 4_000 - 0.95) < 0.03)
    }
  }

  @Test func `intervals that cannot be are refused in a sentence`() throws {
    let (path, _) = try place.clouds("train.csv", 40, seed: 3)
    var predictor = try Predictor(
      of: place.fit(place.configuration("ridge", path, target: "y", folds: nil)).run.id, in: place.store)
    for (share, sentence) in [
      (0.0, "an interval covers a share of the rows between 0 and 1, not 0.0"),
      (1, "an interval covers a share of the rows between 0 and 1, not 1.0"),
      (.nan, "an interval covers a share of the rows between 0 and 1, not nan"),
      (
        0.95,
        "an interval for a share of 0.95 needs 19 validation rows, and the model has 8: ask for less, or fit it with more"
      ),
    ] as [(Double, String)] {
      #expect { try predictor.predictIntervals(coverage: share) } throws: { "\($0)" == sentence }
    }
    let none = try FitConfiguration(data: DataFile(path), target: "y", model: "ridge", validation: 0)
    predictor = try Predictor(of: place.fit(none).run.id, in: place.store)
    #expect {
      try predictor.predictIntervals(coverage: 0.5)
    } throws: {
      "\($0)" == "the model has no rows to take intervals from: fit it with validation rows or with --folds"
    }
    let clusters = try FitConfiguration(data: DataFile(path), model: "kmeans", values: ["n_clusters": .integer(2)])
    predictor = try Predictor(of: place.fit(clusters).run.id, in: place.store)
    #expect {
      try predictor.predictIntervals(coverage: 0.5)
    } throws: {
      "\($0)" == "intervals are of a predicted column, and the model 'kmeans' predicts none"
    }
  }

  // MARK: Costs

  @Test func `a dear mistake is avoided, and costs less than at a half`() throws {
    let (path, _) = try place.clouds("train.csv", 800, seed: 5)
    let (fresh, _) = try place.clouds("fresh.csv", 3_000, seed: 6)
    let table = try DataFile(fresh, target: "kind").table
    guard case .categories(let kinds) = try table.column("kind") else { return }
    let costs = try MistakeCosts(text: "fp=1, fn=20")
    for (folds, positive) in [(5, nil), (nil, "blue")] as [(Int?, String?)] {
      var fit = try place.configuration("logistic", path, folds: folds)
      try fit.judge(calibration: nil, costs: costs, positive: positive)
      let run = try place.fit(fit).run
      let record = try place.store.load(run.id)
      let cost = try #require(record.last("final/validation/cost"))
      #expect(cost < (try #require(record.last("final/validation/cost_at_half"))))
      let threshold = try #require(record.last("final/validation/threshold"))
      #expect((0.005...0.3).contains(threshold))
      let name = positive ?? "red"
      let predicted = try Predictor(of: run.id, in: place.store).predict(table).map { $0[0] }
      var total = 0.0
      for (row, label) in predicted.enumerated() {
        if label == .label(name), kinds[row] != name { total += 1 }
        if label != .label(name), kinds[row] == name { total += 20 }
      }
      // As much as was foretold.
      #expect(abs(total / 3_000 - cost) < 0.5 * cost)
      if folds != nil {
        #expect(record.series("fold/cost")?.values.count == 5)
        #expect(FoldScores(record, "cost")?.mean95.low != nil)
      }
      let settings = record.description.protocolSettings
      #expect(settings["cost"] == .text("fp=1,fn=20") && (settings["positive"] == .text("blue")) == (positive != nil))
      #expect(try FitRun.reproduce(run.id, in: place.store)?.first == nil)
    }
  }

  @Test func `calibration and costs that cannot be are refused in a sentence`() throws {
    let (path, _) = try place.clouds("train.csv", 40, seed: 3)
    let costs = MistakeCosts(falsePositive: 1, falseNegative: 2)
    func expect(_ sentence: String, _ body: () throws -> Void) {
      #expect { try body() } throws: { "\($0)" == sentence }
    }
    var regression = try place.configuration("ridge", path, target: "y")
    expect("probabilities are calibrated, and a regression has none") {
      try regression.judge(calibration: .platt, costs: nil, positive: nil)
    }
    expect("costs are of the mistakes of a classification, and a regression is none") {
      try regression.judge(calibration: nil, costs: costs, positive: nil)
    }
    var fit = try place.configuration("logistic", path)
    expect("a positive class is for costs: say what mistakes cost") {
      try fit.judge(calibration: nil, costs: nil, positive: "red")
    }
    var all = try FitConfiguration(
      data: DataFile(path, target: "kind"), target: "kind", model: "logistic", validation: 0)
    expect("calibration needs rows that the model is not fitted to: ask for folds or validation rows") {
      try all.judge(calibration: .isotonic, costs: nil, positive: nil)
    }
    try fit.judge(calibration: nil, costs: costs, positive: "green")
    expect("there is no class 'green': the positive one is 'blue' or 'red'") {
      _ = try FitRun.start(fit, seed: 0, experiment: "e", in: place.store)
    }
    var wine = try FitConfiguration(
      data: try place.golden("wine_train.csv"), target: "target", model: "logistic", folds: 3)
    try wine.judge(calibration: nil, costs: costs, positive: nil)
    expect("costs are of the mistakes between two classes, and there are 3") {
      _ = try FitRun.start(wine, seed: 0, experiment: "e", in: place.store)
    }
    for (text, problem) in [
      ("fp=1", "lacks one of fp and fn"), ("fp=1,fn=-1", "has a cost that is not a number from 0 to 1e15"),
      ("fp=0,fn=0", "says that no mistake costs anything"),
      ("fp=nan,fn=1", "has a cost that is not a number from 0 to 1e15"),
      ("fp=1,fp=2", "is not of a cost of each of fp and fn"), ("", "is not of a cost of each of fp and fn"),
    ] {
      expect("costs are written as fp=1,fn=10, and '\(text)' \(problem)") { _ = try MistakeCosts(text: text) }
    }
  }

  // MARK: Labels

  @Test func `a tenth of the labels flipped are found by folds`() throws {
    var lines = ["a,b,kind"]
    var flipped: Set<Int> = []
    var generator = CounterGenerator(SeedSequence(9))
    for row in 1...600 {
      let isRed = row % 2 == 0
      let isWrong = generator.integer(below: 10) == 0
      if isWrong { flipped.insert(row) }
      let (a, b) = (Double(generator.integer(below: 1_000)) / 1_000, Double(generator.integer(below: 1_000)) / 1_000)
      lines.append("\(a + (isRed ? 1.2 : 0)),\(b + (isRed ? 0.5 : 0)),\(isRed != isWrong ? "red" : "blue")")
    }
    let path = try place.file("flipped.csv", lines.joined(separator: "\n") + "\n")
    let fit = try FitConfiguration(data: DataFile(path, target: "kind"), target: "kind", model: "naive_bayes", folds: 5)
    let record = try place.store.load(try place.fit(fit).run.id)
    let artifact = try #require(record.artifacts.last { $0.name == "label-issues.csv" })
    let text = String(decoding: try place.store.artifactBytes(artifact), as: UTF8.self)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    let found = Set(rows.map { Int($0[0])! })
    let right = Double(found.intersection(flipped).count)
    #expect(right >= 0.9 * Double(flipped.count) && right >= 0.9 * Double(found.count))
    #expect(record.last("data/label_issues") == Double(found.count) / 600)
    let confidences = rows.map { Double($0[3])! }
    #expect(confidences == confidences.sorted())
    #expect(rows.allSatisfy { lines[Int($0[0])!].hasSuffix($0[1]) && $0[1] != $0[2] })
  }

  // MARK: Earlier runs

  @Test func `a run of an earlier version, whose checkpoint has no such scores, is still reproduced`() throws {
    var earlier = Checkpoint()
    earlier.set("weights", [1, 2] as [Float])
    var now = earlier
    now.set("conformal_scores", [0.1] as [Double])
    #expect(now != earlier && now.withoutAdditions(since: earlier) == earlier)
    #expect(now.withoutAdditions(since: now) == now)
  }

  @Test func `a checkpoint whose calibration is not of its classes is refused`() throws {
    let (path, _) = try place.clouds("train.csv", 60, seed: 3)
    var fit = try place.configuration("logistic", path, folds: 2)
    try fit.judge(
      calibration: .platt, costs: MistakeCosts(falsePositive: 1, falseNegative: 1), positive: nil)
    let run = try place.fit(fit).run
    let checkpoint = try CheckpointReference(run: run.id, choice: .last).load(from: place.store)
    let labels = ClassProbabilities([0.2, 0.3, 0.5], classes: 3)
    var other = checkpoint
    other.set("calibration", encoding: Calibration(.platt, labels, labels: [0]))
    #expect(throws: CheckpointError.self) { try Predictor(other) }
    other = checkpoint
    other.texts["decision"] = checkpoint.texts["decision"]?.replacingOccurrences(of: "red", with: "green")
    #expect(throws: CheckpointError.self) { try Predictor(other) }
    #expect(throws: Never.self) { try Predictor(checkpoint) }
  }
}
