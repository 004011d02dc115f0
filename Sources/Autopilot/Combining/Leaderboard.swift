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
  /// A candidate's part in several that predict together.
  struct Member {
    var run: String
    var weight: Double
  }

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
    /// What it consists of; empty for a candidate that is one fit.
    var members: [Member] = []
    var pooling = Pooling.mean

    /// The runs that predict, and their weights.
    var combination: [Member] { members.isEmpty ? [Member(run: run, weight: 1)] : members }
    var score: Double { let known = folds.filter { !$0.isNaN }; return known.isEmpty ? .nan : mean(known) }
  }

  let metric: JudgingMetric
  let judged: JudgedRows
  /// The best first.
  private(set) var candidates: [Candidate]
  /// Several of them together, from what combines them simply to what does not; empty where one candidate is all there is.
  private(set) var combined: [Candidate] = []

  /// More than this are not kept in memory, and none beyond has had a place in an ensemble.
  private static let most = 60

  /// Of a search's trials. Throws where none came to a score, or the data have changed.
  init(_ configuration: AutopilotConfiguration, _ search: SearchOverview, seed: UInt64, in store: Store) throws {
    let judged = try JudgedRows(configuration.fit(in: store), seed: seed)
    try self.init(search.state, configuration.plan, judged, in: store)
  }

  private init(_ state: SearchState, _ plan: AutopilotPlan, _ judged: JudgedRows, in store: Store) throws {
    let metric = try JudgingMetric(of: plan)
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
    self.init(metric, judged, found)
  }

  init(_ metric: JudgingMetric, _ judged: JudgedRows, _ candidates: [Candidate]) {
    (self.metric, self.judged) = (metric, judged)
    let better = { (a: Candidate, b: Candidate) in
      a.score == b.score ? a.name < b.name : metric.direction.prefers(a.score, to: b.score)
    }
    self.candidates = candidates.sorted(by: better)
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

  /// Models that predict together: their mean, and a sum with weights that are fitted.
  mutating func combine() {
    guard candidates.count > 1 else { return }
    let selection = GreedySelection(candidates.map(\.predictions), loss)
    let chosen = candidates.indices.filter { selection.weights[$0] > 0 }
    if chosen.count > 1 {
      let weights = chosen.map { selection.weights[$0] }
      let predictions = chosen.map { candidates[$0].predictions }.pooled(.mean, weights, areClasses: false)
      combined.append(together("ensemble", chosen, weights, .mean, predictions))
    }
    // Beside the chosen ones the best: with a weight below 0 a model takes away what it has in common with others.
    let members = Set(chosen).union(candidates.indices.prefix(Self.stacked)).sorted().prefix(Self.mostStacked)
    let start = members.map { selection.weights[$0] }
    let whole = start.reduce(0, +)
    if whole > 0 { stack(Array(members), start: start.map { $0 / whole }) }
  }

  private static let (stacked, mostStacked) = (5, 16)

  private mutating func stack(_ members: [Int], start: [Double]) {
    let predictions = members.map { candidates[$0].predictions }
    guard let whole = Stacking(predictions, loss, rows: Array(judged.rows.indices), start: start) else { return }
    combined.append(
      together(
        "stack", members, whole.weights, .stacked(biases: whole.biases), predictedByOthers(predictions, start: start)))
  }

  /// What a stack says of each fold's rows by weights that were fitted to the others; in an order of time to the earlier ones.
  private func predictedByOthers(_ predictions: [Matrix<Float>], start: [Double]) -> Matrix<Float> {
    let (columns, areClasses) = (predictions[0].columns, !judged.classes.isEmpty)
    var all = [Float](repeating: 0, count: predictions[0].elements.count)
    for fold in 0..<judged.foldCount {
      let others = judged.folds.indices.filter {
        judged.isByTime ? judged.folds[$0] < fold : judged.folds[$0] != fold
      }
      let own = judged.folds.indices.filter { judged.folds[$0] == fold }
      let parts = predictions.map { $0.rows(at: own) }
      let said =
        Stacking(predictions, loss, rows: others, start: start)?.predictions(parts, areClasses: areClasses)
        ?? parts.pooled(.mean, start, areClasses: areClasses)
      for (place, row) in own.enumerated() {
        for column in 0..<columns { all[row * columns + column] = said[place, column] }
      }
    }
    return Matrix(rows: judged.rows.count, columns: columns, all)
  }

  private func together(
    _ name: String, _ members: [Int], _ weights: [Double], _ pooling: Pooling, _ predictions: Matrix<Float>
  ) -> Candidate {
    Candidate(
      name: name, candidate: "", run: "", model: "ensemble", settings: [:], predictions: predictions,
      folds: judged.foldScores(predictions).map { metric.value($0) ?? .nan },
      fitSeconds: members.reduce(0) { $0 + candidates[$1].fitSeconds },
      predictMilliseconds: members.reduce(0) { $0 + candidates[$1].predictMilliseconds },
      members: zip(members, weights).map { Member(run: candidates[$0].run, weight: $1) }, pooling: pooling)
  }

  private var loss: GreedySelection.Loss {
    switch judged.truth {
    case .classes(let labels, _): .logarithmic(labels: labels)
    case .quantiles(let shares, let truth): .pinball(truth: truth.elements, shares: shares)
    case .numbers(let truth):
      metric.name == "mae" ? .absolute(truth: truth.elements) : .squared(truth: truth.elements)
    }
  }

  /// Of the best `count`, how long they take to predict a row.
  mutating func measure(_ count: Int, predictMilliseconds: (Candidate) throws -> Double) rethrows {
    for index in candidates.indices.prefix(count) {
      candidates[index].predictMilliseconds = try predictMilliseconds(candidates[index])
    }
  }

  // MARK: Intervals

  /// The mean over the folds, with its interval.
  func estimate(_ candidate: Candidate) -> Estimate {
    let known = candidate.folds.filter { !$0.isNaN }
    if known.isEmpty { return .init(.nan) }
    let mean = ResampledMean(known, testToTraining: judged.testToTraining)
    return .init(mean.clamped(to: ResampledMean.range(of: metric.name)))
  }

  /// How much worse a candidate is than another, fold by fold; above 0 is worse.
  func difference(_ candidate: Candidate, behind other: Candidate) -> Estimate {
    let sign = metric.isMinimized ? 1.0 : -1
    let differences = zip(candidate.folds, other.folds).map { sign * ($0 - $1) }.filter { !$0.isNaN }
    return differences.isEmpty
      ? .init(.nan) : .init(ResampledMean(differences, testToTraining: judged.testToTraining))
  }

  /// All of them, the ensemble among them, the best first.
  var ranked: [Candidate] {
    let direction = metric.direction
    return (combined + candidates).enumerated().sorted { a, b in
      a.element.score == b.element.score
        ? a.offset < b.offset : direction.prefers(a.element.score, to: b.element.score)
    }.map(\.element)
  }
}
