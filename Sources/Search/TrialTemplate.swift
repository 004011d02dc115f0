import Runs
import Settings
import Tracker

/// The run that a search varies: what its log would say if it were started as it is. The search's own log keeps it.
package struct TrialTemplate: Sendable, Hashable, Codable {
  var kind: RunKind
  var subject: String
  var target: String
  var budget: Int
  /// The setting that is the budget; nil where it follows from others.
  var budgetParameter: String?
  var parameters: [String: HyperparameterValue]
  var settings: [String: HyperparameterValue]

  init(_ configuration: some RunConfiguration) {
    kind = type(of: configuration).kind
    (subject, target) = (configuration.recordedSubject, configuration.recordedTarget)
    budget = configuration.budget
    budgetParameter = type(of: configuration).budgetParameter
    parameters = configuration.recordedHyperparameters
    settings = configuration.recordedSettings
  }

  /// The names of the settings that can be varied.
  var names: Set<String> { Set(parameters.keys).union([budgetParameter].compactMap { $0 }) }

  /// The same run with other values of some settings.
  func description(_ values: [String: HyperparameterValue], surroundings: Surroundings) throws -> RunDescription {
    var description = RunDescription(
      kind: kind, experiment: "", subject: subject, target: target, seed: 0, budget: budget,
      budgetParameter: budgetParameter, hyperparameters: parameters, protocolSettings: settings,
      surroundings: surroundings, start: 0)
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
