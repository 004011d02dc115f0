import ArgumentParser
import Formats
import RLCore
import Settings

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
    guard let agent else { return try list() }
    guard let type = Agents.named(agent) else {
      throw HyperparameterError(unknownName: agent, kind: "agent", among: Agents.all.map { $0.name })
    }
    let hyperparameters = Agents.documentation(of: type)
    if json { return try printJSON(hyperparameters) }
    printPage("\(type.name): \(type.summary)\n")
    var table = TextTable(["hyperparameter", "default", "accepts", "meaning"])
    for item in hyperparameters { table.add([item.name, "\(item.defaultValue)", item.range, item.meaning]) }
    printPage(table)
  }

  private func list() throws {
    if json { return try printJSON(Agents.all.map { ["name": $0.name, "summary": $0.summary] }) }
    var table = TextTable(["agent", "what it is"])
    for type in Agents.all { table.add([type.name, type.summary]) }
    printPage(table)
  }
}
