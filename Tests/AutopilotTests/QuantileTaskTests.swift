import Datasets
import Fitting
import Formats
import Models
import Randomness
import Runs
import Search
import TestSupport
import Testing
import Tracker

@testable import Autopilot

@Suite struct `An autopilot for quantiles` {
  private let folder = TemporaryFolder()
  private let store: Store

  init() throws { store = try .ofAutopilots(in: folder) }

  /// The spread of y grows with x; z says nothing.
  private func spread(rows: Int) throws -> DataFile {
    var generator = CounterGenerator(SeedSequence(4))
    func uniform() -> Double { Double(generator.integer(below: 1 << 20)) / Double(1 << 20) }
    var lines = ["x,z,y"]
    for _ in 0..<rows {
      let x = 4 * uniform()
      lines.append("\(x),\(uniform()),\(x + (0.2 + x) * uniform())")
    }
    return try ExampleTable.file(lines, "spread.csv", in: folder)
  }

  private func plan(
    _ data: DataFile, trials: Int = 4, models: [String]? = ["quantile_regression", "gbdt", "knn"],
    quantiles: [Double]? = [0.9, 0.1, 0.5]
  ) throws -> AutopilotPlan {
    var request = AutopilotRequest(target: "y")
    (request.trials, request.folds, request.models, request.quantiles) = (trials, 3, models, quantiles)
    return try AutopilotPlan(of: data, request)
  }

  private func start(_ plan: AutopilotPlan, _ data: DataFile, experiment: String = "a") throws -> AutopilotRun {
    try AutopilotRun.start(
      AutopilotConfiguration(plan, data: data, seed: 3), seed: 3, experiment: experiment, workers: 1, in: store)
  }

  @Test func `answers with a column for each quantile, judged beside those of all rows`() throws {
    let data = try spread(rows: 500)
    let plan = try plan(data)
    #expect(plan.task == .quantile && plan.quantiles == [0.1, 0.5, 0.9] && plan.metric == "pinball_loss")
    let run = try start(plan, data)
    let report = try #require(try run.complete(shouldStop: { false }))
    #expect(
      report.leaderboard.contains { $0.name == "ensemble" } && !report.leaderboard.contains { $0.name == "stack" })
    #expect(report.leaderboard.allSatisfy { $0.score.low != nil })
    let test = try #require(report.test)
    #expect(test.isBetterThanBaseline && test.baselineName == "the quantiles of all rows")
    // Of the true quantiles it is a quarter of the spread times 0.09, 0.25 and 0.09, halved: about 0.16.
    #expect((0.12...0.22).contains(test.scores[0].answer.value) && test.scores[0].baseline > 0.35)
    let quantiles = try #require(test.quantiles)
    #expect(quantiles.map(\.share) == [0.1, 0.5, 0.9])
    #expect(quantiles.allSatisfy { abs($0.coverage.value - $0.share) < 0.12 && $0.pinballLoss.value < $0.baseline })
    #expect(test.coverage == nil && report.importance.first?.column == "x" && report.contributions.first?.column == "x")
    let record = try store.load(run.id)
    #expect(record.last("final/test/pinball_loss") == test.scores[0].answer.value)

    var predictor = try Predictor(of: run.id, in: store)
    #expect(predictor.columns == ["quantile_0.1_y", "quantile_0.5_y", "quantile_0.9_y"])
    for row in try predictor.predict(data.table) {
      let numbers = row.compactMap { if case .number(let value) = $0 { value } else { nil } }
      #expect(numbers.count == 3 && numbers[0] <= numbers[1] && numbers[1] <= numbers[2])
    }
    #expect(throws: ConfigurationError.self) { try predictor.predictIntervals(coverage: 0.9) }
    #expect(throws: ConfigurationError.self) { try predictor.predictQuantiles([0.2]) }
    let text = report.text()
    #expect(text.contains("its quantiles 0.1, 0.5 and 0.9") && text.contains("rows at it or below"))
    #expect(AutopilotPage(report).html.contains("rows at it or below"))
    #expect(report.commands.contains { $0.contains("--quantiles 0.1,0.5,0.9") })
  }

  @Test func `its winner's plan comes to the same answer, and it is reproduced to the bit`() throws {
    let data = try spread(rows: 200)
    var plan = try plan(data, trials: 3, models: ["quantile_regression", "random_forest", "mlp"])
    plan.preset = .best
    let run = try start(plan, data)
    let report = try #require(try run.complete(shouldStop: { false }))
    let difference = try #require(
      try AutopilotConfiguration.reproduce(
        run.id, changes: [:], in: store, shouldStop: { false }, onProgress: { _, _ in }))
    #expect(difference.first == nil && difference.pointsCompared > 0)
    let artifact = try #require(try store.load(run.id).artifacts.first { $0.name == "winner.yaml" })
    let winner = try AutopilotPlan(
      yaml: String(decoding: try store.artifactBytes(artifact), as: UTF8.self), source: "winner.yaml")
    #expect(winner.quantiles == [0.1, 0.5, 0.9] && winner.task == .quantile)
    let again = try #require(try start(winner, data, experiment: "again").complete(shouldStop: { false }))
    #expect(again.test?.scores == report.test?.scores)
  }

  @Test func `models without quantiles are not tried, and the plan says so`() throws {
    let plan = try plan(spread(rows: 120), models: nil, quantiles: [0.25])
    #expect(!plan.models.contains("ridge") && plan.models.contains("quantile_regression"))
    #expect(plan.notes.contains { $0.contains("ridge and elastic_net predict no quantiles") })
    #expect(plan.text().contains("below which numbers 'y' lies in 25 % of the cases"))
    #expect(throws: (any Error).self) { try self.plan(spread(rows: 120), models: ["ridge"]) }
  }

  @Test(arguments: [
    ([0.0], "between 0 and 1, not 0"), ([0.5, 1], "between 0 and 1, not 1"), ([-0.1], "not -0.1"),
    ([.nan], "between 0 and 1"), ([0.5, 0.1, 0.5], "the quantile 0.5 is named twice"), ([], "name the quantiles"),
  ]) func `what is no quantile is refused in a sentence`(_ shares: [Double], _ sentence: String) throws {
    let data = try spread(rows: 60)
    #expect {
      try plan(data, quantiles: shares)
    } throws: {
      "\($0)".contains(sentence)
    }
  }

  @Test func `quantiles of words, and of another task, are refused`() throws {
    let words = try ExampleTable.classes(rows: 60, in: folder)
    #expect {
      try plan(words)
    } throws: {
      "\($0)".contains("quantiles are of numbers, and 'y' holds none")
    }
    #expect(throws: (any Error).self) {
      try FitConfiguration(data: words, target: "y", model: "gbdt", quantiles: [0.5])
    }
    var request = AutopilotRequest(target: "y")
    (request.task, request.quantiles) = (.regression, [0.5])
    #expect(throws: ConfigurationError.self) { try AutopilotPlan(of: spread(rows: 60), request) }
    #expect(throws: ConfigurationError.self) { try QuantileShares.parsed("0.1,many") }
    let text = try plan(spread(rows: 60)).yaml()
    #expect(throws: AutopilotError.self) {
      try AutopilotPlan(
        yaml: text.replacing("- 5e-1", with: "- 1.5").replacing("- 0.5", with: "- 1.5"), source: "plan.yaml")
    }
  }
}
