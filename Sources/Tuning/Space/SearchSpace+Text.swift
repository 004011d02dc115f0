import Formats
import Settings

extension SearchSpace {
  /// As people write it: what `init(yaml:source:domains:)` reads.
  package var yaml: String { parameters.map(\.yaml).joined(separator: "\n") }
}

extension SearchParameter {
  fileprivate var yaml: String {
    if condition == nil, case .choice(let values) = range { return "\(name): [\(Self.list(values))]" }
    let condition = condition.map { condition in
      ", when: {\(condition.parameter): "
        + (condition.values.count == 1 ? Self.text(condition.values[0]) : "[\(Self.list(condition.values))]") + "}"
    }
    return "\(name): {\(range.yaml)\(condition ?? "")}"
  }

  fileprivate static func list(_ values: [HyperparameterValue]) -> String { values.map(text).joined(separator: ", ") }

  /// Words that could be taken for something else in quotes.
  fileprivate static func text(_ value: HyperparameterValue) -> String {
    guard case .text(let word) = value else { return "\(value)" }
    let isPlain = word.first?.isLetter == true && word.allSatisfy { $0.isLetter || $0.isNumber || "_-".contains($0) }
    let isWord = ["true", "false", "yes", "no", "on", "off", "null"].contains(word.lowercased())
    return isPlain && !isWord ? word : "'\(word.replacing("'", with: "''"))'"
  }
}

extension SearchRange {
  fileprivate var yaml: String {
    switch self {
    case .real(let low, let high, let log, let steps):
      "low: \(shortest(low)), high: \(shortest(high))" + (log ? ", log: true" : "")
        + (steps.map { ", steps: \($0)" } ?? "")
    case .integer(let low, let high, let log, let step):
      "low: \(low), high: \(high)" + (log ? ", log: true" : "") + ", step: \(step)"
    case .choice(let values): "values: [\(SearchParameter.list(values))]"
    case .widths(let layers, let units):
      "layers: [\(layers.lowerBound), \(layers.upperBound)], units: [\(units.map { "\($0)" }.joined(separator: ", "))]"
    }
  }
}
