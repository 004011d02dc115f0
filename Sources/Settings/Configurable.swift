/// A set of hyperparameters with defaults, listed once. Conform to it for the settings of an agent, a model or a debugger rule:
/// parsing, range checks, help and the record in the log all follow from the list.
///
/// ```swift
/// struct Ridge: Configurable {
///   var penalty = 1.0
///   static let hyperparameters: [Hyperparameter<Ridge>] = [
///     .number("alpha", \.penalty, .nonNegative, "weight of the squared coefficients")
///   ]
/// }
/// let ridge = try Ridge(["alpha": .number(0.1)])
/// print(ridge.penalty, Ridge().values)  // 0.1 ["alpha": 1.0]
/// ```
public protocol Configurable: Sendable {
  /// The field's defaults.
  init()
  static var hyperparameters: [Hyperparameter<Self>] { get }
}

extension Configurable {
  /// The defaults with `values` set by name, in the order of the hyperparameters.
  ///
  /// Throws `HyperparameterError` for an unknown name (with the nearest one), two names of one hyperparameter, or a value
  /// out of range.
  public init(_ values: [String: HyperparameterValue]) throws(HyperparameterError) {
    self.init()
    let names = Self.hyperparameters.map(\.name)
    let all = names + Self.hyperparameters.flatMap(\.aliases)
    for name in values.keys.sorted() where !all.contains(name) {
      // Another name is suggested where only that is near.
      let isNearOther = didYouMean(name, among: names) == nil && didYouMean(name, among: all) != nil
      throw HyperparameterError(unknownName: name, kind: "hyperparameter", among: isNearOther ? all : names)
    }
    for hyperparameter in Self.hyperparameters {
      let given = ([hyperparameter.name] + hyperparameter.aliases).filter { values[$0] != nil }
      if given.count > 1 {
        throw HyperparameterError("'\(given[0])' and '\(given[1])' are the same hyperparameter: give one of them")
      }
      if let name = given.first { try hyperparameter.set(&self, values[name]!) }
    }
  }

  /// Every hyperparameter's value by name.
  public var values: [String: HyperparameterValue] {
    Dictionary(uniqueKeysWithValues: Self.hyperparameters.map { ($0.name, $0.get(self)) })
  }

  /// The defaults of the hyperparameters that are no part of the identity of configurations that have them.
  package static var laterDefaults: [String: HyperparameterValue] {
    let defaults = Self()
    return Dictionary(uniqueKeysWithValues: hyperparameters.filter(\.isLater).map { ($0.name, $0.get(defaults)) })
  }

  /// Every hyperparameter with its default.
  public static var documentation: [HyperparameterDocumentation] {
    let defaults = Self()
    return hyperparameters.map {
      HyperparameterDocumentation(
        name: $0.name, meaning: $0.meaning, domain: $0.domain, defaultValue: $0.get(defaults))
    }
  }
}

/// What help shows about a hyperparameter: name, meaning, range and default. Use it to print or to offer a form for the
/// settings of any ``Configurable``.
///
/// ```swift
/// func help(on type: (some Configurable).Type) {
///   for setting in type.documentation {
///     print("\(setting.name) = \(setting.defaultValue) (\(setting.range)): \(setting.meaning)")
///   }
/// }
/// ```
public struct HyperparameterDocumentation: Sendable, Hashable, Encodable {
  public var name: String
  public var meaning: String
  public var domain: Domain
  /// The domain in words.
  public var range: String
  public var defaultValue: HyperparameterValue

  init(name: String, meaning: String, domain: Domain, defaultValue: HyperparameterValue) {
    (self.name, self.meaning, self.domain, self.defaultValue) = (name, meaning, domain, defaultValue)
    range = domain.description
  }
}
