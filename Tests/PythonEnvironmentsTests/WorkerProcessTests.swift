import Foundation
import Glibc
import RLCore
import Testing

@testable import Environments
@testable import PythonEnvironments

/// Programs in place of Python: what comes back when a worker does not do as it should. No Python is needed.
@Suite struct WorkerProcessTests {
  private func description(_ lines: String, timeout: Double = 60) throws -> PythonDescription {
    let settings = PythonSettings(python: Python.script(lines), timeout: timeout)
    return try PythonReference("Some-v0", arguments: []).description(in: settings)
  }

  private func error(_ lines: String) throws -> PythonError {
    try #require(throws: PythonError.self) { try description(lines) }
  }

  /// A reply as the worker's script sends it, up to 200 bytes long.
  private func reply(_ letter: String, _ payload: String) -> String {
    let length = String(payload.utf8.count, radix: 8)
    return "printf '\(letter)\\\(length)\\000\\000\\000' >&3; printf '%s' '\(payload)' >&3"
  }

  @Test func `a Python that is not there is named`() throws {
    let error = try #require(throws: PythonError.self) {
      try PythonReference("Some-v0", arguments: []).description(in: PythonSettings(python: "/no/such/python"))
    }
    #expect(
      error.sentence == "py:Some-v0: there is no Python at '/no/such/python' (No such file or directory): name one "
        + "with --python or RLRUN_PYTHON")
    #expect(error.status == .badUsage)
  }

  @Test func `the status of a worker that ends is told`() throws {
    let sentence = try error("exit 7").sentence
    #expect(sentence == "py:Some-v0: its Python process ended with status 7")
  }

  @Test func `the signal that ended a worker is told, with what it wrote of it`() throws {
    let error = try error("echo 'Fatal Python error: Segmentation fault' >&5; kill -SEGV $$")
    #expect(error.sentence == "py:Some-v0: its Python process was ended by signal 11 (Segmentation fault)")
    #expect(error.traceback == "Fatal Python error: Segmentation fault")
    #expect(error.description == error.sentence + "\n" + error.traceback)
  }

  @Test func `an error that a worker reports is told in its words`() throws {
    let error = try error(reply("e", #"{"sentence": "no", "traceback": "line 1", "usage": true}"#))
    #expect(error.sentence == "py:Some-v0: no", "\(error)")
    #expect(error.excerpt == ["line 1"] && error.status == .badUsage)
  }

  @Test func `what cannot be read is an error`() throws {
    #expect(try error(reply("d", "nonsense")).sentence == "py:Some-v0: its description cannot be read: nonsense")
    #expect(try error("printf 'd\\377' >&3").sentence == "py:Some-v0: its Python process ended with status 0")
  }

  @Test func `a worker that says nothing is ended`() throws {
    // SIGUSR1 asks where it is.
    let worker = try WorkerProcess(
      "py:X", PythonSettings(python: Python.script("trap 'echo here >&5' USR1; while :; do sleep 0.01; done")),
      memory: nil, configuration: [0])
    let error = try #require(throws: PythonError.self) { try worker.receive(within: 0.3, "a step") }
    #expect(error.sentence == "py:X: a step took more than 0.3 s (--env-timeout)" && error.traceback == "here")
    worker.send("s", [UInt8](repeating: 0, count: 1_000_000))
    #expect(throws: PythonError.self) { try worker.receive(within: 60, "a step") }
  }

  @Test func `a worker ends with what it has started when nobody wants it`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "rlrun-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    var worker: WorkerProcess? = try WorkerProcess(
      "py:X",
      PythonSettings(
        python: Python.script("sleep 1000 & echo $! > '\(file.path)'; printf 'k\\000\\000\\000\\000' >&3; read x <&3")),
      memory: nil, configuration: [0])
    try worker?.receive(within: 60, "making it")
    worker = nil
    let child = try #require(Int32(String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)))
    // Gone, or waiting to be reaped by whoever has inherited it; a signal may take a moment.
    func lives() -> Bool {
      let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8).split(separator: ")").last
      return state.map { !$0.hasPrefix(" Z") } ?? false
    }
    for _ in 0..<1_000 where lives() { usleep(10_000) }
    #expect(!lives())
  }

  @Test func `an environment that is not stepped here is described by its error`() throws {
    let error = try #require(throws: EnvironmentError.self) {
      try EnvironmentCatalogue.specification(
        "py:Some-v0", python: PythonSettings(python: Python.script("kill -9 $$")))
    }
    #expect(error.status == .failedWork && error.sentence.hasSuffix("signal 9 (Killed)"))
    #expect(throws: EnvironmentError.self) { try EnvironmentCatalogue.environment("py:CartPole-v1") }
    #expect(throws: EnvironmentError.self) { try EnvironmentCatalogue.specification("py:CartPole-v1:a") }
  }
}
