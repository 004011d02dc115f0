import Datasets
import Fitting
import Formats
import Models
import Runs
import Settings
import Tuning
import Yams

/// A model that Autopilot tries: settings that stay, and a space of those that it searches.
struct Candidate {
  let name: String
  let model: String
  let base: [String: HyperparameterValue]
  let space: SearchSpace

  private static let file = "candidates.yaml"

  private static func root() throws -> [(name: String, value: Node)] {
    let text = String(decoding: PackageResources.candidates_yaml, as: UTF8.self)
    guard let root = try YAMLValues.compose(text, source: file) else { return [] }
    return try YAMLValues.pairs(root, source: file)
  }

  private static func section(_ name: String) throws -> [(name: String, value: Node)] {
    guard let node = try root().first(where: { $0.name == name })?.value else { return [] }
    return try YAMLValues.pairs(node, source: file)
  }

  /// Those of the plan's models.
  static func all(of plan: AutopilotPlan, areCounts: Bool) throws -> [Candidate] {
    try section("candidates").compactMap { name, node -> Candidate? in
      let parts = Dictionary(
        try YAMLValues.pairs(node, source: file).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      let model = parts["model"]?.scalar?.string ?? name
      guard plan.models.contains(model), areCounts || !name.hasSuffix("_poisson") else { return nil }
      let type = try ModelCatalogue.named(model)
      let task = parts["task"]?.scalar?.string ?? plan.task.rawValue
      guard type.tasks.contains(plan.task), task == plan.task.rawValue else { return nil }
      let domains = Dictionary(uniqueKeysWithValues: type.documentation.map { ($0.name, $0.domain) })
      return Candidate(
        name: name, model: model, base: try parts["base"].map { try YAMLValues.mapping($0, source: file) } ?? [:],
        space: try SearchSpace(
          yaml: try Yams.serialize(node: parts["space"] ?? Node([:])), source: "\(file), \(name)", domains: domains))
    }
  }

  /// The settings that are tried first: for each candidate its own, with `candidate` among them.
  static func portfolio(
    of task: PredictionTask, _ candidates: [Candidate]
  ) throws -> [(candidate: Candidate, values: [String: HyperparameterValue])] {
    func entries(_ name: String) throws -> [Node] {
      try section(name).first { $0.name == task.rawValue }?.value.sequence.map(Array.init) ?? []
    }
    let all = try entries("portfolio")
    // What suits few tables is tried there after the first two.
    return try (all.prefix(2) + entries("special") + all.dropFirst(2)).compactMap { entry in
      var values = try YAMLValues.mapping(entry, source: file)
      guard case .text(let name)? = values.removeValue(forKey: "candidate"),
        let candidate = candidates.first(where: { $0.name == name })
      else { return nil }
      return (candidate, values)
    }
  }
}
