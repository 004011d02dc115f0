/// What runs that may be compared as equals share; they differ by their seed only.
struct GroupKey: Hashable, Comparable {
  var agent: String
  var environment: String
  var configurationHash: String

  init(_ description: RunDescription) {
    (agent, environment) = (description.agent, description.environment)
    configurationHash = description.configurationHash
  }

  static func < (a: GroupKey, b: GroupKey) -> Bool {
    (a.agent, a.environment, a.configurationHash) < (b.agent, b.environment, b.configurationHash)
  }
}
