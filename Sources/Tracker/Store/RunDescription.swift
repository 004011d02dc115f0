import Settings
import Telemetry

/// What is known of a run before its first step; the log's first frame, as JSON.
public struct RunDescription: Sendable, Codable, Hashable {
  /// nil in logs of programs that did not record it.
  package var recordedKind: RunKind?
  public var experiment: String
  /// The user's words for it, may be empty.
  public var name: String
  public var agent: String
  public var environment: String
  public var seed: UInt64
  /// The number of environments stepped together; 0 where there are none, as in the fit of a model.
  public var copies: Int
  /// Transitions asked for; epochs or iterations of a fit.
  public var budget: Int
  public var hyperparameters: [String: HyperparameterValue]
  /// Evaluation and checkpoint settings by their command-line names (`eval-freq`, `eval-episodes`, `save-freq`, …).
  public var protocolSettings: [String: HyperparameterValue]
  /// Hash of hyperparameters, environment, budget and evaluation protocol; runs that share it differ by seed only.
  public var configurationHash: String
  public var tags: [String: String]
  public var surroundings: Surroundings
  /// Unix time in microseconds.
  public var start: Int64
  /// True where many writers record it, one after the other, as commands of a shell do: until it is finished such a run
  /// is open, not crashed.
  public var inParts: Bool?

  /// The settings without how a fit reads each column of its data, which is long and follows from the others.
  package var shownSettings: [String: HyperparameterValue] {
    protocolSettings.filter { $0.key != "reading" && $0.key != "validation-reading" }
  }

  /// What the run is while nobody writes it and it has not finished.
  var unfinishedStatus: RunStatus { inParts == true ? .open : .crashed }

  public init(
    experiment: String, name: String = "", agent: String, environment: String, seed: UInt64, copies: Int, budget: Int,
    hyperparameters: [String: HyperparameterValue], protocolSettings: [String: HyperparameterValue],
    configurationHash: String, tags: [String: String] = [:], surroundings: Surroundings, start: Int64,
    inParts: Bool? = nil, kind: RunKind? = nil
  ) {
    recordedKind = kind
    self.experiment = experiment
    self.name = name
    self.agent = agent
    self.environment = environment
    self.seed = seed
    self.copies = copies
    self.budget = budget
    self.hyperparameters = hyperparameters
    self.protocolSettings = protocolSettings
    self.configurationHash = configurationHash
    self.tags = tags
    self.surroundings = surroundings
    self.start = start
    self.inParts = inParts
  }
}

extension RunDescription {
  private enum CodingKeys: String, CodingKey {
    case recordedKind = "kind"
    case experiment, name, agent, environment, seed, copies, budget, hyperparameters, protocolSettings,
      configurationHash, tags, surroundings, start, inParts
  }
}

/// The machine and program a run ran on: what its numbers may depend on.
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
