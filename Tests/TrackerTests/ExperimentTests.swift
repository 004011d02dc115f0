import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// What is said of experiments.
@Suite struct ExperimentTests {
  private let folder = TemporaryFolder()

  private func store(_ system: SystemCalls = quietSystem()) throws -> Store {
    try Store(path: folder.path, create: true, system: system)
  }

  private func run(_ store: Store, _ experiment: String, start: Int64) throws -> String {
    var description = exampleDescription(start: start)
    description.experiment = experiment
    let run = try store.start(description)
    try run.finish(status: .finished)
    return run.id
  }

  private func log(_ experiment: String) -> String { folder.path + "/\(experiment)/.experiment/log.rlog" }

  @Test func `an experiment is there with its runs, or by being made`() throws {
    let store = try store()
    let id = try run(store, "a/b", start: 5_000_000)
    _ = try run(store, "a/b", start: 9_000_000)
    try store.createExperiment("empty")
    try store.createExperiment("empty")
    var all = try store.experiments()
    #expect(all.map(\.name) == ["a/b", "empty"] && all.map(\.runs) == [2, 0] && all[0].created == 5_000_000)
    #expect(all[1].created >= 1_700_000_000_000_000)
    try store.annotate(experiment: "a/b", tag: "x", value: "1")
    try store.delete(id)
    all = try store.experiments()
    // Its log remembers when the first was started.
    #expect(all[0].runs == 1 && all[0].created == 5_000_000)
    let error = StoreError.unknownExperiment("emty", nearest: "empty")
    #expect(throws: error) { try store.annotate(experiment: "emty", text: "x") }
    #expect(throws: StoreError.self) { try store.createExperiment("") }
  }

  @Test func `a start beyond all times is no trap`() throws {
    let store = try store()
    for start in [Int64.min, .max] { _ = try run(store, "t\(start)", start: start) }
    #expect(try store.experiments().map(\.runs) == [1, 1])
    try store.annotate(experiment: "t\(Int64.max)", text: "x")
  }

  @Test func `description, tags and the archive are what was said last`() throws {
    let store = try store()
    _ = try run(store, "first", start: 1)
    try store.annotate(experiment: "first", text: "one")
    try store.annotate(experiment: "first", text: "two")
    try store.annotate(experiment: "first", tag: "a", value: "1")
    try store.annotate(experiment: "first", tag: "b", value: "2")
    try store.annotate(experiment: "first", tag: "a", value: "3")
    try store.annotate(experiment: "first", removingTag: "b")
    try store.archive(experiment: "first")
    var experiment = try #require(try store.experiments().first)
    #expect(experiment.text == "two" && experiment.tags == ["a": "3"] && experiment.isArchived)
    #expect(experiment.condition == .sound && experiment.runs == 1)
    #expect(try store.archivedExperiments() == ["first"])
    try store.archive(experiment: "first", false)
    experiment = try #require(try store.experiments().first)
    #expect(!experiment.isArchived && experiment.text == "two")
    #expect(try store.archivedExperiments().isEmpty)
  }

