import ArgumentParser
import RLCore
import Settings
import Training

struct AgentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents", abstract: "List the agents, or one agent's hyperparameters.",
    discussion: """
      Example:
        rlrun agents
        rlrun agents ppo
      """, aliases: ["agent"])

  @Argument(help: "An agent.")
  var agent: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard let agent else {
      return try CataloguePage.list(Agents.all.map { ($0.name, $0.summary) }, word: "agent", json: json)
    }
    guard let type = Agents.named(agent) else {
      throw HyperparameterError(unknownName: agent, kind: "agent", among: Agents.all.map { $0.name })
    }
    try CataloguePage.show(name: type.name, summary: type.summary, Agents.documentation(of: type), json: json)
    if json { return }
    for preset in [Preset.zoo, .best] {
      let environments = try preset.environments(agent: type.name)
      if !environments.isEmpty { printPage("\n--preset \(preset.rawValue): \(environments.joined(separator: ", "))") }
    }
  }
}
