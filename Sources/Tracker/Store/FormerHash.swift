import Formats
import Settings

/// The hashes that earlier programs gave configurations, when each kind of run had a recipe of its own. A run records it
/// beside today's, so that runs of one configuration are known to be of one whoever wrote them.
package enum FormerHash {
  private struct Training: Encodable {
    var agent: String
    var environment: String
    var hyperparameters: [String: HyperparameterValue]
    var copies: Int
    var budget: Int
    var evaluation: [String: HyperparameterValue]
  }

  private struct Program: Encodable {
    var agent: String
    var environment: String
    var parameters: [String: HyperparameterValue]
  }

  package static func ofTraining(
    agent: String, environment: String, hyperparameters: [String: HyperparameterValue], copies: Int, budget: Int,
    settings: [String: HyperparameterValue]
  ) -> String {
    hash(
      Training(
        agent: agent, environment: environment, hyperparameters: hyperparameters, copies: copies, budget: budget,
        evaluation: settings))
  }

  package static func ofFit(
    model: String, hyperparameters: [String: HyperparameterValue], settings: [String: HyperparameterValue]
  ) -> String {
    hash(settings.merging(["model": .text(model)]) { $1 }.merging(hyperparameters) { $1 })
  }

  package static func ofProgram(
    agent: String, environment: String, parameters: [String: HyperparameterValue]
  ) -> String {
    hash(Program(agent: agent, environment: environment, parameters: parameters))
  }

  package static func ofImport(family: String) -> String {
    ConfigurationIdentity.digits(of: "imported\n\(family)".utf8)
  }

  // Texts and numbers are always encodable so.
  private static func hash(_ content: some Encodable) -> String {
    ConfigurationIdentity.digits(of: try! JSONForm.exact.encode(content))
  }
}
