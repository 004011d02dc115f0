import Foundation

/// How Python's environments are run: by which Python, in how many processes, with how much patience. What they give does not
/// depend on it, but for the first.
package struct PythonSettings: Sendable, Hashable {
  /// A program's path, or its name on PATH.
  package var python: String
  /// Processes that a vector's environments are shared among.
  package var workers: Int
  /// Seconds that a step of a vector may take, or making it.
  package var timeout: Double
  /// Whether half of a vector's environments are stepped while the policy acts for the others; needs several workers.
  package var isAsync: Bool

  package init(
    python: String = PythonSettings.defaultPython, workers: Int = 1, timeout: Double = 60, isAsync: Bool = false
  ) {
    (self.python, self.workers, self.timeout, self.isAsync) = (python, workers, timeout, isAsync)
  }

  /// `RLRUN_PYTHON`, else `python3`.
  package static var defaultPython: String {
    ProcessInfo.processInfo.environment["RLRUN_PYTHON"].flatMap { $0.isEmpty ? nil : $0 } ?? "python3"
  }
}
