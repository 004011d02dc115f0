import Environments
import Foundation
import PythonEnvironments
import RLCore
import Runs
import Settings
import Synchronization

extension TrainingConfiguration {
  /// How Python steps the environments, and what of it results depend on. Of environments in Swift nothing is recorded, and
  /// nothing is part of the identity: the environment's id has that.
  static let pythonSettings: [Setting<TrainingConfiguration>] = [
    recorded("python") { python, _ in .text(python.python) },
    recorded("env-workers") { python, _ in .integer(python.workers) },
    recorded("env-timeout") { python, _ in .number(python.timeout) },
    // Part of the identity: normalising statistics and sums of rows take the halves one after the other.
    Setting(
      "env-async", record: { $0.recordedAsync }, identify: { $0.recordedAsync }, read: { _, _ in }),
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

extension TrainingConfiguration {
  fileprivate var recordedAsync: HyperparameterValue? { python.isAsync ? .flag(true) : nil }

  /// Throws `ConfigurationError` where half of the environments cannot be stepped while the agent acts for the others.
  func checkAsync(_ type: any Agent.Type) throws {
    guard python.isAsync else { return }
    guard Agents.actsInParts(type) else {
      throw ConfigurationError(
        "--async steps half of the environments while the policy acts for the others, which \(agent) cannot: use "
          + Agents.all.filter(Agents.actsInParts).map { $0.name }.joined(separator: " or "))
    }
    guard EnvironmentCatalogue.isPython(environment) else {
      throw ConfigurationError("--async is for environments in Python (py:…), and \(environment) is stepped here")
    }
    if try EnvironmentCatalogue.described(environment, python: python) is any VectorWrapper {
      throw ConfigurationError(
        "--async steps the environments in two halves, and wrappers take all of them together: leave out the options of "
          + "\(environment) that make some, or wrap it in Python")
    }
    guard python.workers >= 2, environmentCount >= 2 else {
      throw ConfigurationError("--async needs two halves: --env-workers 2 and --envs 2, or more of them")
    }
  }
}

extension PythonSettings {
  /// How a run's environments in Python are run: as it recorded, but for what this program's user replaces. Where its Python is
  /// no more, today's default.
  init(_ recorded: RecordedSettings) throws {
    self.init()
    if let path = try recorded.text("python"), !path.contains("/") || FileManager.default.isExecutableFile(atPath: path)
    {
      python = path
    }
    if let count = try recorded.integer("env-workers"), count >= 1 { workers = count }
    if let seconds = try recorded.number("env-timeout"), seconds > 0 { timeout = seconds }
    isAsync = try recorded.flag("env-async") ?? false
    let replacement = Self.replacement.withLock { $0 }
    python = replacement.python ?? python
    workers = replacement.workers ?? workers
    timeout = replacement.timeout ?? timeout
  }

  /// What the user of a program wants in place of what runs have recorded, each if not nil.
  package struct Replacement: Sendable {
    package var python: String?
    package var workers: Int?
    package var timeout: Double?
    package init() {}
  }

  /// Replaces what runs have recorded, for the rest of this program's life: whichever of them it goes on with, one that was
  /// recorded on another machine among them.
  package static func replaceRecorded(by replacement: Replacement) { Self.replacement.withLock { $0 = replacement } }

  private static let replacement = Mutex(Replacement())
}
