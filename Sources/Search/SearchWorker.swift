import Files
import Formats
import Foundation
import Glibc
import Runs
import Settings
import Telemetry
import Tracker
import Tuning

/// Does the trials of a search one after the other, beside any number of others, in this process or in another one: what is next
/// follows from the runs in the store, and who claims it holds the search's lock while it makes the run.
final class SearchWorker: Sendable {
  let search: String
  let configuration: SearchConfiguration
  let seed: UInt64
  private let history: SearchHistory
  private let maker: any TrialMaker
  private let place: TrialPlace
  private let agreement: String
  private let sampler: any Sampler
  /// How many points the space has; nil where they cannot be counted.
  private let gridSize: Int?
  private let pruner: any Pruner
  /// Monotonic seconds at which the time of the search is used up; infinite without a limit.
  private let deadline: Double
  private let store: Store

  /// `secondsUsed`: of the search's time, before now.
  init(_ record: RunRecord, in store: Store, secondsUsed: Double = 0) throws {
    guard record.description.kind == .search else {
      throw ConfigurationError("run \(record.id) is no search, but a \(record.description.kind.rawValue)")
    }
    var configuration = try SearchConfiguration(of: record.description)
    configuration.trials = record.budget
    (search, seed, self.configuration) = (record.id, record.description.seed, configuration)
    let experiment = record.description.experiment
    history = SearchHistory(of: record.id, configuration, seed: seed, in: store)
    // A trial that a power loss takes away is done again; only what the search comes to has to last.
    place = TrialPlace(
      store: store.deferringSyncs(), search: record.id, experiment: experiment, surroundings: .current())
    maker = try Self.maker(configuration, place)
    agreement = try store.agreementFile(of: record.id)
    sampler = try configuration.sampler.makeSampler(
      space: configuration.space, seed: seed, direction: configuration.direction)
    pruner = configuration.makePruner()
    gridSize = configuration.space.gridSize
    self.store = store
    deadline = configuration.maximumSeconds.map { MonotonicClock.seconds + max(0, $0 - secondsUsed) } ?? .infinity
  }

  private static func maker(_ configuration: SearchConfiguration, _ place: TrialPlace) throws -> any TrialMaker {
    switch configuration.subject {
    case .program(let words):
      return ProgramTrials(command: ProgramCommand(words), configuration: configuration, place: place)
    case .asked: return AskedTrials(configuration: configuration, place: place)
    case .run(let template):
      guard let type = RunKinds.configuration(of: template.kind) as? any LearnerConfiguration.Type else {
        throw ConfigurationError("this program makes no runs of the kind '\(template.kind.rawValue)'")
      }
      func make<Configuration: LearnerConfiguration>(_: Configuration.Type) -> any TrialMaker {
        LearnerTrials<Configuration>(template: template, progressMetric: configuration.progressMetric, place: place)
      }
      return make(type)
    }
  }

  /// How the search stands.
  func state() throws -> SearchState { try history.state() }

  private var isOutOfTime: Bool { MonotonicClock.seconds >= deadline }

  /// Whether the time may end trials: some trial has finished, or the grace is over, too.
  private var mayEndTrials: Bool {
    let grace = configuration.graceSeconds
    return grace <= 0 || MonotonicClock.seconds >= deadline + grace || (try? state().best) != nil
  }

  /// The settings that the sampler chooses for a trial, given what is known; nil where all have been tried.
  ///
  /// The seeds of trials are the same, so that the same settings would come to the same score: others are looked for.
  func proposal(_ number: Int, in state: SearchState) -> [String: HyperparameterValue]? {
    if number > 0, number <= configuration.portfolio.count { return configuration.portfolio[number - 1] }
    if let gridSize, gridSize <= number, gridSize <= state.triedPoints(before: number) { return nil }
    let history = state.history(before: number)
    for attempt in 0..<Self.attempts {
      // The settings that the search starts from are none of the sampler's.
      let draw = number - 1 + attempt * Self.drawsApart
      guard let values = sampler.propose(draw, history: history).map(configuration.space.rounded) else { return nil }
      if !state.hasTried(values, before: number) || configuration.sampler == .grid { return values }
    }
    return sampler.propose(number - 1, history: history).map(configuration.space.rounded)
  }

  /// How often other settings are looked for, and how far from each other a sampler's draws for one trial are.
  private static let (attempts, drawsApart) = (30, 1_000_003)

  // MARK: Claiming

  enum Claim {
    case trial(any ClaimedTrial)
    /// Others are at work on what has to be known first.
    case wait
    case done
  }

