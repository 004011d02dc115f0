import Environments
import Foundation
import PythonEnvironments
import Runs
import Settings

extension TrainingConfiguration {
  /// How Python steps the environments, and what of it results depend on. Of environments in Swift nothing is recorded, and
  /// nothing is part of the identity: the environment's id has that.
  static let pythonSettings: [Setting<TrainingConfiguration>] = [
    recorded("python") { python, _ in .text(python.python) },
    recorded("env-workers") { python, _ in .integer(python.workers) },
    recorded("env-timeout") { python, _ in .number(python.timeout) },
    recorded("python-packages") { _, description in .text(description.origin.packages) },
    recorded("python-module") { _, description in .text(description.origin.module) },
    recorded("python-module-sha256") { _, description in description.origin.sha256.map { .text($0) } },
    recorded("python-resume") { _, description in
      .text(description.restores.map { "episodes begin anew: \($0)" } ?? "exact")
    },
  ]

  private static func recorded(
    _ name: String, _ value: @escaping @Sendable (PythonSettings, PythonDescription) -> HyperparameterValue?
  ) -> Setting<TrainingConfiguration> {
    .derived(name, isOfIdentity: false) { configuration in
      // Described when the configuration was made; what cannot be described cannot be trained in.
      let description = try? EnvironmentCatalogue.pythonDescription(
        of: configuration.environment, in: configuration.python)
      return description.flatMap { $0 }.flatMap { value(configuration.python, $0) }
    }
  }
}

extension PythonSettings {
  /// As a run recorded them; where its Python is no more, today's default.
  init(_ recorded: RecordedSettings) throws {
    self.init()
    if let path = try recorded.text("python"), !path.contains("/") || FileManager.default.isExecutableFile(atPath: path)
    {
      python = path
    }
    if let count = try recorded.integer("env-workers"), count >= 1 { workers = count }
    if let seconds = try recorded.number("env-timeout"), seconds > 0 { timeout = seconds }
  }
}
