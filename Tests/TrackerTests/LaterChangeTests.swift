import Settings
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// What is said of a run after its start: parameters, name, description, tags, deletion, parent.
@Suite struct LaterChangeTests {
  private let folder = TemporaryFolder()

  private func store() throws -> Store { try Store(path: folder.path, create: true, system: quietSystem()) }

  @Test func `a parameter is set once: the same again is no error and not recorded, another value is refused`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    try run.set(["rows": .integer(10), "who": .text("me")])
    let size = readBytes(run.directory + "/log.rlog").count
    try run.set(["rows": .number(10), "who": .text("me"), "learning_rate": .number(3e-4)])
    #expect(readBytes(run.directory + "/log.rlog").count == size)
    let refusal = StoreError.parameterIsSet(run: run.id, name: "rows", value: "10", wanted: "11")
    #expect(throws: refusal) { try run.set(["another": .flag(true), "rows": .integer(11)]) }
    #expect(refusal.description.contains("parameter rows of run \(run.id) is 10 and cannot become 11"))
    #expect(throws: StoreError.self) { try run.set(["learning_rate": .number(1)]) }
    #expect(throws: StoreError.self) { try run.set(["n_envs": .integer(9)]) }
    try run.finish(status: .finished)
    try store.annotate(run.id, parameters: ["rows": .integer(10), "later": .number(.infinity)])
    try store.annotate(run.id, parameters: ["later": .number(.infinity)])
    #expect(throws: refusal) { try store.annotate(run.id, parameters: ["rows": .integer(11)]) }
    let goingOn = try store.append(to: run.id)
    #expect(throws: refusal) { try goingOn.set(["rows": .integer(11)]) }
    try goingOn.sync()
    let record = try store.load(run.id)
    #expect(record.laterParameters.keys.sorted() == ["later", "rows", "who"])
    #expect(record.parameters["rows"] == .integer(10) && record.parameters["learning_rate"] == .number(3e-4))
    #expect(record.description.hyperparameters["rows"] == nil)
    let fields = RunFields(record)
    #expect(fields["params.rows"] == .number(10) && fields["params.who"] == .text("me"))
    #expect(try RunFilter("params.rows = 10 and params.who = 'me'").matches(record))
    #expect(try store.fields()[0] == fields)
  }

  @Test func `of names and descriptions the last holds, notes are all listed, and a tag goes and comes again`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    try run.rename("second")
    try run.describe("long")
    try run.note("a")
    try run.tag("x", "1")
    try run.removeTag("x")
    try run.removeTag("machine")
    try run.finish(status: .finished)
    var record = try store.load(run.id)
    #expect(record.description.name == "second" && record.text == "long" && record.notes == ["a"])
    #expect(record.tags.isEmpty)
    try store.annotate(run.id, name: "third")
    try store.annotate(run.id, text: "")
    try store.annotate(run.id, note: "b")
    try store.annotate(run.id, tag: "x", value: "2")
    try store.annotate(run.id, removingTag: "none")
    record = try store.load(run.id)
    #expect(record.description.name == "third" && record.text == "" && record.notes == ["a", "b"])
    #expect(record.tags == ["x": "2"] && record.status == .finished)
    #expect(try store.fields()[0]["name"] == .text("third"))
  }

  @Test func `a deletion is taken back, and again, until the run is collected`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    run.record("loss", 1, step: 1)
    try run.finish(status: .finished)
    for _ in 0..<2 {
      try store.delete(run.id)
      #expect(throws: StoreError.deleted(run.id)) { try store.load(run.id) }
      #expect(throws: StoreError.deleted(run.id)) { try store.append(to: run.id) }
      #expect(try store.fields().isEmpty && store.find(String(run.id.prefix(5)), includingDeleted: true) == run.id)
      #expect(throws: StoreError.self) { try store.find(String(run.id.prefix(5))) }
      try store.restore(run.id)
      try store.restore(run.id)
      #expect(try store.load(run.id).last("loss") == 1 && store.fields().count == 1)
      #expect(try store.series("loss", of: run.id)?.values == [1])
      #expect(try store.collectGarbage().runs.isEmpty)
    }
    try store.delete(run.id)
    #expect(try store.collectGarbage().runs == [run.id])
    #expect(throws: StoreError.self) { try store.restore(run.id) }
  }

  @Test func `a search is deleted with its trials and comes back with them`() throws {
    let store = try store()
    var description = exampleDescription()
    description.kind = .search
    let search = try store.start(description)
    try search.finish(status: .finished)
    let trials = try (1...3).map { number in
      var description = exampleDescription(seed: UInt64(number))
      (description.parent, description.trial) = (search.id, TrialRecord(number, values: [:]))
      return try store.start(description)
    }
    let other = try store.start(exampleDescription(seed: 9))
    try other.finish(status: .finished)
    func visible() throws -> Set<String> { Set(try store.runs().map(\.id)) }
    let all = Set([search.id, other.id] + trials.map(\.id))
    for trial in trials.dropLast() { try trial.finish(status: .finished) }
    // Nothing goes while a trial is being written.
    #expect(throws: StoreError.live(trials[2].id)) { try store.delete(search.id) }
    #expect(try visible() == all)
    try trials[2].finish(status: .finished)

    // One that was deleted on its own stays so.
    #expect(try store.delete(trials[0].id) == 0)
    #expect(try store.delete(search.id) == 2)
    #expect(try visible() == [other.id])
    // As a deletion that was cut short leaves it.
    #expect(try store.restore(trials[1].id) == 0)
    #expect(try store.delete(search.id) == 1)
    #expect(try store.restore(search.id) == 2)
    #expect(try visible() == all.subtracting([trials[0].id]))
    #expect(try store.restore(search.id) == 0)
    #expect(try store.restore(trials[0].id) == 0)
    #expect(try visible() == all)

    try store.delete(search.id)
    #expect(Set(try store.collectGarbage().runs) == all.subtracting([other.id]))
    #expect(try visible() == [other.id])
  }

  @Test func `a run has a parent, which is a run of the same store`() throws {
    let store = try store()
    let parent = try store.start(exampleDescription())
    var description = exampleDescription(seed: 2)
    description.parent = parent.id
    let child = try store.start(description)
    #expect(try store.load(child.id).description.parent == parent.id)
    #expect(try store.load(parent.id).description.parent == nil)
    #expect(try store.fields().map { $0["parent"] } == [nil, .text(parent.id)])
    description.parent = "nosuch00"
    #expect(throws: StoreError.unknownRun("nosuch00", nearest: nil)) { try store.start(description) }
    #expect(try store.identifiers().count == 2)
  }

  @Test func `what was set survives the sealing of its segment and the loss of one of two copies`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    for step in 0..<6_000 { run.record("a", Double(step % 977), step: step) }
    try run.set(["rows": .integer(10)])
    try run.rename("second")
    try run.finish(status: .finished)
    #expect(try store.verify(run.id).sealedSegments == 1)
    let record = try store.load(run.id)
    #expect(record.laterParameters == ["rows": .integer(10)] && record.description.name == "second")
    let log = run.directory + "/log.rlog"
    var bytes = readBytes(log)
    let frames = try LogScan([LogSegment(number: 1, bytes: bytes)], run: "").frames
    let frame = try #require(frames.first { $0.type == .parameters })
    bytes[frame.payload.lowerBound + 9] ^= 1
    try writeBytes(bytes, log)
    #expect(try store.load(run.id).laterParameters == ["rows": .integer(10)])
    _ = try store.repair(run.id)
    #expect(try store.load(run.id).laterParameters == ["rows": .integer(10)])
  }
}
