import Runs
import Settings
import Telemetry
import Tracker

/// Settings for whoever does the trials of a search: ask for some, try them, tell how good they were.
package enum AskedSearch {
  /// What was asked for: the run that the score is told of, and the settings.
  package struct Question: Sendable, Codable {
    package var run: String
    package var trial: Int
    package var seed: UInt64
    package var values: [String: HyperparameterValue]
  }

  /// Starts a search of which nobody does the trials but those who ask; returns its id.
  package static func open(
    _ configuration: SearchConfiguration, seed: UInt64, experiment: String, name: String = "",
    tags: [String: String] = [:], in store: Store
  ) throws -> String {
    try configuration.check()
    var description = configuration.description(
      seed: seed, experiment: experiment, name: name, tags: tags, surroundings: .current())
    description.inParts = true
    let writer = try store.start(description)
    try writer.sync()
    return writer.id
  }

  /// The next settings to try; nil where all have been asked for. Throws where the search has its trials done itself.
  package static func ask(_ search: String, in store: Store) throws -> Question? {
    let record = try store.load(search)
    let worker = try SearchWorker(record, in: store)
    guard case .asked = worker.configuration.subject else {
      throw ConfigurationError("search \(search) does its trials itself: 'rlrun search open' starts one to be asked")
    }
    guard case .trial(let trial) = try worker.claim() else { return nil }
    let description = try store.load(trial.id).description
    guard let record = description.trial else { return nil }
    return Question(run: trial.id, trial: record.number, seed: description.seed, values: record.values)
  }

  /// Tells how good the settings of a run were; with `step` how good on the way, and then the run goes on.
  package static func tell(_ run: String, score: Double, step: Int? = nil, in store: Store) throws {
    let (record, configuration) = try question(run, in: store)
    let writer = try store.append(to: run)
    writer.record(configuration.metric, score, step: step ?? record.lastStep + 1)
    if step == nil { try writer.finish(status: .finished) } else { try writer.sync() }
  }

  /// Tells that the settings of a run did not work.
  package static func tellFailure(_ run: String, _ message: String, in store: Store) throws {
    _ = try question(run, in: store)
    try store.append(to: run).finish(status: .failed, message: message)
  }

  private static func question(_ run: String, in store: Store) throws -> (RunRecord, SearchConfiguration) {
    let record = try store.load(run)
    guard record.description.trial != nil, let parent = record.description.parent else {
      throw ConfigurationError("run \(run) was not asked for: 'rlrun search ask' gives settings to try")
    }
    if record.status == .finished || record.status == .failed {
      throw ConfigurationError("run \(run) has been told of already: it is \(record.status.rawValue)")
    }
    return (record, try SearchConfiguration(of: store.load(parent).description))
  }
}
