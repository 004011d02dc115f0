import ArgumentParser
import Foundation
import PythonEnvironments

/// How environments in Python (`py:…`) are run.
struct PythonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The Python that steps environments py:… (default: RLRUN_PYTHON, else python3; of a run, its own).",
      valueName: "path"))
  var python: String?

  @Option(help: "How many processes environments py:… are shared among.")
  var envWorkers: Count?

  @Option(
    help: ArgumentHelp("How long a step of environments py:… may take (default: 60s).", valueName: "90s|10m|2h"))
  var envTimeout: Duration?

  var isEmpty: Bool { python == nil && envWorkers == nil && envTimeout == nil }

  /// nil where none is given.
  var given: PythonSettings? { get throws { isEmpty ? nil : try settings } }

  var settings: PythonSettings {
    get throws {
      var settings = PythonSettings()
      if let python { settings.python = try Self.located(python) }
      if let envWorkers { settings.workers = try envWorkers.checked(Count.threads, "--env-workers") }
      if let envTimeout { settings.timeout = envTimeout.seconds }
      return settings
    }
  }

  /// A path that holds in other folders too.
  private static func located(_ python: String) throws -> String {
    if python.isEmpty { throw UsageError("--python takes the path or name of a Python") }
    return python.contains("/") ? URL(filePath: python).path(percentEncoded: false) : python
  }
}
