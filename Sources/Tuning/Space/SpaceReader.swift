import Formats
import Settings
import Yams

/// Reads the range of one setting from YAML.
struct SpaceReader {
  let source: String
  let name: String

  private static let fields = ["low", "high", "log", "step", "steps", "values", "layers", "units", "when"]

  func parameter(_ node: Node, domain: Domain?) throws(SearchSpaceError) -> SearchParameter {
    guard case .mapping(let mapping) = node else {
      return SearchParameter(name, try choice(node, domain))
    }
    var nodes: [String: Node] = [:]
    for (key, value) in mapping {
      let field = key.scalar?.string ?? ""
      guard Self.fields.contains(field) else {
        let guess = didYouMean(field, among: Self.fields) ?? "; it may have \(Self.fields.joined(separator: ", "))"
        throw error(key, "has no field '\(field.printable)'\(guess)")
      }
      nodes[field] = value
    }
    let condition =
      if let when = nodes.removeValue(forKey: "when") { try condition(when) } else { SearchCondition?.none }
    return SearchParameter(name, try range(nodes, node, domain), when: condition)
  }

  private func range(_ nodes: [String: Node], _ whole: Node, _ domain: Domain?) throws(SearchSpaceError) -> SearchRange
  {
    if let values = nodes["values"] {
      try require(nodes, only: ["values"], whole)
      return try choice(values, domain)
    }
    if let layers = nodes["layers"] {
      try require(nodes, only: ["layers", "units"], whole)
      guard let units = nodes["units"] else { throw error(whole, "has 'layers' but no 'units'") }
      if let domain, domain.required != .widths { throw error(whole, "takes \(domain), not layers of units") }
      return .widths(layers: try layerCounts(layers), units: try wholeNumbers(units, "units"))
    }
    try require(nodes, only: ["low", "high", "log", "step", "steps"], whole)
    guard let low = nodes["low"], let high = nodes["high"] else {
      throw error(whole, "needs 'low' and 'high', or 'values', or 'layers' and 'units'")
    }
    let log = try flag(nodes["log"], "log")
    let (lowest, highest) = (try scalar(low), try scalar(high))
    for (node, value) in [(low, lowest), (high, highest)] {
      if value.double == nil { throw error(node, "needs numbers for 'low' and 'high', not \(value)") }
      if let problem = domain?.problem(with: value) { throw error(node, problem) }
    }
    let isWhole: Bool
    switch domain?.required {
    case nil, .or, .optional: isWhole = [lowest, highest].allSatisfy { if case .integer = $0 { true } else { false } }
    case .integer: isWhole = true
    case .real, .schedule: isWhole = false
    case .flag, .choice, .widths, .directions, .columnGroups:
      throw error(whole, "takes \(domain!), which has no range from low to high")
    }
    if isWhole, case .integer(let low) = lowest.normalized, case .integer(let high) = highest.normalized {
      return try integers(low, high, log, nodes, whole)
    }
    return try reals(lowest.double!, highest.double!, log, nodes, whole)
  }

  private func integers(
    _ low: Int, _ high: Int, _ log: Bool, _ nodes: [String: Node], _ whole: Node
  ) throws(SearchSpaceError) -> SearchRange {
    if let steps = nodes["steps"] { throw error(steps, "is a whole number, which has a 'step', not 'steps'") }
    guard let step = nodes["step"] else { return .integer(low: low, high: high, log: log, step: 1) }
    guard case .integer(let step) = try scalar(step) else { throw error(step, "needs a whole number for 'step'") }
    return .integer(low: low, high: high, log: log, step: step)
  }

