import Foundation
import TestSupport
import Testing

@testable import Tracker

/// Runs that are seen whole or not at all.
@Suite struct StorePlacingTests {
  private struct Failure: Error {}
  private let folder = TemporaryFolder()
  private let store: Store

  init() throws { store = try Store(path: folder.path, create: true) }

  private func description(_ experiment: String = "e") -> RunDescription {
    RunDescription(
      kind: "program", experiment: experiment, subject: "a", target: "", seed: 0, hyperparameters: [:],
      surroundings: Surroundings(
        programVersion: "", gitCommit: nil, host: "", cores: 0, blasCoreType: "", blasThreads: 0, kernelVariant: "",
        commandLine: []), start: 1, inParts: true)
  }

  private var hidden: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/e")
    return (names ?? []).filter { $0.hasPrefix(".incoming-") }
  }

  @Test func `a run is placed under its id, with all that was recorded`() throws {
    try store.place(description(), as: "abc") { run in
      #expect(try store.identifiers().isEmpty && hidden == [".incoming-abc"])
      run.record("loss", 1, step: 3)
      try run.saveArtifact([1, 2], name: "a.bin")
      try run.finish(status: .failed, message: "m", at: 5)
    }
    let run = try store.load("abc")
    #expect(run.status == .failed && run.end == 5 && run.last("loss") == 1 && run.condition == .sound)
    #expect(try store.artifactBytes(run.artifacts[0]) == [1, 2])
    #expect(hidden.isEmpty)
    // Others may go on with it.
    try store.annotate("abc", tag: "a", value: "b")
    #expect(try store.load("abc").tags == ["a": "b"])
  }

  @Test func `one that is not finished is open`() throws {
    try store.place(description(), as: "abc") { $0.record("loss", 1, step: 3) }
    #expect(try store.load("abc").status == .open)
    #expect(try store.load("abc").last("loss") == 1)
  }

  @Test func `one that is to be deleted is never seen`() throws {
    try store.place(description(), as: "abc", deletion: 7) { try $0.finish(status: .finished) }
    #expect(throws: StoreError.deleted("abc")) { try store.load("abc") }
    try store.restore("abc")
    #expect(try store.load("abc").status == .finished)
  }

  @Test func `nothing is left of a run whose recording fails`() throws {
    #expect(throws: Failure.self) {
      try store.place(description(), as: "abc") { run in
        run.record("loss", 1, step: 3)
        throw Failure()
      }
    }
    #expect(try store.identifiers().isEmpty && hidden.isEmpty)
    try store.place(description(), as: "abc") { _ in }
    #expect(try store.identifiers() == ["abc"])
  }

  @Test func `what a killed process left is removed by the next, and by gc`() throws {
    let left = folder.path + "/e/.incoming-abc"
    for isCollected in [false, true] {
      try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
      try writeBytes([1], left + "/log.rlog")
      if isCollected {
        #expect(try store.collectGarbage().files == 1)
      } else {
        try store.place(description(), as: "abc") { _ in }
      }
      #expect(hidden.isEmpty)
    }
    #expect(try store.identifiers() == ["abc"])
  }

  @Test func `one that another process records is refused, and spared by gc`() throws {
    try store.place(description(), as: "abc") { (_: RunWriter) throws in
      #expect(throws: StoreError.live("abc")) { try store.place(description(), as: "abc") { _ in } }
      #expect(try store.collectGarbage().files == 0)
    }
    #expect(try store.identifiers() == ["abc"])
  }

  @Test(arguments: ["", "a/b", "..", ".a", "a b", "latest", "ä", String(repeating: "a", count: 65)])
  func `what is no id is known as none`(text: String) { #expect(!Store.isIdentifier(text)) }
}
