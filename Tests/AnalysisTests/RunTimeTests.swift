import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Files
@testable import Tracker

/// What counts as a run's time, by a clock that stands where a test has put it.
@Suite struct RunTimeTests {
  private final class Clock: Sendable {
    private let time = Mutex<Int64>(0)
    static let start: Int64 = 1_700_000_000_000_000

    func set(_ seconds: Double) { time.withLock { $0 = Self.start + Int64(seconds * 1e6) } }
    var now: Int64 { time.withLock { $0 } }
  }

  private let folder = TemporaryFolder()
  private let clock = Clock()

  private func makeStore() throws -> Store {
    var system = SystemCalls()
    system.now = { [clock] in clock.now }
    clock.set(0)
    return try Store(path: folder.path, create: true, system: system)
  }

  /// A run that records at second 1, saves at 2, records at 3 and dies.
  private func begin(in store: Store) throws -> String {
    let run = try store.start(exampleDescription(start: Clock.start))
    clock.set(1)
    run.record("a", 0, step: 1)
    clock.set(2)
    try run.saveCheckpoint([1], step: 2, best: false)
    clock.set(3)
    run.record("a", 1, step: 3)
    try run.flush()
    return run.id
  }

  private func resume(_ id: String, at second: Double, in store: Store) throws -> RunWriter {
    clock.set(second)
    return try store.resume(id, from: try store.load(id).lastCheckpoint, steps: 1_000)
  }

  /// Goes on at second 10, back to the start at 14, and dies at 15.
  private func rewindAndDie(_ id: String, in store: Store) throws {
    let run = try resume(id, at: 10, in: store)
    clock.set(14)
    let rewind = Rewind(number: 1, finding: exampleFinding, changes: [], movesSeed: false)
    #expect(try run.rewind(to: nil, steps: 1_000, rewind).step == 0)
    clock.set(15)
    try run.flush()
  }

  private func active(_ record: RunRecord, at second: Double) -> Double {
    Double(record.activeMicroseconds(until: Clock.start + Int64(second * 1e6))) / 1e6
  }

  @Test func `the pause between a kill and its resumption does not count, nor what is done again`() throws {
    let store = try makeStore()
    let id = try begin(in: store)
    let run = try resume(id, at: 100, in: store)
    clock.set(101)
    run.record("a", 1, step: 3)
    clock.set(103)
    try run.finish(status: .finished)
    let record = try store.load(id)
    #expect(record.activeSeconds == 5)
    #expect(record.secondsBeforeResumption == 2)
    let series = try #require(record.series("a"))
    #expect(series.wallTimes.map { active(record, at: Double($0 - Clock.start) / 1e6) } == [1, 3])
    #expect(active(record, at: 2) == 2 && active(record, at: 50) == 2 && active(record, at: 100) == 2)
    // Lists, curves and comparisons go by it.
    #expect(RunFields(record)["duration"] == .number(5))
    let curve = LearningCurve(of: [record], metric: "a", by: .time)
    #expect(curve.groups.map(\.steps) == [[1, 3]])
  }

  @Test func `a run killed again before it has saved anything has one pause`() throws {
    let store = try makeStore()
    let id = try begin(in: store)
    _ = try resume(id, at: 100, in: store)
    let run = try resume(id, at: 200, in: store)
    clock.set(201)
    run.record("a", 1, step: 3)
    try run.finish(status: .interrupted)
    let record = try store.load(id)
    #expect(record.pauses.count == 1 && record.activeSeconds == 3)
  }

  @Test func `what led to a rewind counts, and what follows an end does not until the run is extended`() throws {
    let store = try makeStore()
    let id = try begin(in: store)
    try rewindAndDie(id, in: store)
    // It goes on from the rewind, at second 14: 2 of the first stretch and 4 of the second.
    let again = try resume(id, at: 20, in: store)
    clock.set(21)
    again.record("a", 2, step: 1)
    try again.finish(status: .finished)
    #expect(try store.load(id).activeSeconds == 7)
    let before = try store.load(id)
    #expect(!before.resumes.contains { $0.isExtension })
    let extended = try resume(id, at: 500, in: store)
    clock.set(502)
    try extended.finish(status: .finished)
    let last = try store.load(id)
    #expect(last.resumes.last?.isExtension == true)
    // The rewind's is the last thing that stays of what was there.
    #expect(last.activeSeconds == 8)
    #expect(last.secondsBeforeResumption == 0)
  }

  @Test func `a run without pauses takes from its start to its end`() throws {
    let store = try makeStore()
    let id = try begin(in: store)
    let record = try store.load(id)
    #expect(record.pauses.isEmpty && record.activeSeconds == 3)
  }
}