  private func reals(
    _ low: Double, _ high: Double, _ log: Bool, _ nodes: [String: Node], _ whole: Node
  ) throws(SearchSpaceError) -> SearchRange {
    if let steps = nodes["steps"] {
      if nodes["step"] != nil { throw error(steps, "has both 'step' and 'steps'; give one of them") }
      guard case .integer(let steps) = try scalar(steps) else { throw error(steps, "needs a whole number for 'steps'") }
      return .real(low: low, high: high, log: log, steps: steps)
    }
    guard let node = nodes["step"] else { return .real(low: low, high: high, log: log, steps: nil) }
    if log { throw error(node, "has a logarithmic range, which has 'steps', not a 'step'") }
    guard let step = try scalar(node).double, step > 0, step.isFinite else {
      throw error(node, "needs a number above 0 for 'step'")
    }
    // A step that does not divide the range ends below its end.
    let count = ((high - low) / step * (1 + 1e-12)).rounded(.down)
    guard high >= low, count.isFinite, count < 1e9 else { throw error(node, "has an empty range or too small a step") }
    return .real(low: low, high: count == 0 ? low : min(high, low + count * step), log: false, steps: Int(count) + 1)
  }

  private func choice(_ node: Node, _ domain: Domain?) throws(SearchSpaceError) -> SearchRange {
    var values: [HyperparameterValue] = []
    if case .sequence(let nodes) = node {
      for node in nodes { values.append(try value(node, domain)) }
    } else {
      values = [try value(node, domain)]
    }
    return .choice(values)
  }

  private func value(_ node: Node, _ domain: Domain?) throws(SearchSpaceError) -> HyperparameterValue {
    let value: HyperparameterValue
    if case .sequence = node { value = .integers(try wholeNumbers(node, "a list")) } else { value = try scalar(node) }
    if let problem = domain?.problem(with: value) { throw error(node, problem) }
    return value
  }

  private func condition(_ node: Node) throws(SearchSpaceError) -> SearchCondition {
    guard case .mapping(let mapping) = node, mapping.count == 1, let (key, value) = mapping.first,
      let parent = key.scalar?.string
    else { throw error(node, "needs one setting and its values after 'when', as {optimizer: sgd}") }
    guard case .choice(let values) = try choice(value, nil) else { return SearchCondition(parent, in: []) }
    return SearchCondition(parent, in: values)
  }

  private func layerCounts(_ node: Node) throws(SearchSpaceError) -> ClosedRange<Int> {
    if case .scalar = node, case .integer(let count) = try scalar(node) { return count...count }
    let counts = try wholeNumbers(node, "layers")
    guard counts.count == 2, counts[0] <= counts[1] else { throw error(node, "needs 'layers' as [fewest, most]") }
    return counts[0]...counts[1]
  }

  private func wholeNumbers(_ node: Node, _ field: String) throws(SearchSpaceError) -> [Int] {
    guard case .sequence(let nodes) = node else { throw error(node, "needs a list of whole numbers for '\(field)'") }
    var numbers: [Int] = []
    for node in nodes {
      guard case .scalar = node, case .integer(let number) = try scalar(node) else {
        throw error(node, "has a list with something else than whole numbers")
      }
      numbers.append(number)
    }
    return numbers
  }

  private func flag(_ node: Node?, _ field: String) throws(SearchSpaceError) -> Bool {
    guard let node else { return false }
    guard case .flag(let flag) = try scalar(node) else { throw error(node, "needs true or false for '\(field)'") }
    return flag
  }

  private func scalar(_ node: Node) throws(SearchSpaceError) -> HyperparameterValue {
    guard case .scalar(let scalar) = node else {
      throw error(node, "needs a single value here, not a list or a mapping")
    }
    let value = YAMLText.value(of: scalar)
    // `100k`
    if case .text(let text) = value, scalar.style == .plain || scalar.style == .any, let number = wholeNumber(text) {
      return .integer(number)
    }
    return value
  }

  private func require(_ nodes: [String: Node], only fields: [String], _ whole: Node) throws(SearchSpaceError) {
    guard let other = nodes.keys.sorted().first(where: { !fields.contains($0) }) else { return }
    throw error(nodes[other] ?? whole, "has '\(other)', which does not go with '\(fields[0])'")
  }

  private func error(_ node: Node, _ problem: String) -> SearchSpaceError {
    SearchSpaceError("\(YAMLText.place(node, source)): '\(name.printable)' \(problem)")
  }
}
