import DataVersions
import Files
import Foundation
import Runs
import Settings
import Yams

extension Workflow {
  private static let mostBytes = 1 << 20
  private static let mostSteps = 1_000

  /// Reads a workflow, and all that can be checked of it before a step is done. Throws `ConfigurationError` in one sentence, with the
  /// line for what is in the file.
  package init(file path: String) throws {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.contents(of: path)
    } catch {
      throw ConfigurationError("'\(path.printable)' cannot be read: \(FileError.words(error.code))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationError("'\(path.printable)' is no text in UTF-8")
    }
    let folder = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? ""
    try self.init(yaml: text, source: path, folder: folder)
  }

  package init(yaml: String, source: String = "workflow", folder: String = "") throws {
    if yaml.utf8.count > Self.mostBytes {
      throw ConfigurationError("\(source): a workflow has at most \(Self.mostBytes) bytes")
    }
    guard let root = try YAMLValues.compose(yaml, source: source), root.mapping != nil else {
      throw ConfigurationError("\(source): expected 'workflow: NAME' and 'steps:' with a line for each step")
    }
    var parts: [String: Node] = [:]
    for (key, node) in try YAMLValues.pairs(root, source: source) {
      guard ["workflow", "steps"].contains(key) else {
        let guess = didYouMean(key, among: ["workflow", "steps"]) ?? "; it has 'workflow' and 'steps'"
        throw ConfigurationError("\(YAMLText.place(node, source)): a workflow has no '\(key.printable)'\(guess)")
      }
      parts[key] = node
    }
    guard let name = parts["workflow"]?.scalar?.string, DataSetReference.isName(name) else {
      let place = parts["workflow"].map { YAMLText.place($0, source) } ?? source
      throw ConfigurationError(
        "\(place): a workflow needs a name, as 'workflow: churn', of letters, digits, _, - and . that begins with a letter or a digit"
      )
    }
    guard let list = parts["steps"], list.mapping != nil else {
      throw ConfigurationError("\(source): expected 'steps:' with a line for each step, as 'raw: {add: data.csv}'")
    }
    let pairs = try YAMLValues.pairs(list, source: source)
    if pairs.isEmpty || pairs.count > Self.mostSteps {
      throw ConfigurationError("\(source): a workflow has 1 to \(Self.mostSteps) steps, not \(pairs.count)")
    }
    let names = pairs.map(\.name)
    var steps: [WorkflowStep] = []
    for (step, node) in pairs {
      let line = node.mark?.line ?? 0
      guard DataSetReference.isName(step) else {
        throw ConfigurationError(
          "\(YAMLText.place(node, source)): '\(step.printable)' cannot name a step: use letters, digits, _, - and ., and begin with "
            + "a letter or a digit")
      }
      let fields = try StepFields(node, step: step, of: name, among: names, source: source, folder: folder)
      steps.append(WorkflowStep(name: step, line: line, action: try fields.action.init(fields)))
    }
    try Self.checkProducts(steps, source)
    for index in steps.indices {
      let action = steps[index].action
      let makers = action.tables.compactMap { Self.maker(of: $0, among: steps) }.filter { $0 != steps[index].name }
      steps[index].needs = Set(action.inputs.compactMap(\.step) + makers)
    }
    (self.name, self.source, self.yaml, self.folder) = (name, source, yaml, folder)
    self.steps = try Self.ordered(steps, source)
    for step in self.steps { try step.action.check(in: self) }
  }

  /// Throws where a step takes what another does not make.
  private static func checkProducts(_ steps: [WorkflowStep], _ source: String) throws(ConfigurationError) {
    for step in steps {
      for input in step.action.inputs {
        guard let name = input.step, let maker = steps.first(where: { $0.name == name }) else { continue }
        if input.wanted.takes(maker.action.product) { continue }
        throw ConfigurationError(
          "\(source), line \(input.line): '\(input.field)' of the step '\(step.name)' takes \(input.wanted.words), and '\(name)' "
            + "makes \(maker.action.product.words) (\(maker.verb))")
      }
    }
  }

  /// In the order of the file, but each after those that it needs.
  private static func ordered(_ steps: [WorkflowStep], _ source: String) throws(ConfigurationError) -> [WorkflowStep] {
    var (done, path, order): (Set<String>, [String], [WorkflowStep]) = ([], [], [])
    func visit(_ step: WorkflowStep) throws(ConfigurationError) {
      if done.contains(step.name) { return }
      if let start = path.firstIndex(of: step.name) {
        let circle = (path[start...] + [step.name]).joined(separator: " → ")
        throw ConfigurationError("\(source), line \(step.line): the steps need each other in a circle: \(circle)")
      }
      path.append(step.name)
      for other in steps where step.needs.contains(other.name) { try visit(other) }
      path.removeLast()
      done.insert(step.name)
      order.append(step)
    }
    for step in steps { try visit(step) }
    return order
  }
}
