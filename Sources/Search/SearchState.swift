import Formats
import Foundation
import Settings
import Telemetry
import Tracker
import Tuning

/// How a search stands, and what is to be done next: a pure function of its runs.
package struct SearchState: Sendable {
  package let configuration: SearchConfiguration
  package let seed: UInt64
  /// By number.
  package private(set) var trials: [TrialState] = []
  /// Of settings that were chosen, by trial: in the order of their seeds.
  package private(set) var confirmations: [Int: [TrialRun]] = [:]
  /// The runs that have not ended, by id.
  private var open: [String: TrialRun] = [:]
  /// The first trial of each settings that were tried.
  private var firstTrials: [[String: HyperparameterValue]: Int] = [:]
  private var bestPlace: Int?
  /// Of a search that stops by it.
  package private(set) var regret: RegretBound?

  init(_ runs: [TrialRun] = [], of configuration: SearchConfiguration, seed: UInt64) {
    (self.configuration, self.seed) = (configuration, seed)
    update(runs)
  }

  /// Takes in runs that have ended and all that have not: what was open and is not among them is gone. Costs what has changed,
  /// and a look at each trial.
  mutating func update(_ runs: [TrialRun]) {
    if !open.isEmpty { forgetOpenRuns(except: Set(runs.lazy.map(\.id))) }
    var touched: Set<Int> = []
    // New trials come at the end then.
    for run in runs.sorted(by: { $0.trial.number < $1.trial.number }) {
      open[run.id] = run.hasEnded ? nil : run
      switch run.trial.purpose {
      case .search: touched.insert(place(run))
      case .confirmation:
        confirmations[run.trial.number, default: []].removeAll { $0.id == run.id }
        confirmations[run.trial.number]!.append(run)
        confirmations[run.trial.number]!.sort { ($0.seed, $0.start) < ($1.seed, $1.start) }
      }
    }
    settle(touched)
  }

  /// Puts a run into its trial and returns the trial's place.
  private mutating func place(_ run: TrialRun) -> Int {
    let place = firstPlace(from: run.trial.number)
    if place == trials.count || trials[place].number != run.trial.number {
      trials.insert(TrialState(number: run.trial.number, values: run.trial.values), at: place)
      let first = firstTrials[run.trial.values] ?? .max
      firstTrials[run.trial.values] = min(first, run.trial.number)
    }
    trials[place].add(run)
    return place
  }

  /// The place of the first trial whose number is not below this one.
  private func firstPlace(from number: Int) -> Int {
    var (low, high) = (0, trials.count)
    while low < high {
      let middle = (low + high) / 2
      if trials[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func forgetOpenRuns(except ids: Set<String>) {
    let gone = Set(open.keys).subtracting(ids)
    if gone.isEmpty { return }
    let known = (trials.flatMap(\.runs) + confirmations.values.joined()).filter { !gone.contains($0.id) }
    self = SearchState(known, of: configuration, seed: seed)
  }

  /// Says anew of each trial at these places, and of others as far as the best one has changed, how it stands.
  private mutating func settle(_ touched: Set<Int>) {
    if touched.isEmpty { return }
    for place in touched { trials[place].settle(in: configuration.space) }
    let scores = best?.scores
    bestPlace = placeOfBest
    for place in scores == best?.scores ? Array(touched) : Array(trials.indices) {
      trials[place].isOutpaced = isOutpaced(trials[place])
      trials[place].settleEnd(seeds: configuration.seedsPerTrial)
    }
    let ended = trials.count(where: \.hasEnded)
    if ended == endedTrials { return }
    endedTrials = ended
    regret = configuration.stopsWhenUnlikely ? makeRegretBound() : nil
  }

  private func makeRegretBound() -> RegretBound? {
    let ofBest = best?.scores ?? []
    let noise = standardDeviation(ofBest).map { $0 / Double(ofBest.count).squareRoot() }
    return RegretBound(
      configuration.space, history, direction: configuration.direction, bestNoise: noise, seed: seed)
  }

  private func isOutpaced(_ trial: TrialState) -> Bool {
    guard trial.scores.count > 1, trial.scores.count < configuration.seedsPerTrial,
      let best = best?.scores, best.count > 1
    else { return false }
    return Race(configuration.direction).isWorse(trial.scores, than: best)
  }

  /// Whether a trial before `number` has tried these values.
  func hasTried(_ values: [String: HyperparameterValue], before number: Int) -> Bool {
    firstTrials[values].map { $0 < number } ?? false
  }

  /// How many points of the space trials before `number` have tried.
  func triedPoints(before number: Int) -> Int {
    firstTrials.count { $0.value < number && configuration.space.contains($0.key) }
  }

  // MARK: Results

  /// The trial of the best mean among those whose seeds have all finished.
  package var best: TrialState? { bestPlace.map { trials[$0] } }

  private var placeOfBest: Int? {
    var best: (place: Int, score: Double)?
    // Of a population those that have come furthest.
    let last = configuration.population.map { population in
      trials.last { $0.score != nil }.map { population.generation(of: $0.number) }
    }
    for (place, trial) in trials.enumerated() where trial.scores.count >= configuration.seedsPerTrial {
      if let last, configuration.population?.generation(of: trial.number) != last { continue }
      guard let score = trial.score, !score.isNaN else { continue }
      if let known = best?.score, !configuration.direction.prefers(score, to: known) { continue }
      best = (place, score)
    }
    return best?.place
  }

  /// What samplers and pruners see.
  package var history: [Trial] { trials.compactMap(\.view) }

  /// What the choice of a trial's settings may depend on.
  func history(before number: Int) -> [Trial] {
    guard let known = configuration.lastKnown(to: number) else { return history }
    return trials.compactMap { $0.number <= known ? $0.view : nil }
  }

  /// Scores on the way of all runs but one of a trial, as far as it may know of them.
  func curves(except id: String, knownTo number: Int) -> [Trial] {
    let known = configuration.lastKnown(to: number) ?? .max
    return trials.filter { $0.number <= known }.flatMap { trial in
      trial.runs.filter { $0.id != id && !$0.reports.isEmpty }.map { run in
        Trial(trial.number, trial.values, run.outcome, reports: run.reports)
      }
    }
  }

  /// How many trials have come to their end.
  package private(set) var endedTrials = 0

  package var endedConfirmations: Int { confirmations.values.joined().count(where: \.hasEnded) }

  package var steps: Int { trials.reduce(0) { $0 &+ $1.steps } }

  /// Proposals made; the settings that the search starts from are none.
  var proposals: Int { trials.filter { $0.number > 0 }.count }

  /// Why the search cannot come to anything; nil while it may: what fails from the start fails always. A grid is done to its
  /// end, for its first cells say nothing of the others.
  var hopeless: String? {
    if configuration.sampler == .grid { return nil }
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
  package var importance: SettingImportance? { SettingImportance(configuration.space, history, seed: seed) }

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
    let orphans = open.values.filter { !$0.isTaken }
    if let orphan = orphans.min(by: { ($0.start, $0.seed, $0.id) < ($1.start, $1.seed, $1.id) }) {
      let isTooOften = orphan.status == .crashed && orphan.deaths >= configuration.toleratedDeaths
      return isTooOften ? .abandon(orphan) : .resume(orphan)
    }
    if mayPropose, let more = nextSearch() { return more }
    let taken = open.values.filter(\.isTaken)
    if taken.contains(where: { $0.trial.purpose == .search }) { return .wait }
    if let more = nextConfirmation() { return more }
    return taken.isEmpty ? .done : .wait
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
    if let regret, regret.isWithinNoise {
      let (bound, noise) = (String(format: "%.3g", regret.bound), String(format: "%.3g", regret.noise))
      return "a better trial is unlikely: none is better by more than \(bound), and luck makes \(noise)"
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
}
