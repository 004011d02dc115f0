import DataVersions
import Files
import Fitting
import Formats
import Runs
import Settings
import Yams

/// The fields of a step in the workflow's file, read as what they are to be.
package struct StepFields {
  let step: String
  let action: any StepAction.Type
  let folder: String
  private let workflow: String
  private let names: [String]
  private let source: String
  private let nodes: [String: Node]
  private let line: Int

  /// Throws where the step has no action or several, and for fields that its action does not have.
  init(
    _ node: Node, step: String, of workflow: String, among names: [String], source: String, folder: String
  ) throws(ConfigurationError) {
    (self.step, self.workflow, self.names, self.source, self.folder) = (step, workflow, names, source, folder)
    line = node.mark?.line ?? 0
    var nodes: [String: Node] = [:]
    for (name, node) in try YAMLValues.pairs(node, source: source) { nodes[name] = node }
    self.nodes = nodes
    let place = YAMLText.place(node, source)
    let found = StepActions.all.filter { nodes[$0.name] != nil }
    guard let action = found.first, found.count == 1 else {
      if found.count > 1 {
        let verbs = found.map { "'\($0.name)'" }.joined(separator: " and ")
        throw ConfigurationError("\(place): the step '\(step)' has \(verbs): a step does one thing")
      }
      let verbs = StepActions.all.map { $0.name }
      let guess = nodes.keys.sorted().lazy.compactMap { didYouMean($0, among: verbs) }.first
      throw ConfigurationError(
        "\(place): the step '\(step)' does nothing\(guess ?? ": name one of \(verbs.joined(separator: ", "))")")
    }
    self.action = action
    let fields = [action.name] + action.fields
    for (name, node) in nodes.sorted(by: { ($0.value.mark?.line ?? 0, $0.key) < ($1.value.mark?.line ?? 0, $1.key) })
    where !fields.contains(name) {
      let guess = didYouMean(name, among: fields) ?? "; it has \(fields.joined(separator: ", "))"
      throw ConfigurationError(
        "\(YAMLText.place(node, source)): the step '\(step)' (\(action.name)) has no field '\(name.printable)'\(guess)"
      )
    }
  }

  func error(_ name: String, _ problem: String) -> ConfigurationError {
    ConfigurationError("\(place(of: name)): '\(name)' of the step '\(step)' \(problem)")
  }

  private func place(of name: String) -> String {
    nodes[name].map { YAMLText.place($0, source) } ?? "\(source), line \(line)"
  }

  /// Does `work`, whose errors are about a field.
  func naming<Result>(_ name: String, _ work: () throws -> Result) throws(ConfigurationError) -> Result {
    do { return try work() } catch let error as ConfigurationError where error.description.hasPrefix(source) {
      throw error
    } catch {
      throw ConfigurationError("\(place(of: name)): step '\(step)', \(name): \(sentence(of: error))")
    }
  }

  func has(_ name: String) -> Bool { nodes[name] != nil }

  func namesStep(_ text: String) -> Bool { names.contains(text) }

  /// The fields that are there, as texts, but those that name files and other steps.
  func settings(of action: any StepAction.Type, without others: [String] = []) throws(ConfigurationError) -> [String:
    String]
  {
    var settings: [String: String] = [:]
    for name in action.fields where !others.contains(name) {
      switch nodes[name] {
      case nil: break
      case .mapping?:
        settings[name] = try texts(name).sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", ")
      default: settings[name] = try list(name).joined(separator: ", ")
      }
    }
    return settings
  }

  func text(_ name: String) throws(ConfigurationError) -> String? {
    guard let node = nodes[name] else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else { throw error(name, "takes a single value") }
    return text
  }

  func required(_ name: String) throws(ConfigurationError) -> String {
    guard let text = try text(name) else {
      throw ConfigurationError("\(source), line \(line): the step '\(step)' (\(action.name)) needs '\(name)'")
    }
    return text
  }

  /// One value or a list of them; empty where there is none.
  func list(_ name: String) throws(ConfigurationError) -> [String] {
    guard let node = nodes[name] else { return [] }
    if let text = node.scalar?.string { return [text] }
    var texts: [String] = []
    for node in node.sequence ?? [] {
      guard let text = node.scalar?.string else { throw error(name, "takes a list of names") }
      texts.append(text)
    }
    if node.sequence == nil { throw error(name, "takes a list, as [a, b]") }
    return texts
  }

  func flag(_ name: String) throws(ConfigurationError) -> Bool? {
    guard let text = try text(name) else { return nil }
    switch text {
    case "true", "True": return true
    case "false", "False": return false
    default: throw error(name, "is true or false, not '\(text.printable)'")
    }
  }

  func number(_ name: String) throws(ConfigurationError) -> Double? {
    guard let text = try text(name) else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw error(name, "takes a number, not '\(text.printable)'")
    }
    return number
  }

  /// A whole number from `least` to 10,000.
  func count(_ name: String, from least: Int) throws(ConfigurationError) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let count = Int(text), (least...FitFolds.mostParts).contains(count) else {
      throw error(name, "takes a whole number from \(least) to \(FitFolds.mostParts), not '\(text.printable)'")
    }
    return count
  }

  func seed(_ name: String) throws(ConfigurationError) -> UInt64? {
    guard let text = try text(name) else { return nil }
    guard let seed = UInt64(text) else { throw error(name, "takes a whole number from 0 up, not '\(text.printable)'") }
    return seed
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type
  ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
    guard let text = try text(name) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    throw error(name, "is one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")), not '\(text.printable)'")
  }

  /// `{l2: 0.1}`; empty where there is none.
  func values(_ name: String) throws(ConfigurationError) -> [String: HyperparameterValue] {
    try nodes[name].map { node throws(ConfigurationError) in try YAMLValues.mapping(node, source: source) } ?? [:]
  }

  /// `{zip: category}`; empty where there is none.
  func texts(_ name: String) throws(ConfigurationError) -> [String: String] {
    guard let node = nodes[name] else { return [:] }
    var texts: [String: String] = [:]
    for (key, node) in try YAMLValues.pairs(node, source: source) {
      guard let text = node.scalar?.string else { throw error(name, "takes a word for '\(key.printable)'") }
      texts[key] = text
    }
    return texts
  }

  /// The shares whose quantiles are predicted, as `[0.1, 0.5, 0.9]`, in ascending order.
  func quantiles() throws(ConfigurationError) -> [Double]? {
    guard has("quantiles") else { return nil }
    let text = try list("quantiles").joined(separator: ",")
    return try naming("quantiles") { try QuantileShares.checked(QuantileShares.parsed(text), for: .quantile) }
  }

  /// A text file, and its text. Throws where it cannot be read.
  func file(_ name: String) throws(ConfigurationError) -> (label: String, path: String, text: String)? {
    guard let label = try text(name) else { return nil }
    let path = Workflow.path(label, from: folder)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.contents(of: path)
    } catch let problem {
      throw error(name, "names '\(path.printable)', which cannot be read: \(FileError.words(problem.code))")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error(name, "names no text in UTF-8") }
    return (label, path, text)
  }

  func requiredFile(_ name: String) throws(ConfigurationError) -> (label: String, path: String, text: String) {
    _ = try required(name)
    return try file(name)!
  }

  /// A step's name, `data:NAME@VERSION`, or where rows are wanted a file.
  func input(_ name: String, _ wanted: StepProduct) throws(ConfigurationError) -> StepInput {
    let text = try required(name)
    let line = nodes[name]?.mark?.line ?? line
    func input(_ place: StepInput.Place) -> StepInput {
      StepInput(field: name, text: text, place: place, wanted: wanted, line: line)
    }
    if names.contains(text) { return input(.step(text)) }
    if wanted == .model {
      throw error(name, "names no step: '\(text.printable)'\(didYouMean(text, among: names) ?? "")")
    }
    if text.hasPrefix(DataSetReference.prefix) {
      guard let reference = DataSetReference(text) else {
        throw error(name, "names no data set: '\(text.printable)'")
      }
      return input(.version(reference))
    }
    let path = Workflow.path(text, from: folder)
    if wanted == .rows, Folder.holds(path) { return input(.file(path)) }
    let others = wanted == .rows ? "neither a step nor a file" : "no step"
    throw error(
      name,
      "names \(others): '\(text.printable)'"
        + (didYouMean(text, among: names) ?? "; a data set of the store is written data:NAME@VERSION"))
  }

  /// The data set that the step makes versions of.
  func dataSet() throws(ConfigurationError) -> String {
    let name = try text("as") ?? "\(workflow).\(step)"
    guard DataSetReference.isName(name) else {
      throw error("as", "cannot name a data set: '\(name.printable)'; use letters, digits, _, - and ., at most 100")
    }
    return name
  }
}
