import BLASBridge
import Datasets
import Fitting
import Formats
import Learning
import Models
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Validation

/// The candidates that came to a score, judged by the same rows, and what they are together.
struct Leaderboard {
  struct Candidate {
    var name: String
    /// Of `candidates.yaml`.
    var candidate: String
    var run: String
    var model: String
    var settings: [String: HyperparameterValue]
    var predictions: Matrix<Float>
    /// By the metric, of each fold; NaN where it is not defined.
    var folds: [Double]
    var fitSeconds: Double
    var predictMilliseconds: Double
    /// In the ensemble.
    var weight = 0.0

    var score: Double { let known = folds.filter { !$0.isNaN }; return known.isEmpty ? .nan : mean(known) }
  }

  let metric: JudgingMetric
  let judged: JudgedRows
  /// The best first.
  private(set) var candidates: [Candidate]
  /// nil where one candidate is all there is, or the best one alone is best.
  private(set) var ensemble: Candidate?

  /// More than this are not kept in memory, and none beyond has had a place in an ensemble.
  private static let most = 60

  /// Of a search's trials. Throws where none came to a score, or the data have changed.
  init(_ configuration: AutopilotConfiguration, _ search: SearchOverview, seed: UInt64, in store: Store) throws {
    let judged = try JudgedRows(configuration.fit(in: store), seed: seed)
    try self.init(search.state, configuration.plan, judged, in: store)
  }

  private init(_ state: SearchState, _ plan: AutopilotPlan, _ judged: JudgedRows, in store: Store) throws {
    let metric = try JudgingMetric(of: plan)
    (self.metric, self.judged) = (metric, judged)
    let direction = metric.direction
    var trials = state.trials.filter { $0.score?.isFinite == true }
    trials.sort { a, b in
      a.score! == b.score! ? a.number < b.number : direction.prefers(a.score!, to: b.score!)
    }
    guard !trials.isEmpty else {
      let reason = state.trials.lazy.compactMap { $0.failure?.message }.first
      throw AutopilotError(
        "no candidate came to a score" + (reason.map { ": \($0)" } ?? " in the time there was: allow more with --time"),
        status: .failedWork)
    }
    let found = try trials.prefix(Self.most).map { trial in
      let record = try store.load(trial.runs[0].id)
      let predictions = try judged.predictions(of: record, in: store)
      return Candidate(
        name: "\(record.description.subject) \(trial.number)", candidate: Self.candidate(of: trial), run: record.id,
        model: record.description.subject,
        settings: Self.settings(of: trial), predictions: predictions,
        folds: judged.foldScores(predictions).map { metric.value($0) ?? .nan },
        fitSeconds: trial.runs[0].seconds, predictMilliseconds: 0)
    }
    let better = { (a: Candidate, b: Candidate) in
      a.score == b.score ? a.name < b.name : direction.prefers(a.score, to: b.score)
    }
    candidates = found.sorted(by: better)
  }

  private static func candidate(of trial: TrialState) -> String {
    if case .text(let name)? = trial.values[TrialTemplate.alternative] { name } else { "" }
  }

  private static func settings(of trial: TrialState) -> [String: HyperparameterValue] {
    let name = candidate(of: trial)
    var settings: [String: HyperparameterValue] = [:]
    for (key, value) in trial.values where key != TrialTemplate.alternative {
      settings[String(key.dropFirst(name.count + 1))] = value
    }
    return settings
  }

  /// Models that predict together, chosen for the judged rows.
  mutating func combine() {
    guard candidates.count > 1 else { return }
    let selection = GreedySelection(candidates.map(\.predictions), loss)
    for index in candidates.indices { candidates[index].weight = selection.weights[index] }
    let members = candidates.indices.filter { selection.weights[$0] > 0 }
    guard members.count > 1 else { return }
    let predictions = candidates.map(\.predictions).combined(selection.weights)
    ensemble = Candidate(
      name: "ensemble", candidate: "", run: "", model: "ensemble", settings: [:], predictions: predictions,
      folds: judged.foldScores(predictions).map { metric.value($0) ?? .nan },
      fitSeconds: members.reduce(0) { $0 + candidates[$1].fitSeconds },
      predictMilliseconds: members.reduce(0) { $0 + candidates[$1].predictMilliseconds }, weight: 1)
  }

  private var loss: GreedySelection.Loss {
    if !judged.classes.isEmpty { return .logarithmic(labels: judged.labels) }
    return metric.name == "mae" ? .absolute(truth: judged.numbers) : .squared(truth: judged.numbers)
  }

  /// Of the best `count`, how long they take to predict a row.
  mutating func measure(_ count: Int, predictMilliseconds: (Candidate) throws -> Double) rethrows {
    for index in candidates.indices.prefix(count) {
      candidates[index].predictMilliseconds = try predictMilliseconds(candidates[index])
    }
  }

  // MARK: Intervals

  /// The mean over the folds, with its interval.
  func estimate(_ candidate: Candidate) -> AutopilotReport.Estimate {
    let known = candidate.folds.filter { !$0.isNaN }
    return known.isEmpty ? .init(.nan) : .init(ResampledMean(known, testToTraining: judged.testToTraining))
  }

  /// How much worse a candidate is than another, fold by fold; above 0 is worse.
  func difference(_ candidate: Candidate, behind other: Candidate) -> AutopilotReport.Estimate {
    let sign = metric.isMinimized ? 1.0 : -1
    let differences = zip(candidate.folds, other.folds).map { sign * ($0 - $1) }.filter { !$0.isNaN }
    return differences.isEmpty
      ? .init(.nan) : .init(ResampledMean(differences, testToTraining: judged.testToTraining))
  }

  /// All of them, the ensemble among them, the best first.
  var ranked: [Candidate] {
    let direction = metric.direction
    return ((ensemble.map { [$0] } ?? []) + candidates).enumerated().sorted { a, b in
      a.element.score == b.element.score
        ? a.offset < b.offset : direction.prefers(a.element.score, to: b.element.score)
    }.map(\.element)
  }
}
