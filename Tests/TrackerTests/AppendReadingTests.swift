import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// Counts what is read.
private final class ReadCount: Sendable {
  private let bytes = Mutex(0)

  var system: SystemCalls {
    var system = quietSystem()
    let real = system
    system.read = { descriptor, buffer, offset in
      let count = real.read(descriptor, buffer, offset)
      self.bytes.withLock { $0 += max(0, count) }
      return count
    }
    return system
  }

  func during(_ body: () throws -> Void) rethrows -> Int {
    let before = bytes.withLock { $0 }
    try body()
    return bytes.withLock { $0 } - before
  }
}

/// What an append reads of a log.
@Suite struct AppendReadingTests {
  private let count = ReadCount()
  private let folder = TemporaryFolder()

  private func store(segmentLimit: Int = 60_000) throws -> Store {
    var store = try Store(path: folder.path, create: true, system: count.system)
    store.segmentLimit = segmentLimit
    return store
  }

  private func record(_ points: Int, in store: Store, finish: Bool = true) throws -> RunWriter {
    let run = try store.start(exampleDescription())
    for step in 0..<points {
      run.record("a", Double(step % 9_973) / 97, step: step)
      if step % 500 == 0 { try run.flush() }
    }
    try run.saveCheckpoint([1, 2], step: points, best: true)
    if finish { try run.finish(status: .finished) } else { try run.flush() }
    return run
  }

  private func addSomething(to id: String, in store: Store) throws {
    let run = try store.append(to: id)
    run.record("a", 0.5, step: 30_001)
    run.record("b", 0.25, step: 30_001)
    try run.saveCheckpoint([3], step: 30_001, best: false)
    try run.sync()
  }

  @Test func `an append reads heads and indices: ten times the points cost no ten times the bytes`() throws {
    let store = try store(segmentLimit: 1 << 22)
    let ids = [try record(20_000, in: store).id, try record(200_000, in: store).id]
    let logs = try ids.map { try store.verify($0).bytes }
    #expect(logs[1] > 8 * logs[0])
    for append in [
      { id in try store.annotate(id, tag: "a", value: "b") }, { id in try store.append(to: id).sync() },
      { id in try store.annotate(id, parameters: ["p": .integer(1)]) },
      { id in _ = try store.resume(id, from: store.load(id).lastCheckpoint, steps: 1) },
    ] as [(String) throws -> Void] {
      // A reading of all, as `load` does, is not part of it.
      let loads = try ids.map { id in try count.during { _ = try store.load(id) } }
      let read = try ids.map { id in try count.during { try append(id) } }
      #expect(read[0] > 0)
      let own = zip(read, loads).map { $0 > $1 ? $0 - $1 : $0 }
      #expect(own[1] < own[0] + (32 << 10) && own[1] < logs[1] / 4, "\(read) of \(logs)")
    }
  }

  @Test func `the last step is told by the indices, and is that of the whole reading, resumed or not`() throws {
    let store = try store(segmentLimit: 1 << 22)
    let run = try record(60_000, in: store)
    let logSize = try store.verify(run.id).bytes
    var step: Int?
    let read = try count.during { step = try store.lastStep(of: run.id) }
    #expect(step == 59_999 && read < logSize / 4)
    do {
      let more = try store.append(to: run.id)
      more.record("a", 1, step: 7)
      more.record("b", 1, step: 11)
      try more.sync()
    }
    #expect(try store.lastStep(of: run.id) == 11 && store.load(run.id).lastStep == 11)
    try store.resume(run.id, from: nil, steps: 5).finish(status: .finished)
    #expect(try store.lastStep(of: run.id) == nil)
    let empty = try store.start(exampleDescription(seed: 2))
    #expect(try store.lastStep(of: empty.id) == nil)
  }

  @Test func `what was appended after a short reading is what a whole reading finds`() throws {
    for isFinished in [true, false] {
      let store = try store()
      let run = try record(30_000, in: store, finish: isFinished)
      let id = run.id
      if !isFinished { try run.finish(status: .interrupted) }
      let before = try store.load(id, includingSuperseded: true)
      #expect(try StoreLayout.segments(in: run.directory).count > 2)
      try addSomething(to: id, in: store)
      try store.annotate(id, note: "n")
      let after = try store.load(id, includingSuperseded: true)
      #expect(after.condition == .sound && Set(facts(after)).isSuperset(of: facts(before)))
      #expect(
        after.last("a") == 0.5 && after.last("b") == 0.25 && after.keptCheckpoints.map(\.step) == [30_000, 30_001])
      #expect(try store.verify(id).isSound)
    }
  }

  @Test func `a log that is damaged is read whole, and appended to behind the damage`() throws {
    let store = try store()
    let run = try record(30_000, in: store)
    let path = StoreLayout.segment(2, in: run.directory)
    let bytes = readBytes(path)
    for place in [bytes.count / 3, 20, bytes.count - 9] {
      var harmed = bytes
      harmed[place] ^= 1
      try writeBytes(harmed, path)
      try store.annotate(run.id, tag: "t\(place)", value: "v")
      #expect(try store.load(run.id).tags["t\(place)"] == "v")
    }
    try writeBytes(bytes, path)
    #expect(try store.load(run.id).condition == .sound && store.load(run.id).tags.count == 4)
  }
}
