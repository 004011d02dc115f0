import Datasets
import Fitting
import Search
import Settings
import Tracker
import Tuning
import Validation

/// How good the best candidate is when it is fitted to fewer rows, which says whether more would help: a search of its own, whose
/// trials differ in their rows and in nothing else.
extension AutopilotPlan {
  /// Of the rows that candidates see.
  private static let shares = [0.125, 0.25, 0.5]
  private static let fewestRows = 60

  /// nil where the rows are too few to leave some out. `seen`: as many as the candidates saw.
  func curve(
    of best: Leaderboard.Candidate, seen: Int, _ data: DataFile, seed: UInt64
  ) throws -> SearchConfiguration? {
    let sizes = Self.shares.map { Int(Double(seen) * $0) }.filter { $0 >= max(Self.fewestRows, 4 * folds) }
    guard !sizes.isEmpty,
      let candidate = try Candidate.all(of: self, areCounts: true).first(where: { $0.name == best.candidate })
    else { return nil }
    let metric = try JudgingMetric(of: self)
    let whole = try fit(candidate, to: data, seed: seed).changing(candidate.base.merging(best.settings) { $1 })
    let alternatives = try sizes.map { size in
      var part = whole
      try part.see(mostRows: size, settingAside: whole.setAside)
      return (name: Self.name(of: size), configuration: part)
    }
    let choice = TrialTemplate.alternative
    let names = alternatives.map { HyperparameterValue.text($0.name) }
    var search = try SearchConfiguration(
      among: alternatives, space: SearchSpace([SearchParameter(choice, .choice(names))]), metric: metric.recorded,
      direction: metric.direction)
    (search.portfolio, search.trials, search.sampler) = (names.map { [choice: $0] }, names.count, .random)
    return search
  }

  private static func name(of size: Int) -> String { "\(size) rows" }
}

extension AutopilotReport.CurvePoint {
  /// Of the trials of such a search, and of the candidate with all rows; ascending in their rows. Empty without such a search.
  static func all(
    _ search: SearchOverview?, _ plan: AutopilotPlan, whole: Estimate, rows: Int, seed: UInt64,
    in store: Store
  ) throws -> [AutopilotReport.CurvePoint] {
    guard let search else { return [] }
    let metric = try JudgingMetric(of: plan)
    var points: [AutopilotReport.CurvePoint] = []
    for trial in search.state.trials where trial.score != nil {
      let record = try store.load(trial.runs[0].id)
      let fit = try FitConfiguration(of: record.description).located(in: store)
      let judged = try JudgedRows(fit, seed: seed)
      let scores = judged.foldScores(try judged.predictions(of: record, in: store)).compactMap { metric.value($0) }
      guard !scores.isEmpty else { continue }
      let mean = ResampledMean(scores, testToTraining: judged.testToTraining)
        .clamped(to: ResampledMean.range(of: metric.name))
      points.append(.init(rows: judged.rows.count, score: .init(mean)))
    }
    return points.isEmpty ? [] : (points + [.init(rows: rows, score: whole)]).sorted { $0.rows < $1.rows }
  }
}
