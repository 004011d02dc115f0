import Settings
import Telemetry

/// Which rules watch a run, and with which parameters. Set it in a configuration to add, tune or switch off rules; it is kept in
/// the run, so that it is resumed and rerun with the same.
///
/// ```swift
/// let settings = try DebuggerSettings(
///   selection: "default", parameters: ["Overfit.patience": .integer(5)], conditions: ["train/grad_norm > 50 for 10 points"])
/// print(settings.isDefault, DebuggerSettings.sets)  // false ["default", "sagemaker", "all", "none"]
/// ```
public struct DebuggerSettings: Sendable, Hashable, Codable {
  /// A named set, `default`, `sagemaker`, `all` or `none`, or rules by name, with commas between them.
  public private(set) var selection = "default"
  /// Parameters of rules, `Overfit.patience`.
  public private(set) var parameters: [String: HyperparameterValue] = [:]
  /// Custom conditions, `train/entropy < 0.05 for 10 points`.
  public private(set) var conditions: [String] = []

  public init() {}

  /// Throws `HyperparameterError` for an unknown rule or parameter, a value out of range, a parameter of a rule that is not
  /// among them, and a condition that cannot be read.
  public init(
    selection: String = "default", parameters: [String: HyperparameterValue] = [:], conditions: [String] = []
  ) throws(HyperparameterError) {
    self.selection = selection
    self.parameters = parameters
    self.conditions = conditions
    // As the rules hold them: written 3 or 3.0, a number is the same setting.
    for rule in try makeRules() {
      let prefix = type(of: rule).name + "."
      for (name, value) in rule.values where parameters[prefix + name] != nil { self.parameters[prefix + name] = value }
    }
  }

  public var isDefault: Bool { self == DebuggerSettings() }

  public static let sets = ["default", "sagemaker", "all", "none"]

  /// Fresh rules.
  func makeRules() throws(HyperparameterError) -> [any DebuggerRule] {
    var open = parameters
    var rules: [any DebuggerRule] = []
    for (type, defaults) in try chosen() {
      var values = defaults
      for name in parameters.keys.sorted() where name.hasPrefix(type.name + ".") {
        values[String(name.dropFirst(type.name.count + 1))] = open.removeValue(forKey: name)
      }
      rules.append(try RuleCatalogue.make(type, values))
    }
    if let name = open.keys.sorted().first { throw unused(name) }
    for text in conditions { rules.append(try ConditionRule(parsing: text)) }
    return rules
  }

  private func chosen() throws(HyperparameterError) -> [(any DebuggerRule.Type, [String: HyperparameterValue])] {
    switch selection {
    case "default": return RuleCatalogue.defaults.map { ($0, [:]) }
    case "all": return RuleCatalogue.all.map { ($0, [:]) }
    case "sagemaker": return RuleCatalogue.amazon.map { ($0.rule, $0.parameters) }
    case "none": return []
    default:
      var types: [(any DebuggerRule.Type, [String: HyperparameterValue])] = []
      for part in selection.split(separator: ",", omittingEmptySubsequences: false) {
        let name = String(part)
        guard let type = RuleCatalogue.all.first(where: { $0.name == name }) else {
          throw HyperparameterError(
            unknownName: name, kind: "rule or set of rules", among: Self.sets + RuleCatalogue.all.map { $0.name })
        }
        types.append((type, [:]))
      }
      return types
    }
  }

  private func unused(_ name: String) -> HyperparameterError {
    let rule = String(name.prefix { $0 != "." })
    guard name.contains(".") else {
      return HyperparameterError("'\(name)' is no parameter of a rule: write it as Overfit.patience=3")
    }
    guard RuleCatalogue.all.contains(where: { $0.name == rule }) else {
      return HyperparameterError(unknownName: rule, kind: "rule", among: RuleCatalogue.all.map { $0.name })
    }
    return HyperparameterError(
      "the rule \(rule) is not among those chosen (\(selection)), so that '\(name)' has no use")
  }
}
