import BLASBridge
import Datasets
import Fitting
import Foundation
import TestSupport
import Testing

@testable import Autopilot

@Suite struct `The choice of a model` {
  private let folder = TemporaryFolder()

  /// A tenth of the rows is 'yes'.
  private func board(
    _ candidates: [(model: String, of: (_ isYes: Bool, _ row: Int) -> Double)]
  ) throws -> (Leaderboard, AutopilotPlan) {
    let lines = ["x,y"] + (0..<300).map { "\($0 * 7 % 31),\($0 % 10 == 3 ? "yes" : "no")" }
    let data = try ExampleTable.file(lines, "rare.csv", in: folder)
    var request = AutopilotRequest(target: "y")
    (request.metric, request.test, request.folds) = ("log_loss", 0, 3)
    let plan = try AutopilotPlan(of: data, request)
    let fit = try FitConfiguration(data: data, target: "y", model: "logistic", folds: 3)
    let judged = try JudgedRows(fit, seed: 1)
    let metric = try JudgingMetric(of: plan)
    let all = candidates.map { candidate -> Leaderboard.Candidate in
      let predictions = Matrix<Float>(rows: judged.rows.count, columns: 2)
      for (place, label) in judged.labels.enumerated() {
        let probability = Float(candidate.of(label == 1, place))
        (predictions[place, 0], predictions[place, 1]) = (1 - probability, probability)
      }
      return Leaderboard.Candidate(
        name: candidate.model, candidate: candidate.model, run: candidate.model, model: candidate.model, settings: [:],
        predictions: predictions, folds: judged.foldScores(predictions).map { metric.value($0) ?? .nan }, fitSeconds: 1,
        predictMilliseconds: 0.1)
    }
    return (Leaderboard(metric, judged, all), plan)
  }

  @Test func `a simple model that the folds do not tell from the best is named`() throws {
    let (board, plan) = try board([
      ("mlp", { isYes, _ in isYes ? 0.9 : 0.02 }),
      ("logistic", { isYes, row in (isYes ? 0.9 : 0.02) + (row % 2 == 0 ? 0.01 : -0.01) }),
    ])
    #expect(Choice(board, plan).answer.name == "mlp")
    #expect(Choice(board, plan).simplest.name == "logistic")
    // Losses end at 0, and so do their intervals.
    for candidate in board.candidates { #expect(board.estimate(candidate).low! >= 0) }
  }

  @Test func `but none that is far behind and only so uncertain that it may be as good`() throws {
    // Right on all rows but four, of which it is as wrong as can be: a wide interval.
    let (board, plan) = try board([
      ("mlp", { isYes, row in isYes ? 0.9 : row % 2 == 0 ? 0.01 : 0.03 }),
      ("naive_bayes", { isYes, row in row / 30 == 4 && isYes ? 1e-12 : isYes ? 0.97 : 0.01 }),
    ])
    let behind = board.difference(board.candidates[1], behind: board.candidates[0])
    #expect(board.candidates[0].name == "mlp" && behind.low! <= 0 && behind.value > 0.03)
    #expect(Choice(board, plan).simplest.name == "mlp")
  }
}
