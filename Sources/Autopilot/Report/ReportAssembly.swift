import BLASBridge
import Datasets
import Fitting
import Formats
import Foundation
import Learning
import Models
import Randomness
import Search
import Settings
import Telemetry
import Tracker
import Validation

/// Makes a report of a leaderboard and the model that was chosen.
struct ReportAssembly {
  let report: AutopilotReport
  let metrics: [(metric: Metric, value: Double)]

  /// What intervals of predictions are asked to hold, in the report.
  static let coverage = 0.9
  /// Columns whose segments are looked at.
  private static let segmentedColumns = 300
  /// Trials without a score that are named.
  private static let shownFailures = 10

  init(
    _ plan: AutopilotPlan, _ fit: FitConfiguration, _ data: DataFile, _ judged: JudgedRows, _ board: Leaderboard,
    _ choice: Choice, _ search: SearchOverview, checkpoint: Checkpoint, isRefitted: Bool, seed: UInt64, began: Double
  ) throws {
    let metric = try JudgingMetric(of: plan)
    let table = data.table
    var predictor = try Predictor(checkpoint: checkpoint)
    let ranked = board.ranked
    let weights = Dictionary(
      choice.answer.combination.map { ($0.run, $0.weight) }, uniquingKeysWith: { first, _ in first })
    let entries = ranked.map { candidate -> AutopilotReport.Entry in
      let behind = candidate.name == ranked[0].name ? nil : board.difference(candidate, behind: ranked[0])
      return AutopilotReport.Entry(
        name: candidate.name, run: candidate.run.isEmpty ? nil : candidate.run, model: candidate.model,
        settings: candidate.settings.mapValues { "\($0)" }, score: board.estimate(candidate), behind: behind,
        isAmongBest: behind.map { ($0.low ?? 0) <= 0 } ?? true, fitSeconds: candidate.fitSeconds,
        predictMilliseconds: candidate.predictMilliseconds,
        weight: weights[candidate.run] ?? 0)
    }
    let deadline = plan.seconds.map { began + 0.97 * $0 } ?? .infinity
    let aside = try DataFile.naming(data) { () throws(DatasetError) in try fit.parts(of: table).setAside }
    let test = aside.isEmpty ? nil : try TestPart(plan, table, aside, predictor)
    let areAbsolute = metric.name == "mae"
    let lossesInFolds = judged.truth.losses(choice.answer.predictions, areAbsolute: areAbsolute)
    let plain = Baseline(judged, plan, rows: judged.rows.count)
    let inFolds = RowEstimate(seed: seed, resamples: 400).improvement(
      of: board.lossesByOthersChoice(areAbsolute: areAbsolute),
      over: judged.truth.losses(plain.predictions, areAbsolute: areAbsolute))
    // Without a part that is set aside the folds' own predictions tell where it fails.
    let losses = test.map { $0.losses($0.predictions) } ?? lossesInFolds
    let places = test?.rows ?? judged.rows
    let features = table.names.filter { name in
      name != plan.target && name != plan.group && !plan.leftOut.contains { $0.column == name }
    }
    let ignored = Set(table.names).subtracting(features)
    var values: [(metric: Metric, value: Double)] = []
    var part: AutopilotReport.Test?
    if let test {
      part = try Self.judge(test, plan, judged, &predictor, seed: seed)
      for score in part!.scores { values.append((Metric("final/test/\(score.name)"), score.answer.value)) }
      values.append(("final/test/rows", Double(test.rows.count)))
    }
    let answer = board.estimate(choice.answer)
    values.append((Metric("final/validation/\(plan.metric)"), answer.value))
    let failures = search.state.trials.compactMap(\.failure)
    let finished = search.state.trials.count { $0.score != nil }
    report = AutopilotReport(
      data: data.name, rows: table.rowCount, columns: table.names.count, classes: judged.classes, plan: plan,
      judgedRows: judged.rows.count, finishedTrials: finished, failedTrials: failures.count,
      failures: failures.prefix(Self.shownFailures).map {
        .init(run: $0.id, reason: $0.message ?? "no reason is recorded")
      },
      seconds: MonotonicClock.seconds - began,
      endedBecause: search.state.endedTrials < search.configuration.trials
        ? search.state.reasonToStop ?? "the time was used up" : nil,
      leaderboard: entries, answer: choice.answer.name, answerBecause: choice.because, isRefitted: isRefitted,
      simplest: choice.simplest.name,
      test: part, improvementInFolds: inFolds,
      importance: try test.map { try Importance($0, predictor, features, seed: seed, deadline: deadline).columns }
        ?? [],
      contributions: try test.map { test in
        try ContributionSizes.all(
          predictor, seen: table.rows(judged.rows), explained: table.rows(test.rows), seed: seed, deadline: deadline)
      } ?? [],
      segments: Segments(
        of: table, rows: places, losses: losses, excluding: ignored.union(features.dropFirst(Self.segmentedColumns)),
        seed: seed
      ).worst,
      worstRows: test.map { test in
        // Of classes it is wrong about a row, or it is not.
        let wrong = losses.indices.map { place in
          judged.classes.isEmpty || test.truth(at: place) != test.prediction(at: place) ? losses[place] : .nan
        }
        return AutopilotReport.Row.worst(
          rows: test.rows, losses: wrong, truth: { test.truth(at: $0) }, prediction: { test.prediction(at: $0) })
      } ?? [],
      groups: try test.map { try Self.groups($0, plan) } ?? [],
      curve: [], doubtfulLabels: judged.doubtfulLabels(choice.answer.predictions),
      commands: AutopilotReport.commands(plan, data, choice.answer, run: search.record.id, refit: isRefitted))
    metrics = values
  }

