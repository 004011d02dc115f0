import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import Tracker

/// A thread of its own: a task that reads without pause would hold up the tests beside it.
private final class Reader: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var failure: (any Error)?

  init(_ body: @escaping @Sendable () throws -> Void) {
    Thread.detachNewThread { [self] in
      do { try body() } catch { failure = error }
      done.signal()
    }
  }

  /// Waits for its end, and throws what it threw.
  func join() throws {
    done.wait()
    if let failure { throw failure }
  }
}

/// One after the other: each has readers and writers of its own.
@Suite(.serialized) struct LogProcessTests {
  let folder = TemporaryFolder()

  /// Reads whatever runs there are again and again until `isOver`, and follows one.
  private static func follow(_ path: String, until isOver: Flag) throws {
    let store = try Store(path: path, create: false)
    var (follower, seen): (RunFollower?, Int) = (nil, 0)
    while !isOver.isRaised {
      for record in try store.runs() {
        #expect(record.condition == .sound || record.status != .running)
        let values = record.series("a")?.values ?? []
        #expect(values == (0..<values.count).map(Double.init))
        if follower == nil { follower = try RunFollower(record.id, in: store) }
      }
      try follower?.advance { point in
        #expect(point.step == seen && point.value == Double(seen))
        seen += 1
      }
    }
  }

  @Test("kill -9 of a writer at any moment, with two readers: every flushed point is there", arguments: 0..<24)
  func killedWriter(round: Int) async throws {
    let path = folder.path
    _ = try Store(path: path, create: true)
    let isOver = Flag()
    let readers = (0..<2).map { _ in Reader { try Self.follow(path, until: isOver) } }
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
      let store = try Store(path: path, create: false)
      let run = try store.start(exampleDescription())
      let acknowledged = open(path + "/.acknowledged", O_WRONLY | O_CREAT, 0o666)
      // Pseudo-random moments between 0 and 12 ms.
      let delay = UInt32((round * 7_919 + 1) % 13) * 1_000 + UInt32(round * 131)
      Thread.detachNewThread {
        usleep(delay)
        kill(getpid(), SIGKILL)
      }
      var step: Int64 = 0
      while true {
        for _ in 0..<(step % 50 + 1) {
          run.record("a", Double(step), step: Int(step))
          step += 1
        }
        try run.flush()
        pwrite(acknowledged, &step, 8, 0)
        if step % 17 == 0 { try run.saveCheckpoint([UInt8](repeating: 7, count: 2_000), step: Int(step), best: false) }
      }
    }
    isOver.raise()
    for reader in readers { try reader.join() }
    let store = try Store(path: path, create: false)
    guard let record = try store.runs().first else { return }  // Killed before the run had begun.
    let bytes = readBytes(path + "/.acknowledged")
    let acknowledged = bytes.count == 8 ? Int(bytes.word(at: 0, as: Int64.self)) : 0
    let values = record.series("a")?.values ?? []
    #expect(record.status == .crashed)
    #expect(values.count >= acknowledged)
    #expect(values == (0..<values.count).map(Double.init))
    #expect(try store.verify(record.id).isSound)
    try store.resume(record.id, from: record.lastCheckpoint, steps: 10).finish(status: .finished)
    #expect(try store.load(record.id).status == .finished)
  }

  @Test("Eight processes write a run each in one store while others read and list: no error, no lost point")
  func manyProcesses() async throws {
    let path = folder.path
    let store = try Store(path: path, create: true)
    let isOver = Flag()
    let readers = (0..<2).map { _ in
      Reader {
        while !isOver.isRaised {
          for record in try store.runs() {
            let values = record.series("a")?.values ?? []
            #expect(values == (0..<values.count).map { Double($0) + Double(record.description.seed) })
          }
        }
      }
    }
    await withTaskGroup(of: Void.self) { group in
      for seed in 0..<8 {
        group.addTask {
          await #expect(processExitsWith: .success) { [path = path as String, seed = seed as Int] in
            let run = try Store(path: path, create: false).start(exampleDescription(seed: UInt64(seed)))
            for step in 0..<3_000 {
              run.record("a", Double(step + seed), step: step)
              if step % 100 == 0 { try run.flush() }
            }
            try run.finish(status: .finished)
          }
        }
      }
    }
    isOver.raise()
    for reader in readers { try reader.join() }
    let records = try store.runs()
    #expect(Set(records.map(\.description.seed)) == Set(0..<8))
    for record in records {
      #expect(record.status == .finished && record.condition == .sound)
      #expect(record.series("a")?.values.count == 3_000)
    }
  }
}
