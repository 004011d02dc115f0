import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// A disk that misbehaves on command.
private final class FaultyDisk: @unchecked Sendable {
  private let lock = NSLock()
  /// Bytes it still takes; a write that asks for more is short, and the next one fails.
  private var room = Int.max
  private var writeCode: Int32 = ENOSPC
  private var syncCode: Int32 = 0
  private var longestWrite = Int.max
  private(set) var syncCount = 0

  func limit(room: Int = .max, code: Int32 = ENOSPC, longestWrite: Int = .max) {
    lock.withLock { (self.room, writeCode, self.longestWrite) = (room, code, longestWrite) }
  }

  func failSync(with code: Int32) { lock.withLock { syncCode = code } }

  var system: SystemCalls {
    var system = quietSystem()
    let real = system
    system.write = { descriptor, bytes in
      let count = self.lock.withLock { min(bytes.count, self.room, self.longestWrite) }
      if count == 0 { return -Int(self.writeCode) }
      let written = real.write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      self.lock.withLock { if self.room != .max { self.room -= written } }
      return written
    }
    system.sync = { descriptor in
      self.lock.withLock {
        self.syncCount += 1
        return self.syncCode
      }
    }
    return system
  }
}

@Suite struct StoreFaultTests {
  let folder = TemporaryFolder()

