import DataVersions
import Runs
import Settings

/// Steps from data to models that are done in order, each only where something that decides its result has changed.
///
///     let workflow = try Workflow(file: "churn.yaml")
///     let run = WorkflowRun(of: workflow, in: store)
///     try run.run()
///
/// What a step has made is looked for in the logs of its runs; there is no other record.
package struct Workflow: Sendable {
  package let name: String
  /// Its file, as messages call it.
  package let source: String
  package let yaml: String
  /// The folder that paths in it start from; empty for the working directory.
  let folder: String
  /// In the order in which they are done.
  package let steps: [WorkflowStep]

  func step(_ name: String) -> WorkflowStep? { steps.first { $0.name == name } }

  /// A path of the file's as the program opens it.
  func path(_ text: String) -> String { Self.path(text, from: folder) }

  static func path(_ text: String, from folder: String) -> String {
    if folder.isEmpty || text.hasPrefix("/") { return text }
    let sqlite = "sqlite:"
    if text.hasPrefix(sqlite) {
      let rest = text.dropFirst(sqlite.count)
      return rest.hasPrefix("/") ? text : "\(sqlite)\(folder)/\(rest)"
    }
    return text.prefix { $0 != "/" }.hasSuffix(":") ? text : folder + "/" + text
  }

  /// The step whose data set an address names; nil where none makes it.
  func maker(of address: String) -> String? { Self.maker(of: address, among: steps) }

  static func maker(of address: String, among steps: [WorkflowStep]) -> String? {
    guard let name = DataSetReference(address)?.name else { return nil }
    return steps.last { $0.action.dataSet == name }?.name
  }

  /// The steps that need what `names` make, these included.
  package func dependents(of names: Set<String>) -> Set<String> {
    var found = names
    // A step comes after those that it needs.
    for step in steps where !found.isDisjoint(with: step.needs) { found.insert(step.name) }
    return found
  }

  /// Throws for a name that no step has; says which is nearest.
  package func require(_ name: String, option: String) throws(ConfigurationError) {
    if step(name) != nil { return }
    let names = steps.map(\.name)
    throw ConfigurationError(
      "\(option): the workflow '\(self.name)' has no step '\(name)'"
        + (didYouMean(name, among: names) ?? "; it has \(names.joined(separator: ", "))"))
  }
}

/// A step: its name, what it does, and the steps that come before it.
package struct WorkflowStep: Sendable {
  package let name: String
  /// Of the file, from 1.
  let line: Int
  package let action: any StepAction
  /// The steps whose results it takes.
  package var needs: Set<String> = []

  /// `add`, `fit`
  package var verb: String { type(of: action).name }

  /// Whether it hands on what it takes.
  package var isCheck: Bool { action is CheckStep }
}
