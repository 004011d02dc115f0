import Validation

@testable import Autopilot

extension AutopilotPlan {
  static func sample(_ target: String, metric: String, classes: Bool) -> AutopilotPlan {
    AutopilotPlan(
      target: target, task: classes ? .classification : .regression, metric: metric, test: 0.2, folds: 5, rows: nil,
      time: nil, group: nil,
      leftOut: [
        LeftOut(column: "customer_id", reason: "names of rows"),
        LeftOut(column: "closed_on", reason: "it gives the target away: present only where the customer has left"),
      ], models: ["gbdt", "random_forest", "linear", "naive_bayes"], preset: .balanced, refit: false, trials: 40,
      seconds: 60,
      cost: nil, positive: nil, maximumPredictMilliseconds: nil, fairness: nil,
      notes: ["12 % of 'income' are missing.", "'plan' has 3 spellings of one word: 'Basic', 'basic', 'BASIC'."])
  }
}

extension AutopilotReport {
  private static func entry(
    _ name: String, _ model: String, _ score: Double, _ behind: Double?, best: Bool, weight: Double,
    seconds: Double = 1.25
  ) -> Entry {
    Entry(
      name: name, run: name == "ensemble" ? nil : name.replacing(" ", with: "-"), model: model, settings: [:],
      score: Estimate(score, low: score - (score > 1 ? 1_200 : 0.012), high: score + (score > 1 ? 1_200 : 0.012)),
      behind: behind.map { Estimate($0, low: $0 - (score > 1 ? 900 : 0.006), high: $0 + (score > 1 ? 900 : 0.006)) },
      isAmongBest: best, fitSeconds: seconds,
      predictMilliseconds: 0.0123, weight: weight)
  }

  private static func sample(_ plan: AutopilotPlan, classes: [String], board: [Entry], test: Test) -> AutopilotReport {
    AutopilotReport(
      data: "customers.csv", rows: 7_043, columns: 20, classes: classes, plan: plan, judgedRows: 5_634,
      finishedTrials: 38, failedTrials: 2,
      failures: [.init(run: "4kz1m0p8", reason: "it took longer than the time limit of a trial, 9.6 s")], seconds: 61.3,
      endedBecause: "its 60 seconds were over", leaderboard: board,
      answer: board[0].name, answerBecause: "several models together are better than the best one, by the folds.",
      isRefitted: false, simplest: board.last { $0.isAmongBest }!.name, test: test, importance: [], contributions: [],
      segments: [],
      worstRows: [],
      groups: [],
      curve: [], doubtfulLabels: 0,
      commands: [
        "rlrun fit customers.csv --target churn --model gbdt --folds 5",
        "rlrun predict churn/gbdt-7 new.csv > predictions.csv",
      ])
  }

  /// Two classes, with all that there can be to say.
  static var binary: AutopilotReport {
    var plan = AutopilotPlan.sample("churn", metric: "roc_auc", classes: true)
    plan.fairness = "gender"
    var report = sample(
      plan, classes: ["No", "Yes"],
      board: [
        entry("ensemble", "3 models", 0.851, nil, best: true, weight: 0),
        entry("gbdt 7", "gbdt", 0.849, 0.002, best: true, weight: 0.5),
        entry("linear 2", "linear", 0.847, 0.004, best: true, weight: 0.3, seconds: 0.04),
        entry("random_forest 4", "random_forest", 0.832, 0.019, best: false, weight: 0.2),
        entry("naive_bayes 1", "naive_bayes", 0.801, 0.05, best: false, weight: 0),
      ],
      test: Test(
        rows: 1_409,
        scores: [
          .init(name: "roc_auc", answer: .init(0.846, low: 0.824, high: 0.867), baseline: 0.5),
          .init(name: "accuracy", answer: .init(0.806, low: 0.786, high: 0.826), baseline: 0.735),
          .init(name: "log_loss", answer: .init(0.4133, low: 0.391, high: 0.436), baseline: 0.578),
        ], baselineName: "the shares of the classes", improvement: .init(0.165, low: 0.141, high: 0.187),
        isBetterThanBaseline: true, coverage: .init(0.903, low: 0.887, high: 0.918), coverageAsked: 0.9,
        intervalWidth: 1.31,
        reliability: [
          .init(rows: 512, predicted: 0.04, observed: 0.03), .init(rows: 240, predicted: 0.15, observed: 0.16),
          .init(rows: 180, predicted: 0.25, observed: 0.27), .init(rows: 150, predicted: 0.35, observed: 0.34),
          .init(rows: 110, predicted: 0.45, observed: 0.44), .init(rows: 90, predicted: 0.55, observed: 0.51),
          .init(rows: 70, predicted: 0.65, observed: 0.66), .init(rows: 57, predicted: 0.76, observed: 0.72),
        ], confusion: [[934, 102], [171, 202]]))
    report.importance = [
      .init(column: "tenure", loss: .init(0.081, low: 0.074, high: 0.088)),
      .init(column: "contract", loss: .init(0.062, low: 0.054, high: 0.07)),
      .init(column: "monthly_charges", loss: .init(0.021, low: 0.015, high: 0.027)),
      .init(column: "internet_service", loss: .init(0.012, low: 0.008, high: 0.016)),
      .init(column: "phone", loss: .init(-0.0004, low: -0.001, high: 0.0002)),
      .init(column: "gender", loss: .init(0, low: -0.0008, high: 0.0008)),
    ]
    report.segments = [
      .init(
        condition: "contract = 'Month-to-month'", rows: 774, loss: .init(0.58, low: 0.54, high: 0.62), overall: 0.4133),
      .init(condition: "tenure ≤ 9", rows: 355, loss: .init(0.61, low: 0.55, high: 0.67), overall: 0.4133),
    ]
    report.worstRows = [
      .init(row: 4_512, truth: "Yes", prediction: "No (98.6 %)", loss: 4.27),
      .init(row: 211, truth: "Yes", prediction: "No (98.1 %)", loss: 3.96),
    ]
    report.groups = [
      .init(value: "Male", rows: 714, score: .init(0.85, low: 0.82, high: 0.88), predicted: 0.21, observed: 0.262),
      .init(value: "Female", rows: 695, score: .init(0.842, low: 0.81, high: 0.873), predicted: 0.222, observed: 0.269),
    ]
    report.curve = [
      .init(rows: 500, score: .init(0.811, low: 0.797, high: 0.825)),
      .init(rows: 1_000, score: .init(0.829, low: 0.818, high: 0.84)),
      .init(rows: 2_000, score: .init(0.842, low: 0.833, high: 0.851)),
      .init(rows: 4_507, score: .init(0.849, low: 0.842, high: 0.856)),
    ]
    report.doubtfulLabels = 213
    report.leaderboard[1].settings = ["learning_rate": "0.04", "num_leaves": "15"]
    return report
  }

