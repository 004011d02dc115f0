import Environments
import Formats
import PythonEnvironments
import RLCore
import Training

/// What is to be known about an environment, wherever it lives: spaces, rewards, limit, options, source.
struct EnvironmentPage: Encodable {
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
  /// How a resumed training goes on, of an environment in Python.
  var resume: String?
  /// Of the packages that step it, of an environment in Python.
  var versions: [String: String]?
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
    let python = try EnvironmentCatalogue.pythonDescription(of: text, in: python)
    resume = python.map { described in
      described.restores.map { "begins its episodes anew: \($0)" } ?? "goes on in the middle of its episodes"
    }
    versions = python?.origin.versions
    let wrappers = EnvironmentCatalogue.wrapperOptions
    options = (python?.arguments ?? []).filter { one in !wrappers.contains { $0.name == one.name } }.map {
      Option(name: $0.name, default: $0.default, accepts: $0.kind, meaning: "a keyword argument in Python")
    }
    options += (entry.options + wrappers).map {
      Option(name: $0.name, default: $0.defaultValue, accepts: $0.accepts, meaning: $0.meaning)
    }
  }

  /// Prints it for people.
  func show() {
    printPage("\(id): \(summary)\n")
    var table = TextTable(["what", "how"])
    table.add(["observations", observationSpace])
    table.add(["actions", actionSpace])
    if let rewards = rewards { table.add(["rewards", rewards]) }
    table.add(["time limit", timeLimit.map { "\($0) steps" } ?? "none"])
    table.add(["solved at", rewardThreshold.map { "a mean return of \(shortest($0))" } ?? "–"])
    table.add(["action masks", masksActions ? "yes" : "no"])
    table.add([
      "model", modelStates.map { "known: a table of \($0) states and \(modelActions!) actions" } ?? "none",
    ])
    if let resume { table.add(["a resumed run", resume]) }
    table.add(["zoo presets", presets.isEmpty ? "–" : presets.joined(separator: ", ")])
    table.add(["best presets", bestPresets.isEmpty ? "–" : bestPresets.joined(separator: ", ")])
    if let needs = needs { table.add(["needs", needs]) }
    table.add(["source", source])
    printPage(table)
    print("")
    if options.isEmpty { return print("It has no options.") }
    var listed = TextTable(["option", "default", "accepts", "meaning"])
    for option in options { listed.add([option.name, option.default, option.accepts, option.meaning]) }
    printPage(listed)
  }
}
