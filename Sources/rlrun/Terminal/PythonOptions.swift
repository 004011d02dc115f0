import ArgumentParser
import Foundation
import PythonEnvironments
import Tracker
import Training

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

  /// Replaces what runs have recorded, for the rest of this program's life.
  func replaceRecorded() throws {
    var replacement = PythonSettings.Replacement()
    replacement.python = try python.map(Self.located)
    replacement.workers = try envWorkers?.checked(Count.threads, "--env-workers")
    replacement.timeout = envTimeout?.seconds
    PythonSettings.replaceRecorded(by: replacement)
  }

  /// Says how the Python that steps a run's environments now differs from the one that did.
  static func remarkDifferences(from record: RunRecord) throws {
    let differences = try PythonDifference.all(of: record)
    if differences.isEmpty { return }
    complain(
      "run \(record.id) was recorded with another Python, so that its environments may act differently: "
        + differences.joined(separator: "; "))
  }

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
