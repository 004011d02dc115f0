import Runs
import Settings
import Telemetry
import Tracker
import Tuning

/// A search whose trials its user does: ask for settings, try them, tell how good they were. Use it where a program of your own
/// is what is searched; any number of processes may ask one search.
///
/// ```swift
/// import Telemetry
/// import Tracker
///
/// let store = try Store(path: "runs", create: true)
/// let search = try AskedSearch(space: "x: {low: 0.0, high: 1.0}", metric: "loss", trials: 20, in: store)
/// while let (run, values) = try search.ask() {
///   let x = try values["x"]!.number(for: "x", in: .unit)
///   try search.tell(run, (x - 0.5) * (x - 0.5))
/// }
/// print("rlrun search show \(search.id)")
/// ```
public struct AskedSearch: Sendable {
  /// The search's run.
  public let id: String
  private let store: Store
  private let worker: SearchWorker

  /// Starts a search over a space in YAML, `Docs/SEARCH.md` says how it is written. Whether lower values of `metric` are better
  /// follows from its name: losses and errors are minimised. Throws a sentence about what is wrong with the space.
  public init(
    space: String, metric: Metric, trials: Int = 50, experiment: String = "default", seed: UInt64 = 0, in store: Store
  ) throws {
    var configuration = SearchConfiguration(
      asked: "asked", space: try SearchSpace(yaml: space, source: "the space", domains: nil), metric: metric,
      direction: metric.isMinimized ? .minimize : .maximize)
    configuration.trials = trials
    try self.init(configuration, experiment: experiment, seed: seed, in: store)
  }

  package init(
    _ configuration: SearchConfiguration, experiment: String, name: String = "", seed: UInt64, in store: Store
  ) throws {
    try configuration.check()
    var description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: [:], surroundings: .current())
    description.inParts = true
    let writer = try store.start(description)
    try writer.sync()
    try self.init(writer.id, in: store)
  }

  /// One that was started before. Throws where the run is no search that is asked.
  public init(_ id: String, in store: Store) throws {
    (self.id, self.store) = (id, store)
    worker = try SearchWorker(store.load(id), in: store)
    guard case .asked = worker.configuration.subject else {
      throw ConfigurationError("search \(id) does its trials itself: 'rlrun search open' starts one to be asked")
    }
  }

  /// The one that a run was asked of.
  package init(of run: String, in store: Store) throws {
    guard let parent = try store.load(run).description.parent else { throw Self.notAsked(run) }
    try self.init(parent, in: store)
  }

  private static func notAsked(_ run: String) -> ConfigurationError {
    ConfigurationError("run \(run) was not asked for: 'rlrun search ask' gives settings to try")
  }

  /// The next settings to try, and the run to tell the score of; nil where all have been asked for.
  public func ask() throws -> (run: String, values: [String: HyperparameterValue])? {
    guard case .trial(let trial) = try worker.claim(), let record = try store.load(trial.id).description.trial else {
      return nil
    }
    return (trial.id, record.values)
  }

  /// Tells how good the settings of a run were; with `step` how good on the way, and then the run goes on. nil: they did not
  /// work. Throws where the run was not asked for, or has been told of.
  public func tell(_ run: String, _ score: Double?, step: Int? = nil) throws {
    try tell(run, score.map { .success($0) } ?? .failure(TrialError("the settings did not work")), step: step)
  }

  package func tell(_ run: String, _ result: Result<Double, TrialError>, step: Int?) throws {
    let record = try store.load(run)
    guard record.description.trial != nil, record.description.parent == id else {
      throw Self.notAsked(run)
    }
    if record.status == .finished || record.status == .failed {
      throw ConfigurationError("run \(run) has been told of already: it is \(record.status.rawValue)")
    }
    let writer = try store.append(to: run)
    switch result {
    case .failure(let error): try writer.finish(status: .failed, message: error.description)
    case .success(let score):
      writer.record(worker.configuration.metric, score, step: step ?? record.lastStep + 1)
      if step == nil { try writer.finish(status: .finished) } else { try writer.sync() }
    }
  }
}
