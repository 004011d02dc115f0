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

@Suite struct `A fit to a part of the rows before all folds` {
  private let folder = TemporaryFolder()
  private let store: Store

  init() throws { store = try .ofAutopilots(in: folder) }

  private func configuration(_ data: DataFile, model: String, screen: Double?) throws -> FitConfiguration {
    let short: [String: HyperparameterValue] = model == "gbdt" ? ["n_estimators": .integer(6)] : [:]
    var configuration = try FitConfiguration(data: data, target: "y", model: model, folds: 3, values: short)
    try configuration.bag()
    if let screen { try configuration.screen(screen) }
    return configuration
  }

  private func fit(_ configuration: FitConfiguration, _ experiment: String) throws -> RunRecord {
    let run = try FitRun.start(configuration, seed: 1, experiment: experiment, in: store)
    try run.fit()
    return try store.load(run.id)
  }

  @Test(arguments: ["logistic", "gbdt", "random_forest"])
  func `changes nothing of the folds`(model: String) throws {
    let data = try ExampleTable.classes(rows: 240, in: folder)
    let plain = try fit(configuration(data, model: model, screen: nil), "plain")
    let screened = try fit(configuration(data, model: model, screen: 0.25), "screened")
    #expect(plain.last("final/validation/log_loss") == screened.last("final/validation/log_loss"))
    #expect(plain.series("fold/log_loss")?.values == screened.series("fold/log_loss")?.values)
    let judged = try JudgedRows(configuration(data, model: model, screen: nil), seed: 1)
    #expect(
      try judged.predictions(of: plain, in: store).elements == judged.predictions(of: screened, in: store).elements)
    #expect(plain.series("rung/log_loss") == nil)
    let rungs = try #require(screened.series("rung/log_loss"))
    #expect(rungs.steps == [1, 2, 3, 4])
    #expect(Array(rungs.values.dropFirst()) == screened.series("fold/log_loss")?.values)
    #expect(rungs.values[0] != rungs.values[1])
    #expect(screened.lastStep > plain.lastStep)
  }

  @Test func `is resumed as it was, in its midst and after it`() throws {
    let data = try ExampleTable.classes(rows: 240, in: folder)
    let configuration = try configuration(data, model: "gbdt", screen: 0.25)
    let whole = try fit(configuration, "whole")
    for steps in [3, 6, 8] {
      let run = try FitRun.start(configuration, seed: 1, experiment: "cut-\(steps)", in: store)
      var left = steps
      try run.fit(shouldStop: {
        left -= 1
        return left < 0
      })
      #expect(try store.load(run.id).status == .interrupted)
      let resumed = try #require(try FitRun.resume(run.id, in: store))
      try resumed.fit()
      let record = try store.load(run.id)
      #expect(record.series("rung/log_loss")?.values == whole.series("rung/log_loss")?.values)
      let checkpoints = try [whole, record].map {
        try CheckpointReference(run: $0.id, choice: .last).load(from: store).safetensors()
      }
      #expect(checkpoints[0] == checkpoints[1])
    }
  }

  @Test func `needs folds, and a share`() throws {
    let data = try ExampleTable.classes(rows: 120, in: folder)
    var whole = try FitConfiguration(data: data, target: "y", model: "logistic")
    #expect(throws: ConfigurationError.self) { try whole.screen(0.5) }
    var folded = try FitConfiguration(data: data, target: "y", model: "logistic", folds: 3)
    for share in [0, 1, -0.5, .nan] { #expect(throws: ConfigurationError.self) { try folded.screen(share) } }
  }

  @Test func `is what a search stops candidates by, the same with any number of workers`() throws {
    let data = try ExampleTable.classes(rows: 6_000, in: folder)
    var request = AutopilotRequest(target: "y")
    (request.trials, request.folds, request.models) = (14, 3, ["naive_bayes"])
    (request.halving, request.test) = (true, 0)
    let plan = try AutopilotPlan(of: data, request)
    var answers: [(pruned: [Int], board: [String], checkpoint: [UInt8])] = []
    for workers in [1, 3] {
      let run = try AutopilotRun.start(
        AutopilotConfiguration(plan, data: data, seed: 3), seed: 3, experiment: "workers-\(workers)", workers: workers,
        in: store)
      let report = try #require(try run.complete(shouldStop: { false }))
      let search = try #require(
        try AutopilotRun.search(.candidates, of: run.id, experiment: "workers-\(workers)", in: store))
      let trials = try SearchOverview(search, in: store).state.trials
      #expect(trials.count == 14 && trials.allSatisfy(\.hasEnded))
      answers.append(
        (
          trials.filter(\.isPruned).map(\.number), report.leaderboard.map { "\($0.name) \($0.score.value)" },
          try CheckpointReference(run: run.id, choice: .last).load(from: store).safetensors()
        ))
    }
    // The first one knows of nothing.
    #expect(!answers[0].pruned.isEmpty && !answers[0].pruned.contains(1))
    #expect(answers[0].pruned == answers[1].pruned)
    #expect(answers[0].board == answers[1].board)
    #expect(answers[0].checkpoint == answers[1].checkpoint)
  }

  @Test func `is left out where the rows are few`() throws {
    let data = try ExampleTable.classes(rows: 400, in: folder)
    var request = AutopilotRequest(target: "y")
    (request.models, request.halving) = (["logistic"], true)
    let search = try AutopilotPlan(of: data, request).search(data, seed: 1)
    #expect(search.pruner == .none && search.progressMetric == nil)
    let many = try ExampleTable.classes(rows: 7_500, seed: 2, in: folder)
    #expect(try AutopilotPlan(of: many, request).search(many, seed: 1).pruner == .asha)
    request.halving = false
    #expect(try AutopilotPlan(of: many, request).search(many, seed: 1).pruner == .none)
  }
}