  static var multiclass: AutopilotReport {
    var report = sample(
      .sample("species", metric: "log_loss", classes: true), classes: ["adelie", "chinstrap", "gentoo"],
      board: [
        entry("gbdt 3", "gbdt", 0.112, nil, best: true, weight: 0),
        entry("knn 1", "knn", 0.31, 0.198, best: false, weight: 0),
      ],
      test: Test(
        rows: 69,
        scores: [
          .init(name: "log_loss", answer: .init(0.101, low: 0.04, high: 0.18), baseline: 1.05),
          .init(name: "accuracy", answer: .init(0.971, low: 0.928, high: 1), baseline: 0.44),
        ], baselineName: "the shares of the classes", improvement: .init(0.949, low: 0.86, high: 1.01),
        isBetterThanBaseline: true, coverage: .init(0.78, low: 0.68, high: 0.87), coverageAsked: 0.9,
        intervalWidth: 0.9,
        reliability: [
          .init(rows: 120, predicted: 0.02, observed: 0.01), .init(rows: 87, predicted: 0.97, observed: 0.75),
        ],
        confusion: [[29, 1, 0], [1, 13, 0], [0, 0, 25]]))
    report.answerBecause = "no ensemble was better than it by the folds."
    report.endedBecause = nil
    return report
  }

  static var regression: AutopilotReport {
    var report = sample(
      .sample("price", metric: "rmse", classes: false), classes: [],
      board: [
        entry("gbdt 9", "gbdt", 23_611, nil, best: true, weight: 0),
        entry("linear 1", "linear", 29_004, 5_393, best: false, weight: 0),
      ],
      test: Test(
        rows: 586,
        scores: [
          .init(name: "rmse", answer: .init(24_102, low: 21_870, high: 26_544), baseline: 79_887),
          .init(name: "r2", answer: .init(0.909, low: 0.88, high: 0.93), baseline: 0),
        ], baselineName: "the mean", improvement: .init(5.8e9, low: 4.9e9, high: 6.7e9), isBetterThanBaseline: true,
        coverage: .init(0.894, low: 0.868, high: 0.919), coverageAsked: 0.9, intervalWidth: 61_200, reliability: [],
        confusion: []))
    report.curve = [
      .init(rows: 250, score: .init(41_000, low: 39_000, high: 43_000)),
      .init(rows: 500, score: .init(33_000, low: 31_500, high: 34_500)),
      .init(rows: 1_000, score: .init(27_500, low: 26_500, high: 28_500)),
      .init(rows: 1_875, score: .init(23_600, low: 22_800, high: 24_400)),
    ]
    report.importance = [
      .init(column: "living_area", loss: .init(18_000, low: 17_000, high: 19_000)),
      .init(column: "quality", loss: .init(15_000, low: 14_100, high: 15_900)),
    ]
    report.worstRows = [.init(row: 1_499, truth: "160,000", prediction: "412,300", loss: 6.37e10)]
    return report
  }

  /// No better than the baseline.
  static var nothingLearned: AutopilotReport {
    var report = sample(
      .sample("wins", metric: "roc_auc", classes: true), classes: ["no", "yes"],
      board: [
        entry("linear 1", "linear", 0.512, nil, best: true, weight: 0),
        entry("gbdt 1", "gbdt", 0.508, 0.004, best: true, weight: 0),
      ],
      test: Test(
        rows: 160,
        scores: [.init(name: "roc_auc", answer: .init(0.489, low: 0.4, high: 0.577), baseline: 0.5)],
        baselineName: "the shares of the classes", improvement: .init(-0.004, low: -0.02, high: 0.011),
        isBetterThanBaseline: false, coverage: nil, coverageAsked: 0.9, intervalWidth: nil, reliability: [],
        confusion: []))
    (report.rows, report.judgedRows) = (800, 640)
    report.answerBecause = "it is the simplest of those that the folds do not tell from the best."
    return report
  }
}
