import Formats
import Settings
import Telemetry
import Tracker
import Tuning

/// How a search stands, and what is to be done next: a pure function of its runs.
package struct SearchState: Sendable {
  /// The runs of one trial.
  package struct TrialState: Sendable {
    package let number: Int
    package let values: [String: HyperparameterValue]
    /// In the order of their seeds.
    package fileprivate(set) var runs: [TrialRun]
    /// Whether no further seed is run, as the trial is worse than the best one with 95 %.
    package fileprivate(set) var isOutpaced = false

    package var scores: [Double] { runs.compactMap(\.score) }
    package var failure: TrialRun? { runs.first { $0.status == .failed } }
    package var isPruned: Bool { runs.contains(where: \.isPruned) }
    /// Of all its finished runs; nil where one failed, was pruned, or none has finished.
    package var score: Double? { failure != nil || isPruned || scores.isEmpty ? nil : mean(scores) }
    /// Whether all that is to be known of it is known.
    package fileprivate(set) var hasEnded = false
    package var steps: Int { runs.reduce(0) { $0 &+ $1.steps } }
  }

  package let configuration: SearchConfiguration
  let seed: UInt64
  /// By number.
  package private(set) var trials: [TrialState] = []
  /// Of settings that were chosen, by trial: in the order of their seeds.
  package private(set) var confirmations: [Int: [TrialRun]] = [:]
  private var bestPlace: Int?

  init(_ runs: [TrialRun], of configuration: SearchConfiguration, seed: UInt64) {
    (self.configuration, self.seed) = (configuration, seed)
    var byNumber: [Int: TrialState] = [:]
    for run in runs {
      switch run.trial.purpose {
      case .search:
        byNumber[run.trial.number, default: TrialState(number: run.trial.number, values: run.trial.values, runs: [])]
          .runs.append(run)
      case .confirmation: confirmations[run.trial.number, default: []].append(run)
      }
    }
    trials = byNumber.values.sorted { $0.number < $1.number }
    for place in trials.indices where trials[place].runs.count > 1 {
      trials[place].runs.sort { ($0.seed, $0.start, $0.id) < ($1.seed, $1.start, $1.id) }
    }
    for number in confirmations.keys { confirmations[number]!.sort { ($0.seed, $0.start) < ($1.seed, $1.start) } }
    bestPlace = Self.placeOfBest(trials, configuration)
    markOutpaced()
    for place in trials.indices { trials[place].hasEnded = hasEnded(trials[place]) }
    endedTrials = trials.count(where: \.hasEnded)
  }

  private func hasEnded(_ trial: TrialState) -> Bool {
    if trial.failure != nil || trial.isPruned { return true }
    guard trial.runs.allSatisfy(\.hasEnded) else { return false }
    return trial.isOutpaced || trial.runs.count >= configuration.seedsPerTrial
  }

  private mutating func markOutpaced() {
    if configuration.seedsPerTrial > 1, let best = best?.scores, best.count > 1 {
      for place in trials.indices where trials[place].scores.count > 1 {
        trials[place].isOutpaced =
          trials[place].scores.count < configuration.seedsPerTrial
          && Race(configuration.direction).isWorse(trials[place].scores, than: best)
      }
    }
  }

  // MARK: Results

  /// The trial of the best mean among those whose seeds have all finished.
  package var best: TrialState? { bestPlace.map { trials[$0] } }

  private static func placeOfBest(_ trials: [TrialState], _ configuration: SearchConfiguration) -> Int? {
    var best: (place: Int, score: Double)?
    // Of a population those that have come furthest.
    let last = configuration.population.map { population in
      trials.last { $0.score != nil }.map { population.generation(of: $0.number) }
    }
    for (place, trial) in trials.enumerated() where trial.runs.count >= configuration.seedsPerTrial {
      if let last, configuration.population?.generation(of: trial.number) != last { continue }
      guard trial.scores.count >= configuration.seedsPerTrial, let score = trial.score, !score.isNaN else { continue }
      if let known = best?.score, !configuration.direction.prefers(score, to: known) { continue }
      best = (place, score)
    }
    return best?.place
  }

  /// What samplers and pruners see.
  package var history: [Trial] { trials.compactMap { view(of: $0) } }

  /// What the choice of a trial's settings may depend on.
  func history(before number: Int) -> [Trial] {
    guard let known = configuration.lastKnown(to: number) else { return history }
    return trials.compactMap { $0.number <= known ? view(of: $0) : nil }
  }

  private func view(of trial: TrialState) -> Trial? {
    // What lies outside the space tells nothing about it.
    guard configuration.space.contains(trial.values) else { return nil }
    let reports = trial.runs.first { $0.isPruned }?.reports ?? trial.runs.last?.reports ?? []
    let state: Trial.State
    if trial.failure != nil {
      state = .failed
    } else if trial.isPruned, let last = reports.last {
      state = .pruned(step: last.step, score: last.score)
    } else if let score = trial.score {
      state = .finished(score: score)
    } else {
      state = trial.runs.allSatisfy(\.hasEnded) ? .failed : .running
    }
    return Trial(trial.number, trial.values, state, reports: reports)
  }

  /// Scores on the way of all runs but one.
  func curves(except id: String) -> [Trial] {
    trials.flatMap { trial in
      trial.runs.filter { $0.id != id && !$0.reports.isEmpty }.map { run in
        let state: Trial.State =
          run.isPruned
          ? .pruned(step: run.reports.last!.step, score: run.reports.last!.score)
          : run.score.map { .finished(score: $0) } ?? (run.status == .failed ? .failed : .running)
        return Trial(trial.number, trial.values, state, reports: run.reports)
      }
    }
  }

  /// How many trials have come to their end.
  package private(set) var endedTrials = 0

  package var endedConfirmations: Int { confirmations.values.joined().count(where: \.hasEnded) }

  package var steps: Int { trials.reduce(0) { $0 &+ $1.steps } }

  /// Proposals made; the settings that the search starts from are none.
  var proposals: Int { trials.filter { $0.number > 0 }.count }

  /// Why the search cannot come to anything; nil while it may: what fails from the start fails always.
  var hopeless: String? {
    let ended = trials.lazy.filter(\.hasEnded).prefix(Self.failuresAtStart)
    let failures = Array(ended.compactMap { $0.failure })
    guard let first = failures.first, failures.count == ended.count else { return nil }
    // Settings that someone wrote down should work; a proposal may be a bad one.
    guard first.trial.number == 0 || failures.count == Self.failuresAtStart else { return nil }
    let which =
      first.trial.number == 0 ? "the settings that the search starts from fail" : "the first trials all failed"
    return "\(which): run \(first.id): \(first.message ?? "no reason is recorded")"
  }

  private static let failuresAtStart = 3

  /// What the score depends on, as far as the trials tell; nil where they are too few.
  package var importance: SettingImportance? {
    let history = history
    guard history.count(where: { $0.score != nil }) >= 2 * configuration.space.parameters.count else { return nil }
    return SettingImportance(configuration.space, history, seed: seed)
  }

  // MARK: What is next

  enum Next: Sendable {
    /// Go on with a run that nobody works on.
    case resume(TrialRun)
    /// Its workers have died twice: it has failed.
    case abandon(TrialRun)
    /// Start a run of settings that are known.
    case start(TrialRecord, seed: UInt64)
    /// Choose settings for a trial of this number.
    case propose(Int)
    /// Others are at work on what has to be known first.
    case wait
    case done
  }

  /// `mayPropose`: whether there is time for new trials.
  func next(mayPropose: Bool = true) -> Next {
    let all = trials.flatMap(\.runs) + confirmations.values.joined()
    if let orphan = all.filter({ !$0.hasEnded && !$0.isTaken }).min(by: { ($0.start, $0.seed) < ($1.start, $1.seed) }) {
      let isTooOften = orphan.status == .crashed && orphan.deaths >= configuration.toleratedDeaths
      return isTooOften ? .abandon(orphan) : .resume(orphan)
    }
    if mayPropose, let more = nextSearch() { return more }
    if trials.contains(where: { $0.runs.contains(where: \.isTaken) }) { return .wait }
    if let more = nextConfirmation() { return more }
    return confirmations.values.contains { $0.contains(where: \.isTaken) } ? .wait : .done
  }

  /// Why no more trials are begun; nil while some are.
  package var reasonToStop: String? {
    if let limit = configuration.maximumSteps, steps >= limit { return "the search's steps are used up" }
    if let trials = configuration.patience {
      // A better mean within what seeds make of the best one is no better one.
      let patience = Patience(trials: trials, noise: best.flatMap { standardDeviation($0.scores) } ?? 0)
      if patience.isExhausted(history, direction: configuration.direction) {
        return "\(trials) trials brought no better one"
      }
    }
    return nil
  }

  private func nextSearch() -> Next? {
    if reasonToStop != nil { return nil }
    if let population = configuration.population { return nextMember(of: population) }
    for trial in trials where trial.runs.count < configuration.seedsPerTrial {
      guard trial.failure == nil, !trial.isPruned, !trial.isOutpaced else { continue }
      // Two seeds make an interval; more are worth their time only where it leaves the question open.
      let running = trial.runs.filter(\.isTaken).count
      if running > 0, trial.runs.count >= 2 { continue }
      return .start(TrialRecord(trial.number, values: trial.values), seed: seed &+ UInt64(trial.runs.count))
    }
    if trials.isEmpty, let start = configuration.startValues {
      return .start(TrialRecord(0, values: start), seed: seed)
    }
    let number = (trials.last?.number ?? 0) + 1
    guard number <= configuration.proposalLimit else { return nil }
    if let known = configuration.lastKnown(to: number), trials.contains(where: { $0.number <= known && !$0.hasEnded }) {
      return .wait
    }
    return .propose(number)
  }

  /// A generation begins when the one before it has ended.
  private func nextMember(of population: Population) -> Next? {
    let number = (trials.last?.number ?? 0) + 1
    guard number <= configuration.proposalLimit else { return nil }
    if population.member(of: number) == 0, trials.contains(where: { !$0.hasEnded }) { return .wait }
    return .propose(number)
  }

  /// The seeds of confirmations begin so far above those of trials.
  static let freshSeedOffset: UInt64 = 1_000

  private func nextConfirmation() -> Next? {
    guard configuration.freshSeeds > 0, let best else { return nil }
    if configuration.population != nil { return nextConfirmation(of: lineage(of: best)) }
    let start = trials.first { $0.number == 0 && $0.failure == nil }
    for trial in [best, start].compactMap({ $0 })
    where confirmations[trial.number, default: []].count < configuration.freshSeeds {
      let runs = confirmations[trial.number] ?? []
      if runs.contains(where: { $0.status == .failed }) { continue }
      return .start(
        TrialRecord(trial.number, values: trial.values, purpose: .confirmation),
        seed: seed &+ Self.freshSeedOffset &+ UInt64(runs.count))
    }
    return nil
  }

  /// The trials that led to one of a population, the first first.
  private func lineage(of trial: TrialState) -> [TrialState] {
    var found = [trial]
    while let run = found[0].runs.last?.trial.origin?.run,
      let earlier = trials.first(where: { $0.runs.contains { $0.id == run } })
    {
      found.insert(earlier, at: 0)
    }
    return found
  }

  /// The best member's settings, one stretch after the other, and the settings at the start, each with fresh seeds.
  private func nextConfirmation(of lineage: [TrialState]) -> Next? {
    for index in 0..<configuration.freshSeeds {
      let fresh = seed &+ Self.freshSeedOffset &+ UInt64(index)
      var earlier: TrialRun?
      for trial in lineage {
        if let run = confirmations[trial.number]?.first(where: { $0.seed == fresh }) {
          if run.status == .failed { break }
          guard run.hasEnded else { return .wait }
          earlier = run
          continue
        }
        var record = TrialRecord(trial.number, values: trial.values, purpose: .confirmation)
        record.origin = earlier.map { .init(run: $0.id, checkpoint: "", stream: 0) }
        record.until = configuration.population?.end(of: trial.number)
        return .start(record, seed: fresh)
      }
    }
    let start = confirmations[0] ?? []
    guard start.count < configuration.freshSeeds, let values = configuration.startValues else { return nil }
    return .start(
      TrialRecord(0, values: values, purpose: .confirmation), seed: seed &+ Self.freshSeedOffset &+ UInt64(start.count))
  }

  /// The first seed-by-seed scores of settings with fresh seeds.
  func freshScores(of number: Int) -> [Double] { (confirmations[number] ?? []).compactMap(\.score) }
}
