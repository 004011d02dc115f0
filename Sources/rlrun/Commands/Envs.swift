import ArgumentParser
import Environments
import Formats
import PythonEnvironments
import RLCore
import Telemetry
import Tracker
import Training

struct Envs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envs",
    abstract: "List the environments, or describe one.",
    discussion: """
      Example:
        rlrun envs
        rlrun envs Taxi-v4
        rlrun envs py:
        rlrun envs py:gymnasium.envs.toy_text

      'rlrun envs ENV' describes one of them in full, as 'rlrun env ENV' does. py: lists what Gymnasium has registered in Python,
      and py:package.module what this module registers.
      """)

  @Argument(help: "An environment to describe, with options; py: or py:module lists those in Python.")
  var env: String?

  @OptionGroup var pythonOptions: PythonOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    if let env {
      if let module = EnvironmentCatalogue.pythonModule(env) { return try list(module) }
      let page = try EnvironmentPage(env, pythonOptions.settings)
      return try json ? printJSON(page) : page.show()
    }
    if json { return try printJSON(EnvironmentCatalogue.all.map(Item.init)) }
    var table = TextTable(["environment", "observations", "actions", "limit", "solved at", "what it is"])
    for item in EnvironmentCatalogue.all.map(Item.init) {
      table.add([
        item.id, item.observations, item.actions, item.timeLimit.map { "\($0)" } ?? "–",
        item.rewardThreshold.map { shortest($0) } ?? "–", item.summary + (item.needs.map { " (needs '\($0)')" } ?? ""),
      ])
    }
    printPage(table)
  }

  private func list(_ module: String) throws {
    let entries = try EnvironmentCatalogue.pythonRegistry(of: module, in: pythonOptions.settings)
    if json { return try printJSON(entries) }
    var table = TextTable(["environment", "limit", "solved at", "made by"])
    for entry in entries {
      table.add([
        "py:\(entry.id)", entry.limit.map { "\($0)" } ?? "–", entry.threshold.map { shortest($0) } ?? "–", entry.maker,
      ])
    }
    printPage(table)
  }

  private struct Item: Encodable {
    var id: String
    var observations: String
    var actions: String
    var timeLimit: Int?
    var rewardThreshold: Double?
    var summary: String
    /// The command that installs what it needs beyond rlrun.
    var needs: String?

    init(_ entry: EnvironmentEntry) {
      id = entry.id
      observations = entry.specification.observationSpace.summary
      actions = entry.specification.actionSpace.summary
      timeLimit = entry.specification.timeLimit
      rewardThreshold = entry.specification.rewardThreshold
      summary = entry.summary
      needs = entry.needs
    }
  }
}

struct Env: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env",
    abstract: "Describe an environment: spaces, rewards, limit, options, source.",
    discussion: """
      Example:
        rlrun env FrozenLake-v1
        rlrun env FrozenLake-v1:map_name=8x8,time_limit=300

      With options it describes the environment as they make it. Every option is written ENV:option=value.
      """)

  @Argument(help: "The environment's id, with options as ENV:option=value.")
  var env: String

  @OptionGroup var pythonOptions: PythonOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let page = try EnvironmentPage(env, pythonOptions.settings)
    if json { try printJSON(page) } else { page.show() }
  }
}

extension Space {
  /// `Box(4)`, `Discrete(2)`.
  fileprivate var summary: String {
    switch self {
    case .discrete(let count, let start):
      "Discrete(\(count)\(start == 0 ? "" : ", start=\(start)"))"
    case .box(let low, _): "Box(\(low.count))"
    case .multiDiscrete(let counts): "MultiDiscrete(\(counts.map { "\($0)" }.joined(separator: "×")))"
    case .multiBinary(let count): "MultiBinary(\(count))"
    case .tuple(let spaces), .dict(_, let spaces): spaces.map(\.summary).joined(separator: " and ")
    }
  }
}
