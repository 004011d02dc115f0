import Datasets
import Fitting
import Models
import Search
import Settings
import Telemetry
import Tuning

extension AutopilotPlan {
  /// How a candidate is fitted: folds judge it, and the models of the folds are kept.
  func fit(_ candidate: Candidate, to data: DataFile, seed: UInt64) throws -> FitConfiguration {
    var configuration = try FitConfiguration(
      data: data, target: target, model: candidate.model, task: task, quantiles: quantiles, folds: folds,
      dropping: leftOut.map(\.column).filter { $0 != group }, group: group, time: time,
      pipeline: pipeline(for: ModelCatalogue.named(candidate.model).form, rows: data.table.rowCount),
      values: candidate.base)
    try configuration.see(mostRows: rows, settingAside: test > 0 ? SetAside(share: test, seed: seed) : nil)
    try configuration.bag()
    return configuration
  }

  /// Whether the target is of whole numbers from 0 up, which count something.
  func areCounts(_ data: DataFile) -> Bool {
    guard task == .regression, case .numbers(let values)? = try? data.table.column(target) else { return false }
    let present = values.lazy.filter { !$0.isNaN }
    return present.allSatisfy { $0 >= 0 && $0 == $0.rounded() } && present.contains { $0 > 0 }
  }

  /// The search that tries candidates: the portfolio, then what did well.
  package func search(_ data: DataFile, seed: UInt64, secondsUsed: Double = 0) throws -> SearchConfiguration {
    let candidates = try Candidate.all(of: self, areCounts: areCounts(data))
    if candidates.isEmpty {
      throw AutopilotError("the plan names no model to try: its 'models' are \(models.joined(separator: ", "))")
    }
    let metric = try JudgingMetric(of: self)
    let choice = TrialTemplate.alternative
    var parameters = [SearchParameter(choice, .choice(candidates.map { .text($0.name) }))]
    let rows = Double(min(rows ?? .max, data.table.rowCount))
    for candidate in candidates {
      for parameter in candidate.space.parameters {
        var own = parameter
        if parameter.name == "min_samples_leaf", case .integer(let low, let high, let log, let step) = parameter.range {
          // Trees that part many rows one by one take more room than they are worth.
          let least = max(low, Int(rows / Self.mostLeaves))
          own.range = .integer(low: least, high: max(high, 4 * least), log: log, step: step)
        }
        own.name = TrialTemplate.name(parameter.name, of: candidate.name)
        own.condition = SearchCondition(choice, in: [.text(candidate.name)])
        parameters.append(own)
      }
    }
    let space = try SearchSpace(parameters)
    let screening = screening(data.table.rowCount)
    let fits = try candidates.map { candidate in
      var own = try fit(candidate, to: data, seed: seed)
      if let screening { try own.screen(screening) }
      return (candidate.name, own)
    }
    var search = try SearchConfiguration(
      among: fits, space: space, metric: metric.recorded, direction: metric.direction)
    if screening != nil {
      (search.pruner, search.firstRung, search.reductionFactor) = (.asha, 1, 2)
      search.progressMetric = metric.ofRungs
    }
    search.portfolio = try portfolio(among: candidates).map { candidate, values in
      var all: [String: HyperparameterValue] = [choice: .text(candidate.name)]
      for (name, value) in values {
        let name = TrialTemplate.name(name, of: candidate.name)
        all[name] = value
        if only == nil, case .integer(let low, let high, _, _)? = space[name]?.range, case .integer(let number) = value
        {
          all[name] = .integer(min(max(number, low), high))
        }
      }
      return all
    }
    search.trials = only?.count ?? trials
    search.batch = Self.batch
    // Whoever kills and resumes an autopilot wants the answer of one left alone, in which no candidate has failed.
    search.toleratedDeaths = 10
    search.graceSeconds = seconds.map { $0 * Self.graceShare } ?? 0
    search.maximumSeconds = seconds.map { max(0.5, $0 * Self.searchShare - secondsUsed) }
    if let limit = search.maximumSeconds, only == nil {
      search.trialSeconds = Self.trialShare * limit
      if boostingSeconds(data) > Self.boostingShare * limit {
        // One of them alone might leave no time for the others.
        let isBoosted = { (values: [String: HyperparameterValue]) in
          if case .text(let name)? = values[choice] { name.hasPrefix("gbdt") } else { false }
        }
        search.portfolio = search.portfolio.filter { !isBoosted($0) } + search.portfolio.filter(isBoosted)
      }
    }
    return search
  }

  /// How long a hundred rounds of boosted trees take, about, in all folds: of several classes or quantiles a round is as many trees.
  private func boostingSeconds(_ data: DataFile) -> Double {
    let outputs = (try? TargetEncoding(fitting: data.table, column: target, task: task, quantiles: quantiles))?.outputs
    let trees = max(1, outputs == 2 && task == .classification ? 1 : outputs ?? 1)
    let rows = min(Double(self.rows ?? .max), (1 - test) * Double(data.table.rowCount))
    let features = max(1, data.table.names.count - 1 - leftOut.count)
    return rows * Double(features * trees * folds) / Self.boostedValuesPerSecond
  }

  /// What is tried first, or at all.
  private func portfolio(
    among candidates: [Candidate]
  ) throws -> [(candidate: Candidate, values: [String: HyperparameterValue])] {
    guard let only else { return try Candidate.portfolio(of: task, candidates) }
    return try only.map { fixed in
      guard let candidate = candidates.first(where: { $0.name == fixed.candidate }) else {
        throw AutopilotError(
          "the plan's 'models' have no candidate '\(fixed.candidate)'"
            + (didYouMean(fixed.candidate, among: candidates.map(\.name)) ?? ""))
      }
      return (candidate, fixed.settings)
    }
  }

  /// This plan with nothing left to try but these candidates.
  func keeping(_ candidates: [Leaderboard.Candidate]) -> AutopilotPlan {
    var plan = self
    plan.only = candidates.map { Fixed(candidate: $0.candidate, settings: $0.settings) }
    plan.models = models.filter { name in candidates.contains { $0.model == name } }
    (plan.trials, plan.seconds, plan.halving, plan.notes) = (candidates.count, nil, nil, [])
    return plan
  }

  /// The share of a fold's rows that each candidate is fitted to first, so that only the better ones go on to all rows, and to all
  /// folds; nil where the rows are too few to tell by fewer which are better.
  private func screening(_ rows: Int) -> Double? {
    guard halving == true else { return nil }
    let seen = min(Double(self.rows ?? .max), (1 - test) * Double(rows)) * Double(folds - 1) / Double(folds)
    if seen < Self.fewestRowsToScreen { return nil }
    return max(Self.leastScreening, Self.fewestScreenedRows / seen)
  }

  private static let (fewestRowsToScreen, fewestScreenedRows, leastScreening) = (4_000.0, 1_000.0, 0.125)

  /// Of a tree of a forest.
  private static let mostLeaves = 5_000.0
  /// Trials that are chosen from the same knowledge: as many workers as that can be busy.
  private static let batch = 8
  /// The share of the time that the search may take; the rest is for what comes after it.
  private static let searchShare = 0.85
  /// The share of that time which a single candidate may take, and from which on boosted trees are tried after all others.
  private static let (trialShare, boostingShare) = (0.5, 0.25)
  /// The share by which it may be longer where no candidate would have come to a score.
  private static let graceShare = 0.1
}
