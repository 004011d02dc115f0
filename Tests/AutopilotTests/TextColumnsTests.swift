import Datasets
import Fitting
import Foundation
import Learning
import Randomness
import Runs
import Search
import Settings
import TestSupport
import Testing
import Tracker

@testable import Autopilot

@Suite struct `Columns of texts` {
  private let folder = TemporaryFolder()
  private let store: Store

  init() throws { store = try .ofAutopilots(in: folder) }

  /// Reviews of which a few words decide, among many that say nothing; hardly two are the same.
  private func reviews(_ rows: Int, with number: Bool = false, isNumber: Bool = false) throws -> DataFile {
    var generator = CounterGenerator(SeedSequence(5))
    let plain = ["table", "chair", "came", "today", "we", "they", "box", "with", "blue", "paper", "door", "street"]
    let (good, bad) = (["lovely", "great", "perfect", "enjoyed"], ["awful", "broken", "refund", "worst"])
    func word(_ words: [String]) -> String { words[generator.integer(below: words.count)] }
    var lines = [number ? "review,size,y" : "review,y"]
    for row in 0..<rows {
      let isGood = generator.integer(below: 2) == 0
      var words = (0..<12).map { _ in word(plain) } + [word(isGood ? good : bad)]
      words.insert("n\(row)", at: generator.integer(below: words.count))
      words.swapAt(0, generator.integer(below: words.count))
      let value = isNumber ? "\((isGood ? 3 : 1) + Double(generator.integer(below: 100)) / 200)" : isGood ? "yes" : "no"
      lines.append(
        "\"\(words.joined(separator: " "))!\"," + (number ? "\(generator.integer(below: 90))," : "") + value)
    }
    return try ExampleTable.file(lines, "reviews.csv", in: folder)
  }

  private func answer(_ data: DataFile, _ models: [String]?, trials: Int = 3) throws -> (AutopilotRun, AutopilotReport)
  {
    var request = AutopilotRequest(target: "y")
    (request.trials, request.folds, request.models) = (trials, 3, models)
    let plan = try AutopilotPlan(of: data, request)
    let run = try AutopilotRun.start(
      AutopilotConfiguration(plan, data: data, seed: 3), seed: 3, experiment: "texts", workers: 1, in: store)
    return (run, try #require(try run.complete(shouldStop: { false })))
  }

  @Test func `are understood, and said so`() throws {
    let plan = try AutopilotPlan(of: reviews(200, with: true), AutopilotRequest(target: "y"))
    #expect(plan.texts == ["review"])
    #expect(plan.leftOut.isEmpty)
    #expect(plan.models.contains("sgd"))
    #expect(plan.notes.contains("'review' holds texts, whose words are features"))
    let again = try AutopilotPlan(yaml: plan.yaml(), source: "plan.yaml")
    #expect(again == plan)
  }

  @Test func `of few words that all repeat are understood, too`() throws {
    var generator = CounterGenerator(SeedSequence(2))
    let words = ["sun", "rain", "wind", "snow", "fog", "hail"]
    let lines =
      ["note,x,y"]
      + (0..<200).map { row in
        let note = (0..<6).map { _ in words[generator.integer(below: 6)] }
        return "\(note.joined(separator: " ")) \(row),\(row * 7 % 31),\(note.contains("sun") ? "yes" : "no")"
      }
    let data = try ExampleTable.file(lines, "weather.csv", in: folder)
    #expect(try AutopilotPlan(of: data, AutopilotRequest(target: "y")).texts == ["note"])
  }

  @Test func `whose words do not repeat are left out, unless they are kept`() throws {
    let lines =
      ["note,x,y"] + (0..<80).map { "\"a\($0)b c\($0)d\",\($0 * 7 % 31),\($0 % 2 == 0 ? "yes" : "no")" }
    let data = try ExampleTable.file(lines, "notes.csv", in: folder)
    let plan = try AutopilotPlan(of: data, AutopilotRequest(target: "y"))
    #expect(plan.texts == nil)
    #expect(
      plan.leftOut == [
        .init(column: "note", reason: "holds texts whose words hardly repeat; they are features with --keep 'note'")
      ])
    var request = AutopilotRequest(target: "y")
    request.kept = ["note"]
    #expect(try AutopilotPlan(of: data, request).texts == ["note"])
  }

  @Test(arguments: ["logistic", "naive_bayes", "sgd"])
  func `alone are enough for an answer`(model: String) throws {
    let data = try reviews(260)
    let (run, report) = try answer(data, [model], trials: 2)
    #expect(report.failedTrials == 0)
    let test = try #require(report.test)
    let area = try #require(test.scores.first { $0.name == "roc_auc" })
    #expect(area.answer.value > 0.9)
    #expect(report.importance.first?.column == "review")
    // Words that no row has had say nothing, and a text that is missing is no mistake.
    let predictor = try Predictor(of: run.id, in: store)
    let lines = ["review,y", "the most lovely thing,", "an awful zebra,", ",", "xylophone,"]
    let path = folder.path + "/new.csv"
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    let outputs = try predictor.outputs(ofTable: DataFile(path, columnsOf: data).table)
    #expect(outputs.rows == 4 && outputs.elements.allSatisfy { $0.isFinite })
    #expect(outputs[0, 1] > outputs[1, 1])
  }

  @Test func `predict numbers, beside other columns`() throws {
    let (_, report) = try answer(reviews(260, with: true, isNumber: true), ["ridge", "elastic_net"], trials: 2)
    #expect(report.failedTrials == 0)
    let r2 = try #require(report.test?.scores.first { $0.name == "r2" })
    #expect(r2.answer.value > 0.7)
  }

  @Test func `are read in the folds alone`() throws {
    let data = try reviews(150)
    let plan = try AutopilotPlan(of: data, AutopilotRequest(target: "y"))
    let candidate = try #require(try Candidate.all(of: plan, areCounts: false).first { $0.name == "sgd" })
    let fit = try plan.fit(candidate, to: data, seed: 1)
    let run = try FitRun.start(fit, seed: 1, experiment: "e", in: store)
    try run.fit()
    let checkpoint = try CheckpointReference(run: run.id, choice: .last).load(from: store)
    let judged = try JudgedRows(fit, seed: 1)
    // Each row has a word of its own, which the model of the fold that tests it cannot know.
    for fold in 0..<judged.foldCount {
      let text = checkpoint.nested("member-\(fold)").texts["preparation"] ?? ""
      #expect(text.contains("lovely"))
      let words = Set(text.split { !$0.isLetter && !$0.isNumber })
      for (place, row) in judged.rows.enumerated() where judged.folds[place] == fold {
        #expect(!words.contains("n\(row)"))
      }
    }
  }
}