  /// The one look at the rows that were set aside.
  private static func judge(
    _ test: TestPart, _ plan: AutopilotPlan, _ judged: JudgedRows, _ predictor: inout Predictor, seed: UInt64
  ) throws -> AutopilotReport.Test {
    let rows = test.rows.count
    let baseline = Baseline(judged, plan, rows: rows)
    let names = [plan.metric] + JudgingMetric.all(of: plan.task).filter { $0 != plan.metric }
    let plain = test.scores(baseline.predictions)
    let estimate = RowEstimate(seed: seed, resamples: rows > 4_000 ? 200 : 1_000)
    let metrics = try names.map { try JudgingMetric($0, plan.task) }
    // Each resample is scored once by all measures.
    let estimates = estimate.scores(rows: rows) { places in
      let drawn = test.scores(test.predictions, places)
      return metrics.map { $0.value(drawn) }
    }
    let scores = zip(metrics, estimates).compactMap { metric, value in
      value.map { AutopilotReport.Test.Score(name: metric.name, answer: $0, baseline: metric.value(plain) ?? .nan) }
    }
    let quantiles = plan.quantiles.map { Self.quantiles($0, test, plain: plain, estimate) }
    let improvement =
      RowEstimate(seed: seed).improvement(of: test.losses(test.predictions), over: test.losses(baseline.predictions))
      ?? .init(0)
    let (coverage, width) = try covered(test, &predictor)
    var confusion: [[Int]] = []
    var reliability: [AutopilotReport.ReliabilityBin] = []
    if case .classes(let labels, let count) = test.truth {
      if count <= 20 {
        let matrix = ConfusionMatrix(truth: labels, predicted: test.predictions.argmax(), classes: count)
        confusion = (0..<count).map { truth in (0..<count).map { matrix[truth, $0] } }
      }
      let judgedClasses = count == 2 ? [1] : Array(0..<count)
      reliability = AutopilotReport.ReliabilityBin.tenths(
        judgedClasses.flatMap { label in (0..<rows).map { Double(test.predictions[$0, label]) } },
        happened: judgedClasses.flatMap { label in labels.map { $0 == label } })
    }
    return AutopilotReport.Test(
      rows: rows, scores: scores, baselineName: baseline.name, improvement: improvement,
      isBetterThanBaseline: (improvement.low ?? 0) > 0, coverage: coverage, coverageAsked: Self.coverage,
      intervalWidth: width, quantiles: quantiles, reliability: reliability, confusion: confusion)
  }

  /// How many rows lie below each quantile, and what it costs.
  private static func quantiles(
    _ shares: [Double], _ test: TestPart, plain: FitScores, _ estimate: RowEstimate
  ) -> [AutopilotReport.Test.Quantile] {
    let names = shares.flatMap { [FitScores.coverage(of: $0), FitScores.pinball(of: $0)] }
    let estimates = estimate.scores(rows: test.rows.count) { places in
      let drawn = test.scores(test.predictions, places)
      return names.map { drawn[$0] }
    }
    return shares.enumerated().map { index, share in
      .init(
        share: share, coverage: estimates[2 * index] ?? .init(.nan),
        pinballLoss: estimates[2 * index + 1] ?? .init(.nan),
        baseline: plain[FitScores.pinball(of: share)] ?? .nan)
    }
  }

  /// How many intervals hold the truth, and how wide they are; nil where there are too few rows to take them from.
  private static func covered(
    _ test: TestPart, _ predictor: inout Predictor
  ) throws -> (Estimate?, Double?) {
    do {
      try predictor.predictIntervals(coverage: Self.coverage)
    } catch {
      return (nil, nil)
    }
    let (holds, widths) = predictor.intervals(test.predictions, truth: test.truth)
    let share = RowEstimate().mean(of: holds.map { $0 ? 1 : 0 })
    return (share, widths.isEmpty ? nil : mean(widths))
  }

  private static func groups(_ test: TestPart, _ plan: AutopilotPlan) throws -> [AutopilotReport.Group] {
    guard let name = plan.fairness else { return [] }
    let column = try test.table.column(name)
    let (predicted, observed): ([Double], [Double])
    switch test.truth {
    case .classes(let labels, let count):
      let positive = plan.positive.flatMap { test.classes.firstIndex(of: $0) } ?? min(1, count - 1)
      predicted = test.predictions.argmax().map { $0 == positive ? 1 : 0 }
      observed = labels.map { $0 == positive ? 1 : 0 }
    case .numbers(let values):
      (predicted, observed) = (test.predictions.elements.map(Double.init), values.elements.map(Double.init))
    case .quantiles(let shares, let values):
      let middle = shares.middle
      predicted = (0..<test.rows.count).map { Double(test.predictions[$0, middle]) }
      observed = values.elements.map(Double.init)
    }
    return GroupScores.of(
      column, rows: test.rows, predicted: predicted, observed: observed, estimate: RowEstimate(resamples: 200)
    ) { test.score(test.predictions, $0) }
  }
}
