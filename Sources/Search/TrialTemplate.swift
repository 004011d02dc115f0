import Runs
import Settings
import Tracker

/// The run that a search varies: what its log would say if it were started as it is. The search's own log keeps it.
package struct TrialTemplate: Sendable, Hashable, Codable {
  /// Another run of the same kind that a trial may be.
  struct Alternative: Sendable, Hashable, Codable {
    var subject: String
    var parameters: [String: HyperparameterValue]
    var settings: [String: HyperparameterValue]
  }

  var kind: RunKind
  var subject: String
  package private(set) var target: String
  var budget: Int
  /// The setting that is the budget; nil where it follows from others.
  var budgetParameter: String?
  var parameters: [String: HyperparameterValue]
  package private(set) var settings: [String: HyperparameterValue]
  /// By name; nil where trials differ in their settings only.
  private(set) var alternatives: [String: Alternative]?

  package init(_ configuration: some RunConfiguration) {
    kind = type(of: configuration).kind
    (subject, target) = (configuration.recordedSubject, configuration.recordedTarget)
    budget = configuration.budget
    budgetParameter = type(of: configuration).budgetParameter
    parameters = configuration.recordedHyperparameters
    settings = configuration.recordedSettings
  }

  /// Runs of which a trial is one, as the setting ``alternative`` says; the settings of each have its name before theirs, as
  /// `gbdt/learning_rate`. Traps without one.
  init<Configuration: RunConfiguration>(choosing among: [(name: String, configuration: Configuration)]) {
    self.init(among[0].configuration)
    alternatives = Dictionary(
      uniqueKeysWithValues: among.map { name, configuration in
        let own = Alternative(
          subject: configuration.recordedSubject, parameters: configuration.recordedHyperparameters,
          settings: configuration.recordedSettings)
        return (name, own)
      })
  }

  /// The setting that says which of the alternatives a trial is.
  package static let alternative = "candidate"

  /// The name of a setting of one of them.
  package static func name(_ setting: String, of alternative: String) -> String { "\(alternative)/\(setting)" }

  /// The names of the settings that can be varied.
  var names: Set<String> {
    guard let alternatives else { return Set(parameters.keys).union([budgetParameter].compactMap { $0 }) }
    let own = alternatives.flatMap { name, one in one.parameters.keys.map { Self.name($0, of: name) } }
    return Set(own).union([Self.alternative])
  }

  /// The same run with other values of some settings.
  package func description(_ values: [String: HyperparameterValue], surroundings: Surroundings) throws -> RunDescription
  {
    var description = RunDescription(
      kind: kind, experiment: "", subject: subject, target: target, seed: 0, budget: budget,
      budgetParameter: budgetParameter, hyperparameters: parameters, protocolSettings: settings,
      surroundings: surroundings, start: 0)
    if let alternatives {
      guard case .text(let name)? = values[Self.alternative], let chosen = alternatives[name] else {
        throw TrialError("the search has no candidate \(values[Self.alternative]?.description ?? "of that name")")
      }
      (description.subject, description.hyperparameters) = (chosen.subject, chosen.parameters)
      description.protocolSettings = chosen.settings
      for (setting, value) in values where setting != Self.alternative {
        description.hyperparameters[String(setting.dropFirst(name.count + 1))] = value
      }
      return description
    }
    for (name, value) in values {
      if name == budgetParameter {
        description.budget = try value.integer(for: name, in: .atLeast(1))
      } else {
        description.hyperparameters[name] = value
      }
    }
    return description
  }
}
