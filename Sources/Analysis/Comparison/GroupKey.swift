import Formats
import Telemetry
import Tracker

/// What runs that may be compared as equals share; they differ by their seed only.
struct GroupKey: Hashable, Comparable {
  var agent: String
  var environment: String
  var configurationHash: String
  /// Where a run was resumed to another budget than its configuration's.
  var extendedBudget: Int?

  init(_ description: RunDescription) {
    (agent, environment) = (description.agent, description.environment)
    configurationHash = description.configurationHash
  }

  /// With `merging`, runs share a key that differ by nothing else than what is merged.
  init(_ record: RunRecord, merging: Set<Merging> = []) {
    self.init(record.description)
    let description = record.description
    if record.budget != description.budget, !merging.contains(.budget) { extendedBudget = record.budget }
    if merging.isEmpty { return }
    if merging.contains(.version) { environment = Self.unversioned(environment) }
    var settings = description.hyperparameters
    settings["n_envs"] = .integer(description.copies)
    if !merging.contains(.budget) { settings["n_timesteps"] = .integer(description.budget) }
    if !merging.contains(.protocol) { settings.merge(description.protocolSettings) { $1 } }
    let text = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    configurationHash = String(SHA256.hexadecimal(Array("\(agent)\n\(environment)\n\(text)".utf8)).prefix(16))
  }

  /// `CartPole` of `CartPole-v1`.
  static func unversioned(_ environment: String) -> String {
    guard let dash = environment.lastIndex(of: "-") else { return environment }
    let version = environment[environment.index(after: dash)...]
    guard version.first == "v", version.count > 1, version.dropFirst().allSatisfy(\.isNumber) else {
      return environment
    }
    return String(environment[..<dash])
  }

  static func < (a: GroupKey, b: GroupKey) -> Bool {
    (a.agent, a.environment, a.configurationHash, a.extendedBudget ?? 0)
      < (b.agent, b.environment, b.configurationHash, b.extendedBudget ?? 0)
  }
}

/// What runs may differ by and still be held against each other, when their user says so.
public enum Merging: String, Sendable, Codable, CaseIterable, Hashable {
  /// The number of steps they train for.
  case budget
  /// `CartPole-v0` and `CartPole-v1`.
  case version
  /// How they are evaluated.
  case `protocol`
}
