import Datasets
import Fitting
import Formats
import Learning
import Runs
import Search
import Settings
import TestSupport
import Testing
import Tracker

@testable import Autopilot

@Suite struct `An autopilot` {
  private let folder = TemporaryFolder()
  private let store: Store

  init() throws { store = try .ofAutopilots(in: folder) }

  private func plan(
    _ data: DataFile, trials: Int, models: [String] = ["logistic", "gbdt"],
    _ change: (inout AutopilotRequest) -> Void = { _ in }
  )
    throws -> AutopilotPlan
  {
    var request = AutopilotRequest(target: "y")
    (request.trials, request.folds, request.models) = (trials, 3, models)
    change(&request)
    return try AutopilotPlan(of: data, request)
  }

  private func start(_ plan: AutopilotPlan, _ data: DataFile, workers: Int = 1, experiment: String = "a") throws
    -> AutopilotRun
  {
    try AutopilotRun.start(
      AutopilotConfiguration(plan, data: data, seed: 3), seed: 3, experiment: experiment, workers: workers, in: store)
  }

  @Test func `answers with a model that predicts, better than the baseline`() throws {
    let data = try ExampleTable.classes(rows: 400, in: folder)
    let run = try start(plan(data, trials: 6), data)
    let report = try #require(try run.complete(shouldStop: { false }))
    #expect(report.finishedTrials == 6)
    #expect(report.leaderboard.count >= 6)
    let test = try #require(report.test)
    #expect(test.rows == 80)
    #expect(test.isBetterThanBaseline)
    #expect(test.scores.map(\.name).prefix(2) == ["log_loss", "roc_auc"])
    #expect(test.scores[1].answer.value > 0.85)
    #expect(test.scores[1].baseline == 0.5)
    #expect(report.importance.first?.column == "x")
    #expect(report.importance.allSatisfy { $0.column != "id" })
    #expect(report.contributions.map(\.column).prefix(2) == ["x", "z"])
    #expect(report.contributions[0].size > 0.1 && report.contributions.last!.size < 0.05)

    let record = try store.load(run.id)
    #expect(record.status == .finished)
    #expect(
      record.artifacts.map(\.name).sorted() == [
        "plan.yaml", "report.html", "report.json", "winner.yaml", "workflow.yaml",
      ])
    #expect(record.last("final/test/roc_auc") == test.scores[1].answer.value)
    let predictor = try Predictor(of: run.id, in: store)
    let rows = try predictor.predict(data.table.rows([0, 1, 2]))
    #expect(rows.count == 3 && rows[0].count == 3)
  }

  @Test func `what is set aside is seen by no candidate, and judges once`() throws {
    let data = try ExampleTable.numbers(rows: 300, in: folder)
    let run = try start(plan(data, trials: 3, models: ["ridge"]), data)
    let report = try #require(try run.complete(shouldStop: { false }))
    let fit = try run.configuration.fit(in: store)
    let (seen, aside) = try fit.parts(of: data.table)
    #expect(aside.count == 60 && Set(seen).isDisjoint(with: aside))
    #expect(report.judgedRows == 240)
    // The noise has a standard deviation of 0.5, which nothing can be better than.
    let rmse = try #require(report.test?.scores.first { $0.name == "rmse" })
    #expect((0.4...0.6).contains(rmse.answer.value))
    #expect(report.test?.baselineName == "the mean")
    let coverage = try #require(report.test?.coverage?.value)
    #expect((0.8...0.98).contains(coverage))
  }

  @Test func `comes out the same with any number of workers`() throws {
    let data = try ExampleTable.classes(rows: 200, in: folder)
    let plan = try plan(data, trials: 12, models: ["logistic", "naive_bayes"])
    let runs = try [1, 3].map { try start(plan, data, workers: $0, experiment: "workers-\($0)") }
    let reports = try runs.map { try #require(try $0.complete(shouldStop: { false })) }
    #expect(reports[0].leaderboard.map(\.name) == reports[1].leaderboard.map(\.name))
    #expect(reports[0].leaderboard.map(\.score) == reports[1].leaderboard.map(\.score))
    let checkpoints = try runs.map {
      try CheckpointReference(run: $0.id, choice: .last).load(from: store).safetensors()
    }
    #expect(checkpoints[0] == checkpoints[1])
  }

  @Test func `goes on where it was stopped, to the same answer`() throws {
    let data = try ExampleTable.classes(rows: 200, in: folder)
    let plan = try plan(data, trials: 8, models: ["logistic", "naive_bayes"])
    let whole = try start(plan, data, experiment: "whole")
    let expected = try #require(try whole.complete(shouldStop: { false }))

    let stopped = try start(plan, data, experiment: "stopped")
    var trials = 0
    #expect(try stopped.complete(shouldStop: { trials >= 3 }, onProgress: { trials = $0.endedTrials }) == nil)
    #expect(try store.load(stopped.id).status == .interrupted)
    let resumed = try #require(try AutopilotRun.resume(stopped.id, workers: 2, in: store))
    let report = try #require(try resumed.complete(shouldStop: { false }))
    #expect(report.leaderboard.map(\.score) == expected.leaderboard.map(\.score))
    #expect(report.answer == expected.answer)
    #expect(try AutopilotRun.resume(stopped.id, workers: 1, in: store) == nil)
  }

  @Test func `is reproduced to the bit, every trial and the answer`() throws {
    let data = try ExampleTable.classes(rows: 200, in: folder)
    var plan = try plan(data, trials: 5)
    plan.preset = .best
    let run = try start(plan, data)
    let report = try #require(try run.complete(shouldStop: { false }))
    #expect(["ensemble", "stack"].contains(report.answer) || report.leaderboard[0].name == report.answer)
    let difference = try #require(
      try AutopilotConfiguration.reproduce(
        run.id, changes: [:], in: store, shouldStop: { false }, onProgress: { _, _ in }))
    #expect(difference.first == nil && difference.pointsCompared > 0)
  }

  @Test func `of several models together and fitted to all rows, is reproduced to the bit, too`() throws {
    let data = try ExampleTable.numbers(rows: 200, in: folder)
    var plan = try plan(data, trials: 4, models: ["ridge", "gbdt", "knn"]) { $0.refit = true }
    plan.preset = .best
    let run = try start(plan, data)
    let report = try #require(try run.complete(shouldStop: { false }))
    #expect(report.isRefitted)
    #expect(report.leaderboard.contains { $0.name == "stack" })
    let members = report.leaderboard.count { $0.weight != 0 }
    #expect(try Predictor(of: run.id, in: store).memberCount == members)
    let difference = try #require(
      try AutopilotConfiguration.reproduce(
        run.id, changes: [:], in: store, shouldStop: { false }, onProgress: { _, _ in }))
    #expect(difference.first == nil)
  }

  @Test func `its winner's plan comes to the same model, and tries nothing else`() throws {
    let data = try ExampleTable.classes(rows: 200, in: folder)
    let run = try start(plan(data, trials: 6), data)
    let report = try #require(try run.complete(shouldStop: { false }))
    let artifact = try #require(try store.load(run.id).artifacts.first { $0.name == "winner.yaml" })
    let text = String(decoding: try store.artifactBytes(artifact), as: UTF8.self)
    let winner = try AutopilotPlan(yaml: text, source: "winner.yaml")
    let answer = try #require(report.leaderboard.first { $0.name == report.answer && $0.run != nil })
    #expect(winner.only?.count == 1)
    let again = try start(winner, data, experiment: "again")
    let report2 = try #require(try again.complete(shouldStop: { false }))
    #expect(report2.finishedTrials == 1 && report2.leaderboard[0].score == answer.score)
    let tables = try [run.id, again.id].map { try Predictor(of: $0, in: store).outputs(ofTable: data.table).elements }
    #expect(tables[0] == tables[1])
  }

  @Test func `shuffled labels are not called better than the baseline`() throws {
    // One of 8 at 97.5 % would be luck, two a defect.
    var better = 0
    for seed in 0..<8 as Range<UInt64> {
      let data = try ExampleTable.classes(rows: 150, seed: seed, shuffled: true, in: folder)
      let run = try start(plan(data, trials: 2, models: ["logistic"]), data, experiment: "shuffled-\(seed)")
      let report = try #require(try run.complete(shouldStop: { false }))
      if report.test?.isBetterThanBaseline == true { better += 1 }
    }
    #expect(better <= 1)
  }

  @Test func `wrong labels are noticed`() throws {
    let data = try ExampleTable.classes(rows: 500, noise: 0.05, flipped: 0.1, in: folder)
    let run = try start(plan(data, trials: 2, models: ["logistic"]), data)
    let report = try #require(try run.complete(shouldStop: { false }))
    // A tenth of 400.
    #expect((20...60).contains(report.doubtfulLabels))
  }

  @Test func `is deleted with its candidates, and comes back with them`() throws {
    let data = try ExampleTable.classes(rows: 150, in: folder)
    let run = try start(plan(data, trials: 2, models: ["logistic"]), data)
    _ = try run.complete(shouldStop: { false })
    let whole = try store.runs().count
    // Itself, two searches, two candidates, and as many fits to fewer rows as the rows allow.
    #expect(whole >= 5)
    #expect(try store.delete(run.id) == whole - 1)
    #expect(try store.runs().filter { !$0.isDeleted }.isEmpty)
    #expect(try store.restore(run.id) == whole - 1)
    #expect(try store.runs().count { !$0.isDeleted } == whole)
  }

  @Test func `costs choose the class`() throws {
    let data = try ExampleTable.classes(rows: 300, noise: 1, in: folder)
    let run = try start(
      plan(data, trials: 2, models: ["logistic"]) { ($0.cost, $0.positive) = ("fp=1,fn=20", "yes") }, data)
    _ = try run.complete(shouldStop: { false })
    let predictor = try Predictor(of: run.id, in: store)
    let labels = try predictor.predict(data.table).compactMap {
      if case .label(let label)? = $0.first { label } else { nil }
    }
    // To miss a 'yes' is dear, so that many are called so.
    #expect(labels.count { $0 == "yes" } > 200)
  }
}
