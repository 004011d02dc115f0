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
    abstract: "List the environments.",
    discussion: """
      Example:
        rlrun envs
        rlrun env Taxi-v4

      'rlrun env ENV' describes one of them in full.
      """)

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
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
    let page = try Page(env, pythonOptions.settings)
    if json { return try printJSON(page) }
    printPage("\(page.id): \(page.summary)\n")
    var table = TextTable(["what", "how"])
    table.add(["observations", page.observationSpace])
    table.add(["actions", page.actionSpace])
    if let rewards = page.rewards { table.add(["rewards", rewards]) }
    table.add(["time limit", page.timeLimit.map { "\($0) steps" } ?? "none"])
    table.add(["solved at", page.rewardThreshold.map { "a mean return of \(shortest($0))" } ?? "–"])
    table.add(["action masks", page.masksActions ? "yes" : "no"])
    table.add([
      "model", page.modelStates.map { "known: a table of \($0) states and \(page.modelActions!) actions" } ?? "none",
    ])
    table.add(["zoo presets", page.presets.isEmpty ? "–" : page.presets.joined(separator: ", ")])
    table.add(["best presets", page.bestPresets.isEmpty ? "–" : page.bestPresets.joined(separator: ", ")])
    if let needs = page.needs { table.add(["needs", needs]) }
    table.add(["source", page.source])
    printPage(table)
    print("")
    if page.options.isEmpty { return print("It has no options.") }
    var options = TextTable(["option", "default", "accepts", "meaning"])
    for option in page.options { options.add([option.name, option.default, option.accepts, option.meaning]) }
    printPage(options)
  }

  private struct Page: Encodable {
    struct Option: Encodable {
      var name: String
      var `default`: String
      var accepts: String
      var meaning: String
    }

    var id: String
    var summary: String
    var observationSpace: String
    var actionSpace: String
    var rewards: String?
    var timeLimit: Int?
    var rewardThreshold: Double?
    var masksActions: Bool
    var modelStates: Int?
    var modelActions: Int?
    var presets: [String]
    var bestPresets: [String]
    var source: String
    var needs: String?
    var options: [Option]

    init(_ text: String, _ python: PythonSettings) throws {
      let entry = try EnvironmentCatalogue.entry(of: text, python: python)
      let world = try EnvironmentCatalogue.described(text, python: python)
      let specification = world.specification
      id = specification.id
      (summary, rewards, source, needs) = (entry.summary, entry.rewards, entry.source, entry.needs)
      observationSpace = "\(specification.observationSpace)"
      actionSpace = "\(specification.actionSpace)"
      (timeLimit, rewardThreshold) = (specification.timeLimit, specification.rewardThreshold)
      masksActions = specification.masksActions
      modelStates = world.model?.stateCount
      modelActions = world.model?.actionCount
      func agents(with preset: Preset) throws -> [String] {
        try Agents.all.map { $0.name }.filter {
          try preset.environments(agent: $0).contains(EnvironmentCatalogue.commonName(of: entry.id))
        }
      }
      (presets, bestPresets) = (try agents(with: .zoo), try agents(with: .best))
      options = (entry.options + EnvironmentCatalogue.wrapperOptions).map {
        Option(name: $0.name, default: $0.defaultValue, accepts: $0.accepts, meaning: $0.meaning)
      }
    }
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