  /// Takes what is next, so that nobody else does. `onState` sees how the search stands before.
  func claim(onState: (SearchState) -> Void = { _ in }) throws -> Claim {
    let lock = try OpenFile(agreement, O_RDWR | O_CREAT, .lock)
    try lock.waitForLock()
    var mayPropose = !isOutOfTime
    while true {
      let state = try state()
      onState(state)
      if let reason = state.hopeless { throw TrialError(reason) }
      switch state.next(mayPropose: mayPropose) {
      case .done: return .done
      case .wait: return .wait
      case .resume(let run):
        do {
          return .trial(try maker.takeOver(run))
        } catch StoreError.live {
          // Somebody goes on with it by hand.
          return .wait
        } catch let error as any UserFacingError where !(error is StoreError) || error.isOfCheckpoint {
          try place.store.append(to: run.id).finish(status: .failed, message: sentence(of: error))
        }
      case .abandon(let run):
        try place.store.append(to: run.id)
          .finish(
            status: .failed,
            message:
              "its worker died \(configuration.toleratedDeaths == 1 ? "twice" : "\(run.deaths + 1) times"), of the trial "
              + "perhaps: of too much memory, say")
      case .start(let trial, let seed): return .trial(try maker.claim(located(trial), seed: seed))
      case .propose(let number):
        if let population = configuration.population {
          guard let trial = population.proposal(number, in: state, sampler: sampler) else {
            throw TrialError("no member of the population is left to go on from")
          }
          return .trial(try maker.claim(located(trial), seed: seed &+ UInt64(population.member(of: number))))
        }
        guard let values = proposal(number, in: state) else {
          // Every point of the space has been tried.
          mayPropose = false
          continue
        }
        return .trial(try maker.claim(TrialRecord(number, values: values), seed: seed))
      }
    }
  }

  /// With the name of the checkpoint that the trial goes on from, the last one of its run.
  private func located(_ trial: TrialRecord) throws -> TrialRecord {
    guard let origin = trial.origin else { return trial }
    guard let checkpoint = try place.store.load(origin.run).lastCheckpoint else {
      throw TrialError("run \(origin.run) has no checkpoint to go on from")
    }
    var located = trial
    located.origin?.checkpoint = checkpoint.file
    return located
  }

  // MARK: Working

  /// Claims and does trials until nothing is left to do or `shouldStop` says so. Returns false where something is left.
  @discardableResult
  func work(shouldStop: () -> Bool, onState: (SearchState) -> Void = { _ in }) throws -> Bool {
    let isolation = configuration.isIsolated && !configuration.subject.isProgram ? IsolatedTrial(self, in: store) : nil
    // Trials, which keep the control, are gone when this returns.
    return try withoutActuallyEscaping(shouldStop) { shouldStop in
      while !shouldStop() {
        let step: Step
        if let isolation {
          onState(try state())
          step = try isolation.perform(shouldStop: shouldStop)
        } else {
          step = try self.step(control(shouldStop), onState: onState)
        }
        switch step {
        case .done: return true
        case .wait: usleep(20_000)
        case .trial: break
        }
      }
      return false
    }
  }

  /// Claims one trial at most and does it. `onClaim` gets its run's id before it begins.
  func workOnce(shouldStop: () -> Bool, onClaim: (String) throws -> Void) throws -> Step {
    try withoutActuallyEscaping(shouldStop) { try step(control($0), onClaim: onClaim) }
  }

  enum Step {
    case trial
    case wait
    case done
  }

  private func step(
    _ control: TrialControl, onClaim: (String) throws -> Void = { _ in }, onState: (SearchState) -> Void = { _ in }
  ) throws -> Step {
    switch try claim(onState: onState) {
    case .done: return .done
    case .wait: return .wait
    case .trial(let trial):
      try onClaim(trial.id)
      try trial.perform(control)
      return .trial
    }
  }

  private func control(_ shouldStop: @escaping () -> Bool) -> TrialControl {
    TrialControl(
      shouldStop: shouldStop, isOutOfTime: { self.isOutOfTime && self.mayEndTrials },
      prunes: { run, number, reports in
        if self.configuration.pruner == .none { return false }
        return self.pruner.prunes(reports, among: try self.state().curves(except: run, knownTo: number))
      },
      maximumSeconds: configuration.trialSeconds)
  }
}

extension UserFacingError {
  /// Whether it tells of a checkpoint that cannot be read, as after a power loss: a trial's end, not the search's.
  fileprivate var isOfCheckpoint: Bool {
    switch self as? StoreError {
    case .damagedCheckpoint, .unknownCheckpoint: true
    default: false
    }
  }
}
