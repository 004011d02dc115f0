import Settings

/// A run's parameters, those it began with and those that were set later: each once.
struct ParameterTable {
  private(set) var values: [String: HyperparameterValue] = [:]

  init() {}

  /// Those that a run begins with, and its budget where that is one of them.
  init(_ description: RunDescription) {
    values = description.hyperparameters
    if let name = description.budgetParameter { values[name] = .integer(description.budget) }
  }

  mutating func add(_ values: [String: HyperparameterValue]) { self.values.merge(values) { first, _ in first } }

  /// Those of `wanted` that are not set yet, as they are recorded. Throws where one has another value.
  func new(among wanted: [String: HyperparameterValue], run: String) throws(StoreError) -> [String: HyperparameterValue]
  {
    var new: [String: HyperparameterValue] = [:]
    for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
      let value = Redaction.value(value, of: name)
      guard let known = values[name] else {
        new[name] = value
        continue
      }
      if !Self.isSame(known, value) {
        throw StoreError.parameterIsSet(run: run, name: name, value: known.description, wanted: value.description)
      }
    }
    return new
  }

  /// `1` and `1.0` are the same, and so are two NaN.
  private static func isSame(_ one: HyperparameterValue, _ other: HyperparameterValue) -> Bool {
    switch (one, other) {
    case (.integer(let one), .number(let other)), (.number(let other), .integer(let one)): Double(one) == other
    case (.number(let one), .number(let other)): one == other || one.isNaN && other.isNaN
    default: one == other
    }
  }
}
