/// A set of hyperparameters that have defaults, listed once.
public protocol Configurable: Sendable {
  /// The field's defaults.
  init()
  static var hyperparameters: [Hyperparameter<Self>] { get }
}

extension Configurable {
  /// The defaults with `values` set by name, in the order of the hyperparameters.
  ///
  /// Throws `HyperparameterError` for an unknown name (with the nearest one) or a value out of range.
  public init(_ values: [String: HyperparameterValue]) throws(HyperparameterError) {
    self.init()
    let names = Self.hyperparameters.map(\.name)
    for name in values.keys.sorted() where !names.contains(name) {
      throw HyperparameterError(unknownName: name, kind: "hyperparameter", among: names)
    }
    for hyperparameter in Self.hyperparameters {
      if let value = values[hyperparameter.name] { try hyperparameter.set(&self, value) }
    }
  }

  /// Every hyperparameter's value by name.
  public var values: [String: HyperparameterValue] {
    Dictionary(uniqueKeysWithValues: Self.hyperparameters.map { ($0.name, $0.get(self)) })
  }
}
