import Settings

/// A setting that a search varies.
package struct SearchParameter: Sendable, Hashable {
  package var name: String
  package var range: SearchRange
  /// When it is there; always without one.
  package var condition: SearchCondition?

  package init(_ name: String, _ range: SearchRange, when condition: SearchCondition? = nil) {
    (self.name, self.range, self.condition) = (name, range, condition)
  }

  var normalized: SearchParameter {
    var parameter = self
    if case .choice(let values) = range { parameter.range = .choice(values.map(\.normalized)) }
    parameter.condition?.values = condition!.values.map(\.normalized)
    return parameter
  }
}

/// That another setting has one of these values.
package struct SearchCondition: Sendable, Hashable, Codable {
  package var parameter: String
  package var values: [HyperparameterValue]

  package init(_ parameter: String, in values: [HyperparameterValue]) {
    (self.parameter, self.values) = (parameter, values)
  }
}

extension HyperparameterValue {
  /// A log writes 1.0 as 1 and reads a whole number: so it is one from the start.
  var normalized: HyperparameterValue {
    if case .number(let value) = self, let integer = Int(exactly: value) { .integer(integer) } else { self }
  }

  /// The same value, be it written as 1 or as 1.0.
  func matches(_ other: HyperparameterValue) -> Bool { normalized == other.normalized }

  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

/// As an object with the names that a YAML file has: `{"name": "gamma", "low": 0.9, "high": 1, "log": false, "type": "real"}`.
extension SearchParameter: Codable {
  private enum Keys: String, CodingKey { case name, type, low, high, log, steps, step, values, layers, units, when }
  private enum Kind: String, Codable { case real, integer, choice, widths }

  package init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Keys.self)
    name = try object.decode(String.self, forKey: .name)
    condition = try object.decodeIfPresent(SearchCondition.self, forKey: .when)
    switch try object.decode(Kind.self, forKey: .type) {
    case .real:
      range = .real(
        low: try object.decode(Double.self, forKey: .low), high: try object.decode(Double.self, forKey: .high),
        log: try object.decode(Bool.self, forKey: .log), steps: try object.decodeIfPresent(Int.self, forKey: .steps))
    case .integer:
      range = .integer(
        low: try object.decode(Int.self, forKey: .low), high: try object.decode(Int.self, forKey: .high),
        log: try object.decode(Bool.self, forKey: .log), step: try object.decode(Int.self, forKey: .step))
    case .choice:
      range = .choice(try object.decode([HyperparameterValue].self, forKey: .values))
    case .widths:
      let layers = try object.decode([Int].self, forKey: .layers)
      guard layers.count == 2, layers[0] <= layers[1] else {
        throw SearchSpaceError("'\(name)' needs 'layers' as [fewest, most]")
      }
      range = .widths(layers: layers[0]...layers[1], units: try object.decode([Int].self, forKey: .units))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Keys.self)
    try object.encode(name, forKey: .name)
    try object.encodeIfPresent(condition, forKey: .when)
    switch range {
    case .real(let low, let high, let log, let steps):
      try object.encode(Kind.real, forKey: .type)
      try object.encode(low, forKey: .low)
      try object.encode(high, forKey: .high)
      try object.encode(log, forKey: .log)
      try object.encodeIfPresent(steps, forKey: .steps)
    case .integer(let low, let high, let log, let step):
      try object.encode(Kind.integer, forKey: .type)
      try object.encode(low, forKey: .low)
      try object.encode(high, forKey: .high)
      try object.encode(log, forKey: .log)
      try object.encode(step, forKey: .step)
    case .choice(let values):
      try object.encode(Kind.choice, forKey: .type)
      try object.encode(values, forKey: .values)
    case .widths(let layers, let units):
      try object.encode(Kind.widths, forKey: .type)
      try object.encode([layers.lowerBound, layers.upperBound], forKey: .layers)
      try object.encode(units, forKey: .units)
    }
  }
}
