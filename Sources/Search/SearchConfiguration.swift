import Runs
import Settings
import Telemetry
import Tracker
import Tuning

/// Everything that decides what a search tries: the run that it varies, the space, how settings are chosen, when trials end, and
/// what their score is.
package struct SearchConfiguration: Sendable {
  /// What a trial is.
  package enum Subject: Sendable, Hashable {
    /// A run of a kind that this program makes.
    case run(TrialTemplate)
    /// A program, its command line with `{NAME}` where the value of a setting goes.
    case program([String])
    /// Whatever those do who ask for settings and tell a score.
    case asked(String)
  }

  package internal(set) var subject: Subject
  package internal(set) var space: SearchSpace
  package var sampler = SamplerName.tpe
  package var pruner = PrunerName.none
  /// ASHA's first rung, in steps of the progress metric; nil: a 27th of the budget.
  package var firstRung: Int?
  /// Of the trials that come to a rung of ASHA's one in so many goes on.
  package var reductionFactor = 3
  /// Proposals, beside the settings that the search starts from.
  package var trials = 50
  /// What is tried first, in order, before the sampler chooses.
  package var portfolio: [[String: HyperparameterValue]] = []
  /// How many trials are chosen from the same knowledge, that of the trials before them, so that it makes no difference how many
  /// workers there are; nil: each knows all that have ended.
  package var batch: Int?
  /// Runs of each trial, of consecutive seeds from the search's own on.
  package var seedsPerTrial = 1
  /// Runs that confirm the best settings, and as many of the first, with seeds that had no part in the choice.
  package var freshSeeds = 5
  /// What a run is judged by: its last value.
  package var metric: Metric
  package var direction: ScoreDirection
  /// What a run is judged by on the way; nil: it is not.
  package var progressMetric: Metric?
  /// How members of a population train; nil: trials are independent of each other.
  package var population: Population?
  /// How often a trial is taken up again whose worker died; where one more dies, it has failed.
  package var toleratedDeaths = 1
  /// Stop after so many trials without a better one; nil: do not.
  package var patience: Int?
  /// Stop once a better trial is unlikely: see `RegretBound`.
  package var stopsWhenUnlikely = false
  /// Stop once all runs together have done so many steps; nil: no limit.
  package var maximumSteps: Int?
  /// Stop proposing, and end trials, after so many seconds; nil: no limit.
  package var maximumSeconds: Double?
  /// Seconds beyond those that trials may go on for as long as none has finished: some result is better than none.
  package var graceSeconds = 0.0
  /// Whether each run has a process of its own.
  package var isIsolated = false
  /// Seconds that a run may take; nil: no limit.
  package var trialSeconds: Double?
  /// Bytes of address space that the process of a run may take; nil: no limit.
  package var trialMemory: Int?

  /// How long a run took to its end, as a metric: where runs stop at a score, the sooner the better.
  package static let steps: Metric = "steps"

  /// A search for the best settings of `configuration`, which a program of this kind makes runs of.
  package init<Configuration: LearnerConfiguration>(
    of configuration: Configuration, space: SearchSpace, metric: Metric, direction: ScoreDirection
  ) throws(ConfigurationError) {
    let template = TrialTemplate(configuration)
    for parameter in space.parameters where !template.names.contains(parameter.name) {
      throw ConfigurationError(
        "\(template.subject) has no setting '\(parameter.name)' to search"
          + (didYouMean(parameter.name, among: template.names.sorted()) ?? ""))
    }
    self.init(.run(template), space, metric, direction)
  }

  /// A search for the best of several runs, and its settings: those of the space have the name of theirs before them, see
  /// ``TrialTemplate/name(_:of:)``, and one is ``TrialTemplate/alternative``. It starts from no settings. Traps without a run.
  package init<Configuration: LearnerConfiguration>(
    among candidates: [(name: String, configuration: Configuration)], space: SearchSpace, metric: Metric,
    direction: ScoreDirection
  ) throws(ConfigurationError) {
    let template = TrialTemplate(choosing: candidates)
    for parameter in space.parameters where !template.names.contains(parameter.name) {
      throw ConfigurationError("no candidate has the setting '\(parameter.name)'")
    }
    self.init(.run(template), space, metric, direction)
    freshSeeds = 0
  }

  /// A search for the best settings of a program. Throws where its command line and the space do not go together.
  package init(
    program words: [String], space: SearchSpace, metric: Metric, direction: ScoreDirection
  ) throws(ConfigurationError) {
    try ProgramCommand(words).check(against: space)
    self.init(.program(words), space, metric, direction)
  }

  /// A search that others ask for settings.
  package init(asked name: String, space: SearchSpace, metric: Metric, direction: ScoreDirection) {
    self.init(.asked(name), space, metric, direction)
    freshSeeds = 0
  }

  init(_ subject: Subject, _ space: SearchSpace, _ metric: Metric, _ direction: ScoreDirection) {
    (self.subject, self.space, self.metric, self.direction) = (subject, space, metric, direction)
  }

  /// Throws a sentence where the settings cannot work.
  package func check() throws {
    if space.parameters.isEmpty { throw ConfigurationError("the space is empty: there is nothing to search") }
    if trials < 1 { throw ConfigurationError("a search needs at least one trial") }
    _ = try sampler.makeSampler(space: space, seed: 0, direction: direction)
    if pruner != .none, progressMetric == nil {
      throw ConfigurationError(
        "\(subject.name) reports nothing on the way, by which the pruner '\(pruner.rawValue)' could judge: use --pruner none"
      )
    }
    try checkPopulation()
    if stopsWhenUnlikely, population != nil {
      throw ConfigurationError("a population has no bound on its regret, as its trials depend on each other")
    }
    if trialMemory != nil, !isIsolated, !subject.isProgram {
      throw ConfigurationError("a limit of memory needs a process for each trial: add --isolate")
    }
  }

  /// Proposals at most: a grid may have fewer.
  package var proposalLimit: Int {
    if let population, case .run(let template) = subject {
      return population.members * population.generations(of: template.budget)
    }
    return sampler == .grid ? min(trials, space.gridSize ?? trials) : trials
  }

  /// Trials at most, with the settings that the search starts from.
  package var trialLimit: Int { proposalLimit + (startValues == nil || population != nil ? 0 : 1) }

  /// The number of the last trial that a proposal may know of; nil: it knows all that there are.
  func lastKnown(to number: Int) -> Int? {
    guard let batch else { return nil }
    let chosen = number - 1 - portfolio.count
    if chosen >= 0 { return portfolio.count + chosen / max(1, batch) * max(1, batch) }
    // Nothing decides what is tried first, but whether it goes on.
    return pruner == .none ? 0 : (number - 1) / max(1, batch) * max(1, batch)
  }

  /// ASHA's rungs are a 27th, a ninth and a third of the budget where nothing else was said.
  func makePruner() -> any Pruner {
    var first = 1
    if case .run(let template) = subject { first = firstRung ?? max(1, template.budget / 27) }
    return pruner.makePruner(direction: direction, minResource: first, reductionFactor: reductionFactor)
  }

  /// The settings that the search starts from, as far as the space has them and they lie in it.
  var startValues: [String: HyperparameterValue]? {
    guard case .run(let template) = subject, template.alternatives == nil else { return nil }
    var all = template.parameters
    if let name = template.budgetParameter { all[name] = .integer(template.budget) }
    var values: [String: HyperparameterValue] = [:]
    for parameter in space.parameters where space.isActive(parameter, in: values) {
      values[parameter.name] = all[parameter.name]
    }
    return values
  }
}

extension SearchConfiguration.Subject {
  package var name: String {
    switch self {
    case .run(let template): template.subject
    case .program(let words): words.first.map { String($0.split(separator: "/").last ?? "") } ?? "program"
    case .asked(let name): name
    }
  }

  var isProgram: Bool { if case .program = self { true } else { false } }
}
