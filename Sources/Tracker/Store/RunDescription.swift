import Settings
import Telemetry

/// What is known of a run before its first step; the log's first frame, as JSON. Write one to start a run of a kind of your own;
/// `Store.start(experiment:)` of Runs writes it for you.
///
/// ```swift
/// import Runs
///
/// let store = try Store(path: "runs", create: true)
/// let run = try store.start(
///   RunDescription(
///     kind: "simulation", experiment: "orbits", subject: "euler", target: "moon", seed: 1,
///     hyperparameters: ["dt": .number(0.01)], surroundings: .current(), start: 1_700_000_000_000_000))
/// try run.finish(status: .finished)
/// print(try store.load(run.id).description.subject)  // euler
/// ```
public struct RunDescription: Sendable, Hashable {
  public var kind: RunKind
  public var experiment: String
  /// The user's name for it, may be empty.
  public var name: String
  /// What learns, is fitted or is computed: `ppo`, `logistic`. Filters, tables and files call it `agent`.
  public var subject: String
  /// What it learns on: `CartPole-v1`, `iris.csv:species`. Filters, tables and files call it `environment`.
  public var target: String
  public var seed: UInt64
  /// Steps asked for: transitions, epochs or iterations; 0 for a run without a known end.
  public var budget: Int
  /// The hyperparameter that is the budget, `n_timesteps`; nil where the budget follows from others or there is none.
  ///
  /// Such a run may be extended: what it is resumed to takes the hyperparameter's place.
  public var budgetParameter: String?
  /// Everything that the run's user may set of what learns, but the budget.
  public var hyperparameters: [String: HyperparameterValue]
  /// Evaluation and checkpoint settings by their command-line names (`eval-freq`, `eval-episodes`, `save-freq`, …).
  public var protocolSettings: [String: HyperparameterValue]
  /// The names of the settings that make no other configuration, as when it saves and what watches it; nil in logs of earlier
  /// programs.
  package var settingsApart: [String]?
  /// `ConfigurationIdentity.hash`: runs that share it differ by their seed only.
  public var configurationHash: String
  /// The hash that earlier programs gave this configuration, by which their runs are recognized; nil in their logs.
  package var formerHash: String?
  public var tags: [String: String]
  public var surroundings: Surroundings
  /// Unix time in microseconds.
  public var start: Int64
  /// True where many writers record it, one after the other, as commands of a shell do: until it is finished such a run
  /// is open, not crashed.
  public var inParts: Bool?
  /// The id of the run that this one is a part of, in the same store.
  public var parent: String?
  /// The step of a workflow that the run did; nil outside one.
  package var step: StepRecord?
  /// What the run tries for its parent, a search; nil outside one.
  package var trial: TrialRecord?

  /// The settings without how a fit reads each column of its data, which is long and follows from the others.
  package var shownSettings: [String: HyperparameterValue] {
    protocolSettings.filter { $0.key != "reading" && $0.key != "validation-reading" }
  }

  /// What the run is while nobody writes it and it has not finished.
  var unfinishedStatus: RunStatus { inParts == true ? .open : .crashed }

  public init(
    kind: RunKind, experiment: String, name: String = "", subject: String, target: String, seed: UInt64,
    budget: Int = 0, budgetParameter: String? = nil, hyperparameters: [String: HyperparameterValue],
    protocolSettings: [String: HyperparameterValue] = [:], configurationHash: String? = nil,
    tags: [String: String] = [:], surroundings: Surroundings, start: Int64, inParts: Bool? = nil,
    formerHash: String? = nil, parent: String? = nil, settingsApart: [String]? = nil
  ) {
    self.kind = kind
    self.experiment = experiment
    self.name = name
    self.subject = subject
    self.target = target
    self.seed = seed
    self.budget = budget
    self.budgetParameter = budgetParameter
    self.hyperparameters = hyperparameters
    self.protocolSettings = protocolSettings
    self.settingsApart = settingsApart
    self.configurationHash =
      configurationHash
      ?? ConfigurationIdentity(kind: kind, subject: subject, target: target, settings: hyperparameters).hash
    self.formerHash = formerHash
    self.tags = tags
    self.surroundings = surroundings
    self.start = start
    self.inParts = inParts
    self.parent = parent
  }
}

extension RunDescription: Codable {
  private enum CodingKeys: String, CodingKey {
    case subject = "agent"
    case target = "environment"
    case kind, experiment, name, seed, budget, budgetParameter, hyperparameters, protocolSettings,
      configurationHash, formerHash, tags, surroundings, start, inParts, parent, settingsApart, step, trial
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    experiment = try values.decode(String.self, forKey: .experiment)
    name = try values.decode(String.self, forKey: .name)
    subject = try values.decode(String.self, forKey: .subject)
    target = try values.decode(String.self, forKey: .target)
    seed = try values.decode(UInt64.self, forKey: .seed)
    budget = try values.decode(Int.self, forKey: .budget)
    budgetParameter = try values.decodeIfPresent(String.self, forKey: .budgetParameter)
    hyperparameters = try values.decode([String: HyperparameterValue].self, forKey: .hyperparameters)
    protocolSettings = try values.decode([String: HyperparameterValue].self, forKey: .protocolSettings)
    configurationHash = try values.decode(String.self, forKey: .configurationHash)
    formerHash = try values.decodeIfPresent(String.self, forKey: .formerHash)
    tags = try values.decode([String: String].self, forKey: .tags)
    surroundings = try values.decode(Surroundings.self, forKey: .surroundings)
    start = try values.decode(Int64.self, forKey: .start)
    inParts = try values.decodeIfPresent(Bool.self, forKey: .inParts)
    parent = try values.decodeIfPresent(String.self, forKey: .parent)
    settingsApart = try values.decodeIfPresent([String].self, forKey: .settingsApart)
    step = try values.decodeIfPresent(StepRecord.self, forKey: .step)
    trial = try values.decodeIfPresent(TrialRecord.self, forKey: .trial)
    let former = try FormerRunDescription(from: decoder)
    kind = try values.decodeIfPresent(RunKind.self, forKey: .kind) ?? former.kind(tags, protocolSettings)
    former.complete(&hyperparameters, &budgetParameter)
  }
}

/// The machine and program that a run ran on: what its numbers may depend on. `Surroundings.current()` of Runs describes this
/// one.
///
/// ```swift
/// func sameMachine(_ a: RunRecord, _ b: RunRecord) -> Bool {
///   a.description.surroundings.blasCoreType == b.description.surroundings.blasCoreType
/// }
/// ```
public struct Surroundings: Sendable, Codable, Hashable {
  public var programVersion: String
  public var gitCommit: String?
  public var host: String
  public var cores: Int
  public var blasCoreType: String
  public var blasThreads: Int
  public var kernelVariant: String
  public var commandLine: [String]

  public init(
    programVersion: String, gitCommit: String?, host: String, cores: Int, blasCoreType: String, blasThreads: Int,
    kernelVariant: String, commandLine: [String]
  ) {
    self.programVersion = programVersion
    self.gitCommit = gitCommit
    self.host = host
    self.cores = cores
    self.blasCoreType = blasCoreType
    self.blasThreads = blasThreads
    self.kernelVariant = kernelVariant
    self.commandLine = commandLine
  }
}
