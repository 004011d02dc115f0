import Settings
import Telemetry
import Tracker

/// What two runs do not have in common.
package struct RunDiff: Sendable, Hashable, Encodable {
  /// Something that the runs have different values of; nil where a run has none.
  package struct Difference<Value: Sendable & Hashable & Encodable>: Sendable, Hashable, Encodable {
    package var name: String
    package var first: Value?
    package var second: Value?
  }

  package var first: String
  package var second: String
  /// With `n_envs` and `n_timesteps`.
  package var hyperparameters: [Difference<HyperparameterValue>]
  /// Agent, environment, seed, and the evaluation and checkpoint settings.
  package var settings: [Difference<HyperparameterValue>]
  package var surroundings: [Difference<String>]
  package var tags: [Difference<String>]
  /// The last value of each metric; values are the same when their bits are.
  package var metrics: [Difference<Double>]

  /// Every list is sorted by name.
  package init(_ first: RunRecord, _ second: RunRecord) {
    self.first = first.id
    self.second = second.id
    hyperparameters = Self.differences(first.parameters, second.parameters)
    settings = Self.differences(first.settings, second.settings)
    surroundings = Self.differences(first.description.surroundings.facts, second.description.surroundings.facts)
    tags = Self.differences(first.tags, second.tags)
    metrics = Self.differences(first.lastValues, second.lastValues) { $0.bitPattern == $1.bitPattern }
  }

  package var isEmpty: Bool {
    hyperparameters.isEmpty && settings.isEmpty && surroundings.isEmpty && tags.isEmpty && metrics.isEmpty
  }

  private static func differences<Value>(
    _ first: [String: Value], _ second: [String: Value], same: (Value, Value) -> Bool = { $0 == $1 }
  ) -> [Difference<Value>] {
    Set(first.keys).union(second.keys).sorted().compactMap { name in
      if let one = first[name], let other = second[name], same(one, other) { return nil }
      return Difference(name: name, first: first[name], second: second[name])
    }
  }
}

extension RunRecord {
  fileprivate var settings: [String: HyperparameterValue] {
    var values = description.shownSettings
    values["agent"] = .text(description.subject)
    values["environment"] = .text(description.target)
    // A seed above Int.max is told by its digits.
    values["seed"] = Int(exactly: description.seed).map { .integer($0) } ?? .text("\(description.seed)")
    return values
  }

  /// The last value of every metric by its name, but for the machine's.
  package var lastValues: [String: Double] {
    var values: [String: Double] = [:]
    for series in series where !series.metric.isOfSystem { values[series.metric.name] = series.values.last }
    return values
  }
}

extension Surroundings {
  /// Each fact by its name, as people read it.
  package var facts: [String: String] {
    var facts = [
      "program": programVersion, "host": host, "cores": "\(cores)", "BLAS core type": blasCoreType,
      "BLAS threads": "\(blasThreads)", "kernel variant": kernelVariant,
      "command line": commandLine.joined(separator: " "),
    ]
    facts["git commit"] = gitCommit
    return facts
  }
}
