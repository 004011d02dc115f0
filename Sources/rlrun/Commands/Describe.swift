import ArgumentParser
import Debugger
import Environments
import Fitting
import Foundation
import Models
import RLCore
import Runs
import Settings
import Training

struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Describe everything there is, for other programs: environments, agents, models, rules, commands.",
    discussion: """
      Example:
        rlrun describe
        rlrun describe --json

      With --json each hyperparameter has its domain, {"type": "real", "low": 0, "low_is_included": false, "high": null},
      and each command its arguments: enough to build a form or a search space.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let page = try DescriptionPage()
    if json { return try printJSON(page) }
    func list(_ title: String, _ names: [String]) {
      printPage("\(names.count) \(title): \(names.joined(separator: ", "))", hanging: 2)
    }
    list("environments", page.environments.map(\.id))
    list("agents", page.agents.map(\.name))
    list("models", page.models.map(\.name))
    list("rules", page.rules.map(\.name))
    list("commands", page.commands.map(\.name))
  }
}

/// What 'describe --json' prints.
private struct DescriptionPage: Encodable {
  struct Environment: Encodable {
    var id: String
    var summary: String
    var observationSpace: String
    var actionSpace: String
    var masksActions: Bool
    var timeLimit: Int?
    var rewardThreshold: Double?
    /// The command that installs what it needs beyond rlrun.
    var needs: String?
    var options: [EnvironmentOption]
  }

  struct EnvironmentOption: Encodable {
    var name: String
    var defaultValue: String
    var accepts: String
    var meaning: String
  }

  struct Agent: Encodable {
    var name: String
    var summary: String
    var hyperparameters: [HyperparameterDocumentation]
    /// Environments for which there are tuned hyperparameters.
    var presets: [String]
    /// Environments that a search found the best hyperparameters for.
    var bestPresets: [String]
  }

  struct Model: Encodable {
    var name: String
    var summary: String
    var tasks: [String]
    var hyperparameters: [HyperparameterDocumentation]
  }

  struct Rule: Encodable {
    var name: String
    var summary: String
    var of: String
    var isDefault: Bool
    var hyperparameters: [HyperparameterDocumentation]
  }

  struct Command: Encodable {
    struct Argument: Encodable {
      /// `positional`, `option` or `flag`.
      var kind: String
      var names: [String]
      var valueName: String?
      var help: String?
      var defaultValue: String?
      var values: [String]?
      var isOptional: Bool
      var isRepeating: Bool
    }

    var name: String
    var summary: String?
    var arguments: [Argument]

    init(_ command: CommandDescription) {
      (name, summary) = (command.commandName, command.abstract)
      arguments = (command.arguments ?? []).filter(\.shouldDisplay).map { argument in
        Argument(
          kind: argument.kind, names: (argument.names ?? []).map(\.written), valueName: argument.valueName,
          help: argument.abstract, defaultValue: argument.defaultValue, values: argument.allValues,
          isOptional: argument.isOptional, isRepeating: argument.isRepeating)
      }
    }
  }

  var version: String
  var environments: [Environment]
  var agents: [Agent]
  var models: [Model]
  var rules: [Rule]
  var commands: [Command]

  init() throws {
    version = programVersion
    environments = EnvironmentCatalogue.all.map { entry in
      let world = entry.specification
      return Environment(
        id: entry.id, summary: entry.summary, observationSpace: "\(world.observationSpace)",
        actionSpace: "\(world.actionSpace)", masksActions: world.masksActions, timeLimit: world.timeLimit,
        rewardThreshold: world.rewardThreshold, needs: entry.needs,
        options: (entry.options + EnvironmentCatalogue.wrapperOptions).map {
          EnvironmentOption(
            name: $0.name, defaultValue: $0.defaultValue, accepts: $0.accepts, meaning: $0.meaning)
        })
    }
    agents = try Agents.all.map { type in
      Agent(
        name: type.name, summary: type.summary, hyperparameters: Agents.documentation(of: type),
        presets: try Preset.zoo.environments(agent: type.name).sorted(),
        bestPresets: try Preset.best.environments(agent: type.name).sorted())
    }
    models = ModelCatalogue.all.map {
      Model(
        name: $0.name, summary: $0.summary, tasks: $0.tasks.map(\.rawValue), hyperparameters: $0.documentation)
    }
    rules = RuleCatalogue.all.map {
      Rule(
        name: $0.name, summary: $0.summary, of: $0.scope.rawValue, isDefault: $0.isDefault,
        hyperparameters: RuleCatalogue.documentation(of: $0))
    }
    commands = (try CommandDescription(of: RLRun.self).subcommands ?? []).filter(\.isShown)
      .flatMap(\.withSubcommands).map(Command.init)
  }
}
