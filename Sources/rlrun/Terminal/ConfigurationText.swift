import Experiments
import Foundation
import Telemetry

/// A resolved configuration as YAML that `--config` reads back, or as JSON.
struct ConfigurationText {
  let text: String

  init(_ configuration: TrainingConfiguration, json: Bool) throws {
    var values = configuration.hyperparameters
    values["n_envs"] = .integer(configuration.copies)
    values["n_timesteps"] = .integer(configuration.plan.budget)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      let content = Content(
        agent: configuration.agent, environment: configuration.environment, hash: configuration.hash, values: values)
      text = String(decoding: try encoder.encode(content), as: UTF8.self)
      return
    }
    var lines = [
      "# \(configuration.agent) in \(configuration.environment), configuration \(configuration.hash)",
      "# evaluated every \(configuration.plan.evaluationFrequency) steps over "
        + "\(configuration.plan.evaluationEpisodes) episodes, a checkpoint every \(configuration.plan.saveFrequency)",
    ]
    for (name, value) in values.sorted(by: { $0.key < $1.key }) { lines.append("\(name): \(value)") }
    text = lines.joined(separator: "\n")
  }

  private struct Content: Encodable {
    var agent: String
    var environment: String
    var hash: String
    var values: [String: HyperparameterValue]
  }
}
