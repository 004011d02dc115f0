import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// Experiments that get other names.
@Suite struct ExperimentNameTests {
  private let folder = TemporaryFolder()

  private func store() throws -> Store { try Store(path: folder.path, create: true, system: quietSystem()) }

  private func description(_ experiment: String, parent: String? = nil) -> RunDescription {
    var description = exampleDescription(start: 1)
    (description.experiment, description.parent) = (experiment, parent)
    return description
  }

  private func run(_ store: Store, _ experiment: String) throws -> String {
    let run = try store.start(description(experiment))
    try run.finish(status: .finished)
    return run.id
  }

  private func shown(_ store: Store) throws -> [String] {
    try store.fields().compactMap { if case .text(let name)? = $0["experiment"] { name } else { nil } }
  }

  /// The ids of the runs of an experiment, as lists have them.
  private func ids(_ store: Store, _ experiment: String) throws -> Set<String> {
    Set(
      try store.fields(experiment: experiment).compactMap { if case .text(let id)? = $0["id"] { id } else { nil } })
  }

  @Test func `a renamed experiment's runs are of the new name for every reader`() throws {
    let store = try store()
    let id = try run(store, "a/b")
    try store.annotate(experiment: "a/b", tag: "team", value: "blue")
    // The catalogue knows the run by the old name.
    #expect(try shown(store) == ["a/b"])
    try store.rename(experiment: "a/b", to: "gamma: 0.9")
    #expect(try shown(store) == ["gamma: 0.9"] && store.fields(experiment: "gamma: 0.9").count == 1)
    #expect(try store.load(id).description.experiment == "gamma: 0.9")
    #expect(try store.runs(experiment: "gamma: 0.9").map(\.description.experiment) == ["gamma: 0.9"])
    #expect(try store.outline(of: id).record.description.experiment == "gamma: 0.9")
    let experiment = try #require(try store.experiments().first)
    #expect(try store.experiments().count == 1 && experiment.name == "gamma: 0.9")
    #expect(experiment.tags == ["team": "blue"] && experiment.runs == 1 && experiment.key == "a/b")
    #expect(try store.experiment(named: "a/b") == nil && store.experiment(named: "gamma: 0.9")?.key == "a/b")
    // Its folder stays, and nothing is strange about that.
    #expect(Folder.holds(folder.path + "/a%2Fb/" + id))
    let remains = try store.verify { #expect($0.isSound && $0.remarks.isEmpty) }
    #expect(remains == StoreRemains())
    // What is kept beside the logs may go.
    unlink(folder.path + "/" + Catalogue.file)
    #expect(try shown(store) == ["gamma: 0.9"])
  }

  @Test func `a name that another has is refused, and so is one that is none`() throws {
    let store = try store()
    _ = try run(store, "first")
    try store.createExperiment("second")
    #expect(throws: StoreError.experimentExists("second")) { try store.rename(experiment: "first", to: "second") }
    #expect(throws: StoreError.unknownExperiment("secnd", nearest: "second")) {
      try store.rename(experiment: "secnd", to: "third")
    }
    #expect(throws: StoreError.badExperimentName("", reason: "it is empty")) {
      try store.rename(experiment: "first", to: "")
    }
    #expect(throws: StoreError.self) { try store.rename(experiment: "first", to: String(repeating: "x", count: 256)) }
    try store.rename(experiment: "first", to: "first")
    try store.rename(experiment: "first", to: "third")
    try store.rename(experiment: "third", to: "first")
    #expect(try store.experiments().map(\.name) == ["first", "second"] && shown(store) == ["first"])
  }

  @Test func `the former name stands for the experiment until another takes it`() throws {
    let store = try store()
    let old = try run(store, "a")
    try store.rename(experiment: "a", to: "b")
    let same = try run(store, "a")
    #expect(try Set(store.runs(experiment: "b").map(\.id)) == [old, same])
    #expect(try ids(store, "a") == [old, same])
    #expect(try store.currentName(ofExperiment: "a") == "b" && store.currentName(ofExperiment: "x") == nil)
    try store.annotate(experiment: "a", text: "said under the old name")
    #expect(try store.experiment(named: "b")?.text == "said under the old name")
    try store.createExperiment("a")
    let new = try run(store, "a")
    #expect(try ids(store, "a") == [new])
    #expect(try ids(store, "b") == [old, same])
    #expect(try store.experiments().map(\.name) == ["a", "b"] && store.experiments().map(\.runs) == [1, 2])
    #expect(try Set(store.experiments().map(\.key)).count == 2)
    #expect(throws: StoreError.experimentExists("a")) { try store.rename(experiment: "b", to: "a") }
    // The second one goes its way too, and a third takes the name.
    try store.rename(experiment: "a", to: "c")
    #expect(try store.currentName(ofExperiment: "a") == "c")
    try store.createExperiment("a")
    #expect(try store.experiments().map(\.name) == ["a", "b", "c"])
    #expect(try Set(store.experiments().map(\.key)).count == 3)
    let remains = try store.verify { one in
      #expect(one.isSound && !one.remarks.contains { $0.contains("was started in experiment") })
    }
    #expect(remains == StoreRemains())
  }

  @Test func `a run that is being written goes on, and its parts stay beside it`() throws {
    let store = try store()
    let search = try store.start(description("a"))
    search.record(Metric("loss"), 1, step: 1)
    try store.rename(experiment: "a", to: "b")
    try store.createExperiment("a")
    // Who began before knows the old name, which is another's by now.
    let trial = try store.start(description("a", parent: search.id))
    try trial.finish(status: .finished)
    search.record(Metric("loss"), 2, step: 2)
    try search.finish(status: .finished)
    let record = try store.load(search.id)
    #expect(record.description.experiment == "b" && record.last("loss") == 2 && record.condition == .sound)
    #expect(try store.load(trial.id).description.experiment == "b" && store.fields(experiment: "a").isEmpty)
    #expect(try store.runs(beside: search.id) { $0 == search.id }.map(\.id) == [trial.id])
    let resumed = try store.append(to: search.id)
    try resumed.tag("late", "1")
    try resumed.sync()
    #expect(try store.load(search.id).tags["late"] == "1")
  }

  @Test func `of many that want a name one gets it`() async throws {
    let store = try Store(path: folder.path, create: true)
    for number in 0..<8 { try store.createExperiment("e\(number)") }
    let winners = await withTaskGroup(of: Int.self) { group in
      for number in 0..<8 {
        group.addTask { (try? store.rename(experiment: "e\(number)", to: "wanted")) == nil ? 0 : 1 }
        // Runs that are started under the name go where it is, whoever was first.
        group.addTask { (try? store.start(description("wanted")).finish(status: .finished)) == nil ? 100 : 0 }
      }
      return await group.reduce(0, +)
    }
    #expect(winners <= 1)
    let named = try store.experimentPlaces().filter { $0.name == "wanted" }
    #expect(try named.count == 1 && Set(shown(store)) == ["wanted"])
    #expect(try store.fields(experiment: "wanted").count == 8)
  }

  @Test func `a rename that was cut short at any byte is done or not`() throws {
    let store = try store()
    try store.createExperiment("a")
    let log = folder.path + "/a/.experiment/log.rlog"
    let before = readBytes(log)
    try store.rename(experiment: "a", to: "b")
    let after = readBytes(log)
    #expect(after.count > before.count)
    for count in before.count...after.count {
      try writeBytes(Array(after.prefix(count)), log)
      let name = count == after.count ? "b" : "a"
      #expect(try store.experiments().map(\.name) == [name] && store.experimentPlaces().map(\.name) == [name])
      try store.rename(experiment: name, to: "c")
      #expect(try store.experiments().map(\.name) == ["c"] && store.experiments()[0].condition == .sound)
    }
  }

  @Test(arguments: 0..<40)
  func `a disk that fails at any call: a rename that was acknowledged is there`(seed: UInt64) throws {
    try Store(path: folder.path, create: true).createExperiment("e0")
    let disk = SimulatedDisk(root: folder.path, seed: seed, failureRate: seed % 2 == 0 ? 4 : 12)
    let failing = try Store(path: folder.path, create: false, system: disk.system)
    let calm = try Store(path: folder.path, create: false)
    var possible: Set = ["e0"]
    for number in 1..<10 {
      let name = try #require(try calm.experiments().first?.name)
      #expect(possible.contains(name), "seed \(seed)")
      possible =
        (try? failing.rename(experiment: name, to: "e\(number)")) == nil ? [name, "e\(number)"] : ["e\(number)"]
    }
    let all = try calm.experiments()
    #expect(all.count == 1 && possible.contains(all[0].name), "seed \(seed)")
    if case .damaged(let damages) = all[0].condition { Issue.record("seed \(seed): \(damages)") }
  }

  @Test(arguments: 0..<6)
  func `the power goes at any moment: a rename that was acknowledged is there`(seed: UInt64) throws {
    let disk = SimulatedDisk(root: folder.path, seed: seed)
    let store = try Store(path: folder.path, create: true, system: disk.system)
    try store.createExperiment("e0")
    disk.acknowledge(0)
    for number in 1..<8 {
      try store.rename(experiment: "e\(number - 1)", to: "e\(number)")
      disk.acknowledge(number)
    }
    for round in 0..<30 {
      let count = disk.events.count * (round + 1) / 30
      let after = TemporaryFolder()
      guard let acknowledged = try disk.losePower(after: count, seed: seed * 100 + UInt64(round), into: after.path)
      else { continue }
      let name = try #require(try Store(path: after.path, create: false).experiments().first?.name)
      #expect(["e\(acknowledged)", "e\(acknowledged + 1)"].contains(name), "seed \(seed), round \(round)")
    }
  }

  @Test func `a search in an experiment whose name is escaped takes its trials along when it is deleted`() throws {
    let store = try store()
    var begin = description("a/b")
    begin.kind = .search
    let search = try store.start(begin)
    try search.finish(status: .finished)
    var part = description("a/b", parent: search.id)
    part.trial = TrialRecord(1, values: [:])
    let trial = try store.start(part)
    try trial.finish(status: .finished)
    #expect(try store.delete(search.id) == 1 && store.fields().isEmpty)
  }
}
