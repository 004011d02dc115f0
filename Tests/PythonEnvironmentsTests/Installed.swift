import Foundation
import PythonEnvironments
import RLCore
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Only where `make python` has been run.
  static var needsPython: Self { .enabled(if: Python.isInstalled, "Gymnasium is not installed: run 'make python'") }
}

/// The Python that `make python` has made, with the modules beside these tests.
enum Python {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
  private static let path =
    ProcessInfo.processInfo.environment["RLRUN_TEST_PYTHON"]
    ?? tests.deletingLastPathComponent().deletingLastPathComponent().appending(path: ".python/bin/python").path
  static let isInstalled = FileManager.default.isExecutableFile(atPath: path)

  static let settings = settings(workers: 1)
  static func settings(workers: Int, timeout: Double = 60) -> PythonSettings {
    PythonSettings(python: launcher, workers: workers, timeout: timeout)
  }

  /// Python, which finds the modules: a program in a temporary folder, which the system removes.
  static let launcher: String = {
    let modules = tests.appending(path: "Modules").path
    return script(
      """
      export PYTHONPATH='\(modules)' PYTHONDONTWRITEBYTECODE=1
      exec '\(path)' "$@" 2>/dev/null
      """)
  }()

  /// A program of these lines for /bin/sh.
  static func script(_ lines: String) -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "rlrun-python-\(UUID().uuidString)").path
    try! Data("#!/bin/sh\n\(lines)\n".utf8).write(to: URL(filePath: file))
    try! FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    return file
  }
}

extension VectorEnvironment {
  func step(_ actions: [Float], into batch: inout StepBatch) { step(actions.span, into: &batch) }
  func reset(where chosen: [Bool], into batch: inout StepBatch) { reset(where: chosen.span, into: &batch) }
}
