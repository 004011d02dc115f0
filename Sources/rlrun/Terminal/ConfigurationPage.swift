import Settings
import Training

/// A resolved configuration, for JSON or as YAML that `--config` reads back.
struct ConfigurationPage: Encodable {
  var agent: String
  var environment: String
  var hash: String
  var values: [String: HyperparameterValue]

  /// Comments that say what was resolved, for YAML only.
  private let heading: [String]

  init(_ configuration: TrainingConfiguration) {
    agent = configuration.agent
    environment = configuration.environment
    hash = configuration.hash
    values = configuration.parameters
    let plan = configuration.loopPlan
    heading = [
      "# \(agent) in \(environment), configuration \(hash)",
      "# evaluated every \(plan.evaluationFrequency) steps over \(configuration.evaluationEpisodes) episodes",
      "# a checkpoint every \(plan.saveSpacing) steps" + (plan.savesWhereItPays ? ", once a second at most" : ""),
    ]
  }

  var yaml: String {
    (heading + values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }).joined(separator: "\n")
  }

  private enum CodingKeys: String, CodingKey { case agent, environment, hash, values }
}