  @Test("A disk that fills up at any byte: what was flushed stays, the writer says so, and goes on when there is room")
  func fullDisk() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    for room in 0..<160 {
      let run = try store.start(exampleDescription())
      run.record("a", 1, step: 1)
      try run.flush()
      disk.limit(room: room)
      for step in 2..<5 { run.record("a", Double(step), step: step) }
      let whole = 32 + 1 + 5 + 7 + 8 + 24
      if room < whole {
        let error = #expect(throws: StoreError.self) { try run.flush() }
        #expect(error?.description.contains("the disk is full") == true)
      }
      let between = try store.load(run.id)
      #expect(between.condition == .sound)
      #expect(between.series("a")?.values.first == 1)
      disk.limit()
      try run.finish(status: .finished)
      let record = try store.load(run.id)
      #expect(record.condition == .sound)
      #expect(record.series("a")?.values == [1, 2, 3, 4])
    }
  }

  @Test("Writes that take a few bytes each change nothing")
  func shortWrites() throws {
    let disk = FaultyDisk()
    disk.limit(longestWrite: 3)
    let store = try Store(path: folder.path, create: true, system: disk.system)
    let run = try store.start(exampleDescription())
    run.record("a", 1, step: 1)
    try run.saveCheckpoint([1, 2, 3, 4, 5], step: 1, best: false)
    try run.finish(status: .finished)
    #expect(try store.load(run.id).last("a") == 1)
    #expect(try store.verify(run.id).isSound)
  }

  @Test("A broken write inside record is not lost: the next flush tries it again")
  func failureInsideRecord() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    let run = try store.start(exampleDescription())
    disk.limit(room: 0, code: EIO)
    let count = PendingPoints.capacity * 2 + 5
    for step in 0..<count { run.record("a", Double(step), step: step) }
    let error = #expect(throws: StoreError.self) { try run.flush() }
    #expect(error?.description.contains("Input/output error") == true)
    disk.limit()
    try run.flush()
    #expect(try store.load(run.id).series("a")?.values == (0..<count).map(Double.init))
  }

  @Test("Points that a dead disk makes too many for memory are counted")
  func droppedPoints() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    let run = try store.start(exampleDescription())
    disk.limit(room: 0)
    let count = 3_000_000
    for step in 0..<count { run.record("a", Double(step), step: step) }
    disk.limit()
    var lost = 0
    do { try run.flush() } catch StoreError.dropped(let points, _) { lost = points }
    #expect(lost > 0)
    #expect(try store.load(run.id).series("a")?.values.count == count - lost)
    try run.flush()
  }

  @Test("A failed sync seals the log: never tried again, nothing written after it, what was flushed stays")
  func failedSync() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    let run = try store.start(exampleDescription())
    run.record("a", 1, step: 1)
    try run.flush()
    disk.failSync(with: EIO)
    let sealed = StoreError.sealed(path: run.directory + "/log.rlog", code: EIO)
    run.record("a", 2, step: 2)
    #expect(throws: sealed) { try run.sync() }
    disk.failSync(with: 0)
    let count = disk.syncCount
    let bytes = readBytes(run.directory + "/log.rlog")
    run.record("a", 3, step: 3)
    #expect(throws: sealed) { try run.flush() }
    #expect(throws: sealed) { try run.sync() }
    #expect(throws: sealed) { try run.finish(status: .finished) }
    #expect(disk.syncCount == count)
    #expect(readBytes(run.directory + "/log.rlog") == bytes)
    #expect(try store.load(run.id).series("a")?.values == [1, 2])
  }

  @Test("A checkpoint that cannot be written leaves the run, its log and its earlier checkpoints as they were")
  func failedCheckpoint() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    let run = try store.start(exampleDescription())
    try run.saveCheckpoint([1], step: 1, best: false)
    disk.limit(room: 1)
    #expect(throws: StoreError.self) { try run.saveCheckpoint([2, 2], step: 2, best: false) }
    disk.limit()
    let files = try FileManager.default.contentsOfDirectory(atPath: run.directory + "/checkpoints")
    #expect(files == ["step-000000000001.safetensors"])
    try run.saveCheckpoint([3], step: 3, best: false)
    try run.finish(status: .finished)
    #expect(try store.load(run.id).keptCheckpoints.map(\.step) == [1, 3])
    #expect(try store.verify(run.id).isSound)
  }

  @Test("A disk too full for a run's first frame leaves no run behind")
  func fullAtStart() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    for room in [0, 1, 20, 500] {
      disk.limit(room: room)
      #expect(throws: StoreError.self) { try store.start(exampleDescription()) }
      #expect(try store.runs().isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cp").isEmpty)
    }
  }

  @Test("A finding, a checkpoint and the end are synced; so is every second's flush")
  func syncs() throws {
    let disk = FaultyDisk()
    let store = try Store(path: folder.path, create: true, system: disk.system)
    let run = try store.start(exampleDescription())
    func syncs(_ body: () throws -> Void) rethrows -> Int {
      let before = disk.syncCount
      try body()
      return disk.syncCount - before
    }
    #expect(try syncs { try run.flush() } == 0)
    #expect(syncs { run.record(exampleFinding) } == 1)
    #expect(try syncs { try run.saveCheckpoint([1], step: 1, best: false) } >= 3)
    // The clock goes on by 1 ms a point.
    #expect(syncs { for step in 0..<2_100 { run.record("a", 0, step: step) } } == 2)
    #expect(try syncs { try run.finish(status: .finished) } == 1)
  }

  @Test("Readers beside a writer see a prefix of what it recorded, never a broken value")
  func concurrentReaders() async throws {
    let store = try Store(path: folder.path, create: true)
    let run = try store.start(exampleDescription())
    let id = run.id
    let readers = (0..<2).map { _ in
      Task.detached {
        var seen = 0
        while true {
          let record = try store.load(id)
          let values = record.series("a")?.values ?? []
          try #require(record.condition == .sound)
          try #require(values.count >= seen)
          try #require(values.elementsEqual((0..<values.count).lazy.map(Double.init)))
          seen = values.count
          if record.status == .finished { return seen }
          try #require(record.status == .running)
        }
      }
    }
    for step in 0..<20_000 {
      run.record("a", Double(step), step: step)
      if step % 37 == 0 { try run.flush() }
    }
    try run.finish(status: .finished)
    for reader in readers { #expect(try await reader.value == 20_000) }
  }

  @Test("Two runs of one process get different ids and do not disturb each other")
  func sideBySide() async throws {
    let store = try Store(path: folder.path, create: true)
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for seed in 0..<16 {
        group.addTask {
          let run = try store.start(exampleDescription(seed: UInt64(seed)))
          for step in 0..<100 { run.record("a", Double(seed), step: step) }
          try run.finish(status: .finished)
          return run.id
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(ids.count == 16)
    for record in try store.runs() {
      #expect(record.series("a")?.values == Array(repeating: Double(record.description.seed), count: 100))
    }
  }
}