  @Test func `an experiment's log is no run, and nothing in the store minds it`() throws {
    let store = try store()
    let id = try run(store, "first", start: 1)
    try store.annotate(experiment: "first", text: "one")
    #expect(try store.identifiers() == [id] && store.runs().map(\.id) == [id] && store.fields().count == 1)
    #expect(try store.find("latest") == id)
    let remains = try store.verify { #expect($0.isSound && $0.remarks.isEmpty) }
    #expect(remains == StoreRemains())
    try writeBytes([1], folder.path + "/first/.experiment/.left.1")
    #expect(try store.collectGarbage().files == 1)
    #expect(try store.experiments().first?.text == "one")
  }

  @Test func `a torn tail is cut off, damage is found by verify and mended by repair`() throws {
    let store = try store()
    try store.createExperiment("first")
    try store.annotate(experiment: "first", tag: "a", value: "1")
    try store.annotate(experiment: "first", text: "one")
    let whole = readBytes(log("first"))
    try writeBytes(whole + LogFormat.marker, log("first"))
    #expect(try store.experiments().first?.condition == .torn(offset: whole.count))
    try store.annotate(experiment: "first", tag: "b", value: "2")
    #expect(try store.experiments().first?.condition == .sound)
    var bytes = readBytes(log("first"))
    let frames = try LogScan([LogSegment(number: 1, bytes: bytes)], run: "").frames
    bytes[frames[1].payload.lowerBound + 10] ^= 1
    try writeBytes(bytes, log("first"))
    let remains = try store.verify { _ in }
    #expect(remains.problems.count == 1 && remains.problems[0].contains("rlrun repair --experiment 'first'"))
    // It is read as far as it is sound, and written on.
    #expect(try store.experiments().first?.text == "one" && store.experiments().first?.tags == ["b": "2"])
    try store.archive(experiment: "first")
    let repair = try store.repair(experiment: "first")
    #expect(repair.damages.count == 1 && repair.original?.hasSuffix("first/.experiment/broken-1") == true)
    let experiment = try #require(try store.experiments().first)
    #expect(experiment.condition == .sound && experiment.isArchived && experiment.text == "one")
    #expect(try store.repair(experiment: "first").damages.isEmpty && store.repair(experiment: "none").damages.isEmpty)
    #expect(try store.verify { _ in } == StoreRemains())
    try store.annotate(experiment: "first", tag: "a", value: "4")
    #expect(try store.experiments().first?.tags == ["a": "4", "b": "2"])
  }

  @Test func `a log that was emptied is not written to`() throws {
    let store = try store()
    try store.createExperiment("first")
    try writeBytes([], log("first"))
    #expect(throws: StoreError.damagedExperiment("first", LogDamage(offset: 0, reason: "the segment is empty"))) {
      try store.annotate(experiment: "first", text: "x")
    }
    #expect(try store.repair(experiment: "first").damages.count == 1)
    try store.annotate(experiment: "first", text: "x")
    #expect(try store.experiments().map(\.name) == ["first"] && store.experiments()[0].text == "x")
  }

  @Test func `many writers of one experiment wait for each other`() async throws {
    let store = try Store(path: folder.path, create: true)
    await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        group.addTask {
          try store.createExperiment("shared")
          try store.annotate(experiment: "shared", tag: "t\(number)", value: "\(number)")
        }
      }
    }
    let experiment = try #require(try store.experiments().first)
    #expect(experiment.tags.count == 16 && experiment.condition == .sound)
  }

  @Test(arguments: 0..<40)
  func `a disk that fails at any call: what was acknowledged of an experiment is there`(seed: UInt64) throws {
    _ = try Store(path: folder.path, create: true)
    let disk = SimulatedDisk(root: folder.path, seed: seed, failureRate: seed % 2 == 0 ? 4 : 12)
    let failing = try Store(path: folder.path, create: false, system: disk.system)
    var acknowledged: [String: String] = [:]
    for number in 0..<12 {
      if (try? failing.createExperiment("first")) == nil { continue }
      let said: Void? = try? failing.annotate(experiment: "first", tag: "t\(number)", value: "\(number)")
      if said != nil { acknowledged["t\(number)"] = "\(number)" }
    }
    let calm = try Store(path: folder.path, create: false)
    try calm.createExperiment("first")
    let experiment = try #require(try calm.experiments().first)
    if case .damaged(let damages) = experiment.condition { Issue.record("seed \(seed): \(damages)") }
    #expect(acknowledged.allSatisfy { experiment.tags[$0.key] == $0.value }, "seed \(seed)")
  }

  @Test(arguments: 0..<6)
  func `the power goes at any moment: what was acknowledged of an experiment is there`(seed: UInt64) throws {
    let disk = SimulatedDisk(root: folder.path, seed: seed)
    let store = try store(disk.system)
    for number in 0..<12 {
      try store.createExperiment("first")
      try store.annotate(experiment: "first", tag: "t\(number)", value: "v")
      disk.acknowledge(number + 1)
    }
    for round in 0..<30 {
      let count = disk.events.count * (round + 1) / 30
      let after = TemporaryFolder()
      guard let acknowledged = try disk.losePower(after: count, seed: seed * 100 + UInt64(round), into: after.path)
      else { continue }
      let experiment = try #require(try Store(path: after.path, create: false).experiments().first)
      #expect((0..<acknowledged).allSatisfy { experiment.tags["t\($0)"] == "v" }, "seed \(seed), round \(round)")
    }
  }
}
