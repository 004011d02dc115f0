import Formats
import Settings
import Telemetry
import Tracker

/// What runs that may be compared as equals share; they differ by their seed only.
struct GroupKey: Hashable, Comparable {
  var agent: String
  var environment: String
  var configurationHash: String
  /// Where a run was resumed to another budget than its configuration's.
  var extendedBudget: Int?

  /// With `merging`, runs share a key that differ by nothing else than what is merged.
  init(_ record: RunRecord, merging: Set<Merging> = []) {
    let description = record.description
    (agent, environment) = (description.subject, description.target)
    configurationHash = description.configurationHash
    if record.budget != description.budget, !merging.contains(.budget) { extendedBudget = record.budget }
    if merging.isEmpty { return }
    if merging.contains(.version) { environment = Self.unversioned(environment) }
    var settings = record.hyperparameters
    if !merging.contains(.budget), let name = description.budgetParameter {
      settings[name] = .integer(description.budget)
    }
    let apart = description.settingsApart.map(Set.init) ?? Self.formerSettingsApart
    for (name, value) in description.protocolSettings where !apart.contains(name) {
      if !merging.contains(.protocol) || !name.hasPrefix("eval-") { settings[name] = value }
    }
    configurationHash =
      ConfigurationIdentity(kind: description.kind, subject: agent, target: environment, settings: settings).hash
  }

  /// Settings that made no other configuration before logs said which do not.
  private static let formerSettingsApart: Set<String> = [
    "command-timeout", "data", "max-time", "reading", "rules", "save-freq", "validation-data", "validation-reading",
    "watch", "watch-every",
  ]

  /// What a program set after its start is part of its configuration as what it began with.
  private mutating func add(_ later: [String: HyperparameterValue]) {
    if later.isEmpty { return }
    let settings = later.merging(["configuration": .text(configurationHash)]) { $1 }
    configurationHash = ConfigurationIdentity(kind: "", subject: agent, target: environment, settings: settings).hash
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

extension GroupKey {
  /// Parts what has a run each into groups of runs that differ by their seed only. All tables and pictures part runs here.
  ///
  /// Runs of earlier programs are of the group of today's runs that tell their hash. `areExtensionsApart`: whether a run that
  /// was resumed to another budget is no longer of its configuration's group.
  static func groups<Member>(
    of members: [Member], merging: Set<Merging> = [], areExtensionsApart: Bool = true, run: (Member) -> RunRecord
  ) -> [GroupKey: [Member]] {
    let keys = members.map { member in
      var key = GroupKey(run(member), merging: merging)
      if !areExtensionsApart { key.extendedBudget = nil }
      return key
    }
    var current: [GroupKey: String] = [:]
    if merging.isEmpty {
      for (member, key) in zip(members, keys) {
        guard let former = run(member).description.formerHash else { continue }
        var formerKey = key
        (formerKey.configurationHash, formerKey.extendedBudget) = (former, nil)
        current[formerKey] = key.configurationHash
      }
    }
    var groups: [GroupKey: [Member]] = [:]
    for (member, key) in zip(members, keys) {
      var (key, formerKey) = (key, key)
      formerKey.extendedBudget = nil
      if let hash = current[formerKey] { key.configurationHash = hash }
      if merging.isEmpty { key.add(run(member).laterParameters) }
      groups[key, default: []].append(member)
    }
    return groups
  }
}

/// What runs may differ by and still be compared, when their user says so.
package enum Merging: String, Sendable, Codable, CaseIterable, Hashable {
  /// The number of steps they train for.
  case budget
  /// `CartPole-v0` and `CartPole-v1`.
  case version
  /// How they are evaluated.
  case `protocol`
}
