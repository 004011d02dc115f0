import Settings
import Yams

extension Pipeline {
  /// The longest pipeline that is read, in bytes.
  private static let mostBytes = 1 << 20
  private static let mostSteps = 1_000

  /// Reads `steps:` with a list of step names, each with its parameters or alone. `source` names the text in errors.
  ///
  /// Throws in one sentence with the line for malformed YAML, unknown steps and parameters and values out of range.
  public init(yaml: String, source: String = "pipeline") throws(PipelineError) {
    if yaml.utf8.count > Self.mostBytes {
      throw PipelineError("\(source): a pipeline has at most \(Self.mostBytes) bytes", status: .badUsage)
    }
    let root: Node?
    do {
      root = try YAMLText.compose(yaml, source: source)
    } catch {
      throw PipelineError("\(error.place): \(error.sentence)", status: .badUsage)
    }
    guard case .mapping(let mapping)? = root, mapping.count == 1,
      let (key, list) = mapping.first.map({ ($0.key, $0.value) }),
      key.scalar?.string == "steps", case .sequence(let nodes) = list
    else {
      throw PipelineError("\(source): expected 'steps:' with a list of steps, as '- standard'", status: .badUsage)
    }
    if nodes.count > Self.mostSteps {
      throw PipelineError("\(source): a pipeline has at most \(Self.mostSteps) steps", status: .badUsage)
    }
    var steps: [any PipelineStep] = []
    for node in nodes { steps.append(try Self.step(node, place: steps.count, source)) }
    self.init(steps)
  }

  private static func step(_ node: Node, place: Int, _ source: String) throws(PipelineError) -> any PipelineStep {
    var (name, given): (String, Node?) = ("", nil)
    var parameters: [String: StepValue] = [:]
    switch node {
    case .scalar(let scalar): name = scalar.string
    case .mapping(let mapping) where mapping.count == 1 && mapping.first?.key.scalar != nil:
      name = mapping.first!.key.scalar!.string
      given = mapping.first!.value
    default:
      throw error("expected a step's name with its parameters, as '- impute: {strategy: median}'", node, source)
    }
    do throws(PipelineError) {
      let texts = try PipelineSteps.named(name).textNames
      if let node = given { parameters = try Self.parameters(node, texts: texts, source) }
      return try step(name, parameters, place: place)
    } catch {
      var error = error
      if !error.description.hasPrefix(source) {
        error.description = YAMLText.place(node, source) + ": " + error.description
      }
      throw error
    }
  }

  private static func parameters(
    _ node: Node, texts: [String], _ source: String
  ) throws(PipelineError) -> [String: StepValue] {
    var values: [String: StepValue] = [:]
    switch node {
    case .scalar(let scalar) where scalar.string.isEmpty || scalar.string == "null": return [:]
    case .mapping(let mapping):
      for (key, node) in mapping {
        guard let name = key.scalar?.string else { throw error("expected a name before the colon", key, source) }
        values[name] = try value(node, isText: texts.contains(name), source)
      }
      return values
    default: throw error("expected parameters, as {strategy: median}", node, source)
    }
  }

  private static func value(_ node: Node, isText: Bool, _ source: String) throws(PipelineError) -> StepValue {
    switch node {
    case .scalar(let scalar) where isText && !(scalar.style == .plain && ["null", "~", ""].contains(scalar.string)):
      // As it is written: 007 is no 7.
      return .list([scalar.string])
    case .scalar(let scalar):
      return .scalar(YAMLText.value(of: scalar))
    case .sequence(let nodes):
      var texts: [String] = []
      for node in nodes {
        guard let text = node.scalar?.string else { throw error("a list holds texts or numbers", node, source) }
        texts.append(text)
      }
      return .list(texts)
    default: throw error("expected a number, true, false, null, a text or a list", node, source)
    }
  }

  private static func error(_ problem: String, _ node: Node, _ source: String) -> PipelineError {
    PipelineError("\(YAMLText.place(node, source)): \(problem)", status: .badUsage)
  }
}
