import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

@Suite struct RunWriterPoolTests {
  private let folder = TemporaryFolder()

  /// Nothing here is about power losses, so that nothing waits for a disk.
  private func store() throws -> Store {
    var system = quietSystem()
    system.sync = { _ in 0 }
    return try Store(path: folder.path, create: true, system: system)
  }

  @Test func `runs are opened when they are used, and those used longest ago are closed for others`() throws {
    let store = try store()
    let pool = RunWriterPool(store, limit: 3)
    #expect(pool.limit == 3)
    let ids = try (0..<6).map { try pool.start(exampleDescription(seed: UInt64($0))) }
    #expect(pool.count == 3)
    for round in 0..<4 {
      for id in ids {
        try pool.withWriter(of: id) { run in
          run.record("loss", Double(round), step: round)
          try run.set(["p": .integer(1)])
        }
      }
    }
    #expect(pool.count == 3)
    // Closed ones are free for others, open ones are not.
    let other = try Store(path: folder.path, create: false)
    try other.annotate(ids[0], tag: "a", value: "b")
    #expect(throws: StoreError.live(ids[5])) { try other.annotate(ids[5], tag: "a", value: "b") }
    try pool.evict(ids[5])
    try pool.evict("none")
    try other.annotate(ids[5], tag: "a", value: "b")
    try pool.evictAll()
    #expect(pool.count == 0)
    for id in ids {
      let record = try store.load(id)
      #expect(record.series("loss")?.values == [0, 1, 2, 3] && record.condition == .sound)
      #expect(try store.verify(id).segments == 1)
    }
  }

  @Test func `a run that another writes, is deleted or not there is refused, and takes no place`() throws {
    let store = try store()
    let pool = RunWriterPool(store, limit: 2)
    let held = try store.start(exampleDescription())
    let gone = try store.start(exampleDescription(seed: 2))
    try gone.finish(status: .finished)
    try store.delete(gone.id)
    for _ in 0..<5 {
      #expect(throws: StoreError.live(held.id)) { try pool.withWriter(of: held.id) { _ in } }
      #expect(throws: StoreError.deleted(gone.id)) { try pool.withWriter(of: gone.id) { _ in } }
      #expect(throws: StoreError.self) { try pool.withWriter(of: "nosuch00") { _ in } }
    }
    #expect(pool.count == 0)
    try held.finish(status: .finished)
    try pool.withWriter(of: held.id) { $0.record("later", 1, step: 1) }
    #expect(pool.count == 1)
    try pool.flush()
    #expect(try store.load(held.id).last("later") == 1)
  }

  @Test func `a run that is finished is closed, and may be used again`() throws {
    let store = try store()
    let pool = RunWriterPool(store, limit: 2)
    let id = try pool.start(exampleDescription())
    try pool.withWriter(of: id) { try $0.finish(status: .finished) }
    #expect(pool.count == 0)
    try pool.withWriter(of: id) { $0.record("test", 0.5, step: 1) }
    try pool.evictAll()
    #expect(try store.load(id).status == .finished && store.load(id).last("test") == 0.5)
  }

  @Test func `all places in use is an error, and what the body throws comes through`() throws {
    struct Failure: Error {}
    let store = try store()
    let pool = RunWriterPool(store, limit: 1)
    let ids = try (0..<2).map { try pool.start(exampleDescription(seed: UInt64($0))) }
    try pool.withWriter(of: ids[0]) { _ in
      #expect(throws: StoreError.poolIsFull(1)) { try pool.withWriter(of: ids[1]) { _ in } }
    }
    #expect(throws: Failure.self) { try pool.withWriter(of: ids[0]) { _ in throw Failure() } }
    #expect(pool.count == 1)
    try pool.withWriter(of: ids[1]) { $0.record("a", 1, step: 1) }
  }

  @Test func `many threads record in many runs, more than there are places, and nothing is lost`() throws {
    let store = try store()
    let pool = RunWriterPool(store, limit: 8)
    let ids = try (0..<24).map { try pool.start(exampleDescription(seed: UInt64($0))) }
    DispatchQueue.concurrentPerform(iterations: 6) { thread in
      for round in 0..<40 {
        let id = ids[(thread * 7 + round * 5) % ids.count]
        do {
          try pool.withWriter(of: id) { run in
            run.record(Metric("t\(thread)"), Double(round), step: round)
            if round % 3 == 0 { try run.flush() }
          }
        } catch {
          Issue.record(error)
        }
      }
    }
    try pool.evictAll()
    var points = 0
    for id in ids {
      let record = try store.load(id)
      #expect(record.condition == .sound)
      points += record.series.reduce(0) { $0 + $1.values.count }
    }
    #expect(points == 6 * 40)
  }

  @Test func `a thousand runs are open with two descriptors each`() throws {
    func descriptors() throws -> Int { try Folder.names(in: "/proc/self/fd").count }
    let store = try store()
    let pool = RunWriterPool(store, limit: 1_000)
    // As many as the machine allows.
    let limit = pool.limit
    let before = try descriptors()
    let ids = try (0..<limit).map { try pool.start(exampleDescription(seed: UInt64($0))) }
    #expect(pool.count == limit)
    // Other tests open and close files beside this one.
    #expect(abs(try descriptors() - before - 2 * limit) < 200)
    for id in ids { try pool.withWriter(of: id) { $0.record("a", 1, step: 1) } }
    #expect(pool.count == limit)
    try pool.evictAll()
    #expect(abs(try descriptors() - before) < 200)
    #expect(try store.load(ids[limit - 1]).last("a") == 1 && store.load(ids[0]).last("a") == 1)
  }

  @Test func `a run that cannot be written stays open with what it holds, until it can`() throws {
    let isFull = Flag()
    let isEmptied = Flag()
    var system = quietSystem()
    let real = system
    system.write = { isFull.isRaised && !isEmptied.isRaised ? -Int(ENOSPC) : real.write($0, $1) }
    let store = try Store(path: folder.path, create: true, system: system)
    let pool = RunWriterPool(store, limit: 1)
    let ids = try (0..<2).map { try pool.start(exampleDescription(seed: UInt64($0))) }
    try pool.withWriter(of: ids[0]) { $0.record("a", 1, step: 1) }
    isFull.raise()
    #expect(throws: StoreError.self) { try pool.withWriter(of: ids[1]) { $0.record("a", 2, step: 1) } }
    #expect(pool.count == 1)
    isEmptied.raise()
    try pool.withWriter(of: ids[1]) { $0.record("a", 2, step: 1) }
    try pool.evictAll()
    #expect(try ids.map { try store.load($0).last("a") } == [1, 2])
  }

  @Test func `a writer whose sync failed is closed, and the next use opens the log anew`() throws {
    let isBroken = Flag()
    var system = quietSystem()
    system.sync = { _ in isBroken.isRaised ? EIO : 0 }
    let store = try Store(path: folder.path, create: true, system: system)
    let pool = RunWriterPool(store, limit: 2)
    let id = try pool.start(exampleDescription())
    isBroken.raise()
    #expect(throws: StoreError.self) {
      try pool.withWriter(of: id) { run in
        run.record("a", 1, step: 1)
        try run.sync()
      }
    }
    #expect(pool.count == 0)
    #expect(try Store(path: folder.path, create: false).load(id).last("a") == 1)
  }
}
