import Testing

@testable import Autopilot

struct NextStepsTests {
  private func actions(_ report: AutopilotReport) -> [String] { NextSteps(report).steps.map(\.action) }

  @Test func `doubtful labels, segments, the simplest model and the end of the time are named`() {
    #expect(
      actions(.binary) == [
        "Look at the first of 213 rows whose 'churn' contradicts the other columns; correct those that are wrong, and run this "
          + "again.",
        "Collect more rows: they still help.",
        "Have predictions checked by somebody, or collect more rows, where contract = 'Month-to-month' (774 rows) or "
          + "tenure ≤ 9 (355 rows).",
        "Take linear 2 where the model has to be explained.",
        "Use it on new rows, and compare its predictions with what happened after a while.",
      ])
    #expect(
      NextSteps(.binary).steps[2].reason
        == "There the mean loss of a row is 1.4 to 1.5 times that of all rows, by more than chance does.")
  }

  @Test func `where nothing was learnt the step is other columns and more rows, not to use it`() {
    #expect(actions(.nothingLearned) == ["Add columns that have to do with 'wins'.", "Collect more rows."])
  }

  @Test func `without rows that were set aside the folds are what says so`() {
    var report = AutopilotReport.nothingLearned
    #expect(NextSteps(report).steps[0].reason.hasPrefix("On 160 rows that were set aside the answer was not"))
    (report.test, report.improvementInFolds) = (nil, .init(0, low: -0.1, high: 0.1))
    #expect(NextSteps(report).steps[0].reason.hasPrefix("In the folds the answer was not reliably better"))
  }

  @Test func `a simple model is fast where it takes less than half of the time, and several together are never simple`()
  {
    var report = AutopilotReport.binary
    let place = report.leaderboard.firstIndex { $0.name == "linear 2" }!
    report.leaderboard[place].predictMilliseconds = 0.0021
    let step = NextSteps(report).steps.first { $0.action.hasPrefix("Take linear 2") }
    #expect(step?.action == "Take linear 2 where the model has to be explained, or to be fast.")
    #expect(step?.reason.hasSuffix("; a row takes it 0.002 ms instead of 0.012 ms.") == true)
    report.simplest = "ensemble"
    report.answer = "gbdt 7"
    #expect(!actions(report).contains { $0.hasPrefix("Take ") })
    #expect(report.leaderboardRows[1][1] == "ensemble")
  }

  @Test func `a trial that failed is named with its reason`() {
    var report = AutopilotReport.binary
    (report.finishedTrials, report.failedTrials) = (3, 1)
    let step = NextSteps(report).steps.first { $0.action == "Look at why 1 of 4 trials failed." }
    #expect(
      step?.reason
        == "What they would have found is unknown. The first: it took longer than the time limit of a trial, 9.6 s "
        + "('rlrun show 4kz1m0p8').")
  }

  @Test func `a nearly perfect answer by one column alone is suspicious`() {
    var report = AutopilotReport.binary
    report.test?.scores[0].answer.value = 0.999
    report.importance = [
      .init(column: "closed", loss: .init(0.45)), .init(column: "tenure", loss: .init(0.01)),
      .init(column: "phone", loss: .init(-0.2)),
    ]
    #expect(
      actions(report)[0] == "Check whether 'closed' is known when a prediction is needed, and leave it out if not.")
    #expect(AutopilotAnswer(report).sentences[2].contains("nearly perfect by 'closed' alone"))
    report.test?.scores[0].baseline = 0.95
    #expect(!actions(report)[0].contains("closed"))
    report.test?.scores[0].baseline = 0.5
    report.importance[1].loss.value = 0.3
    #expect(!actions(report)[0].contains("closed"))
  }

  @Test func `groups that differ, wrong coverage and probabilities are named`() {
    var report = AutopilotReport.multiclass
    report.plan.fairness = "island"
    report.groups = [
      .init(value: "Biscoe", rows: 40, score: .init(0.02, low: 0.01, high: 0.03), predicted: 0.5, observed: 0.5),
      .init(value: "Dream", rows: 29, score: .init(0.4, low: 0.2, high: 0.6), predicted: 0.5, observed: 0.5),
    ]
    let steps = NextSteps(report).steps
    #expect(steps.contains { $0.action == "Decide whether it may treat 'island' = 'Dream' worse." })
    #expect(steps.contains { $0.action.hasSuffix("--calibrate isotonic.") })
    #expect(steps.contains { $0.reason.hasPrefix("They hold the truth for 78 % of the rows, where 90 %") })
    #expect(steps.contains { $0.action == "Judge it by more rows, with 'rlrun evaluate', before much depends on it." })
  }

  @Test func `groups differ where chance does not explain it for as many groups`() {
    func group(_ name: String, _ score: Double) -> AutopilotReport.Group {
      .init(
        value: name, rows: 100, score: .init(score, low: score - 0.0196, high: score + 0.0196), predicted: 0,
        observed: 0)
    }
    // The difference of two has a standard error of 0.01414: 1.96 of them are 0.0277, of 15 pairs 2.94 of them 0.0415.
    #expect(GroupGap([group("a", 0.8), group("b", 0.829)], .maximize)?.worst.value == "a")
    #expect(GroupGap([group("a", 0.8), group("b", 0.829)], .minimize)?.worst.value == "b")
    #expect(GroupGap([group("a", 0.8), group("b", 0.827)], .maximize) == nil)
    let others = (0..<4).map { group("\($0)", 0.81) }
    #expect(GroupGap([group("a", 0.8), group("b", 0.84)] + others, .maximize) == nil)
    #expect(GroupGap([group("a", 0.8), group("b", 0.843)] + others, .maximize)?.best.value == "b")
    #expect(GroupGap([group("a", 0.8)], .maximize) == nil)
  }

  @Test func `without rows set aside, with failed trials and columns without use there are steps for each`() {
    var report = AutopilotReport.regression
    report.test = nil
    (report.finishedTrials, report.failedTrials, report.endedBecause) = (8, 4, "its 60 seconds were over")
    report.importance += ["a", "b", "c"].map { .init(column: $0, loss: .init(-0.1, low: -0.3, high: 0.1)) }
    let own = actions(report)
    #expect(own.contains("Set rows aside with --test 0.2 before you rely on the score."))
    #expect(own.contains("Look at why 4 of 12 trials failed."))
    #expect(own.contains("Give it more time, with --time, if a better answer is worth it."))
    #expect(own.contains("Consider to leave out columns that cost something to collect: 'a', 'b', 'c'."))
  }
}
