import Formats
import Settings

/// What a search varies, in order.
///
/// A log keeps it as JSON, a list of objects such as `{"name": "gamma", "values": [0.9, 0.99]}`.
package struct SearchSpace: Sendable, Hashable {
  package private(set) var parameters: [SearchParameter]

  /// Throws for duplicate names, empty ranges, and conditions that can never hold.
  package init(_ parameters: [SearchParameter]) throws(SearchSpaceError) {
    self.parameters = parameters.map(\.normalized)
    if let problem { throw SearchSpaceError(problem.sentence) }
  }

  /// The same, where a sentence about a parameter begins with its place.
  init(_ parameters: [SearchParameter], places: [String]) throws(SearchSpaceError) {
    self.parameters = parameters.map(\.normalized)
    if let problem { throw SearchSpaceError("\(places[problem.index]): \(problem.sentence)") }
  }

  package subscript(name: String) -> SearchParameter? { parameters.first { $0.name == name } }

  /// Whether `values` has a value for each parameter that its condition leaves, within its range, and no others.
  package func contains(_ values: [String: HyperparameterValue]) -> Bool {
    var active = 0
    for parameter in parameters where isActive(parameter, in: values) {
      guard let value = values[parameter.name], parameter.range.contains(value) else { return false }
      active += 1
    }
    return active == values.count
  }

  /// Whether `parameter` is there, given the values of those before it.
  package func isActive(_ parameter: SearchParameter, in values: [String: HyperparameterValue]) -> Bool {
    guard let condition = parameter.condition else { return true }
    guard let value = values[condition.parameter] else { return false }
    return condition.values.contains { $0.matches(value) }
  }

  private var problem: (index: Int, sentence: String)? {
    for (index, parameter) in parameters.enumerated() {
      if let sentence = problem(of: parameter, at: index) { return (index, sentence) }
    }
    return nil
  }

  private func problem(of parameter: SearchParameter, at index: Int) -> String? {
    let name = parameter.name
    if name.isEmpty { return "a setting needs a name" }
    if parameters[..<index].contains(where: { $0.name == name }) { return "'\(name)' is given twice" }
    if let problem = parameter.range.problem { return "'\(name)' \(problem)" }
    guard let condition = parameter.condition else { return nil }
    if condition.parameter == name { return "'\(name)' cannot depend on itself" }
    guard let parent = parameters[..<index].first(where: { $0.name == condition.parameter }) else {
      if parameters.contains(where: { $0.name == condition.parameter }) {
        return "'\(name)' depends on '\(condition.parameter)', which must be listed before it"
      }
      let names = parameters.map(\.name).filter { $0 != name }
      let guess = didYouMean(condition.parameter, among: names) ?? "; list it, or leave the condition out"
      return "'\(name)' depends on '\(condition.parameter)', which is not searched\(guess)"
    }
    if condition.values.isEmpty { return "'\(name)' depends on no value of '\(parent.name)'; name at least one" }
    switch parent.range {
    case .choice, .integer: break
    case .real, .widths:
      return "'\(name)' depends on '\(parent.name)', which is neither a choice nor a whole number"
    }
    if let never = condition.values.first(where: { !parent.range.contains($0) }) {
      return "'\(name)' depends on '\(parent.name)' being \(never), which it never is"
    }
    return nil
  }
}

extension SearchSpace: Codable {
  package init(from decoder: any Decoder) throws {
    try self.init([SearchParameter](from: decoder))
  }

  package func encode(to encoder: any Encoder) throws { try parameters.encode(to: encoder) }
}
