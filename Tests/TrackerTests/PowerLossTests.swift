import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct PowerLossTests {
  /// Records for a while with flushes and syncs at random; acknowledges what a sync returned for.
  private func work(_ store: Store, _ disk: SimulatedDisk, seed: UInt64, points: Int) {
    var random = CounterGenerator(SeedSequence(seed + 1_000))
    guard let run = try? store.start(exampleDescription()) else { return }
    for step in 0..<points {
      run.record("a", Double(step), step: step)
      switch random.next() % 40 {
      case 0: if (try? run.sync()) != nil { disk.acknowledge(step + 1) }
      case 1: try? run.flush()
      case 2: if (try? run.saveCheckpoint([1, 2], step: step, best: false)) != nil { disk.acknowledge(step + 1) }
      default: break
      }
    }
    if (try? run.finish(status: .finished)) != nil { disk.acknowledge(points) }
  }

  /// Every acknowledged point is there, and what is there is what was recorded.
  private func check(_ path: String, _ acknowledged: Int, _ what: Comment) throws {
    let store = try Store(path: path, create: false)
    let id = try #require(try store.runs().first?.id, what)
    for mode in [DamageMode.pointInTime, .salvage] {
      let series = try store.load(id, mode: mode).series("a")
      let steps = series?.steps ?? []
      #expect(steps.starts(with: 0..<acknowledged), what)
      #expect(zip(steps, series?.values ?? []).allSatisfy { Double($0) == $1 }, what)
      if mode == .pointInTime { #expect(steps == Array(0..<steps.count), what) }
    }
  }

  @Test("The power goes at any moment: every point a sync acknowledged is there, and no wrong one", arguments: 0..<6)
  func powerLoss(seed: UInt64) throws {
    let folder = TemporaryFolder()
    let disk = SimulatedDisk(root: folder.path, seed: seed)
    var store = try Store(path: folder.path, create: true, system: disk.system)
    store.segmentLimit = 6_000
    work(store, disk, seed: seed, points: 1_500)
    #expect(try StoreLayout.segments(in: try #require(try store.runIdentifiers().first?.folder)).count > 2)
    var random = CounterGenerator(SeedSequence(seed + 7))
    var checked = 0
    for round in 0..<60 {
      let count = Int(random.next() % UInt64(disk.events.count + 1))
      let after = TemporaryFolder()
      guard let acknowledged = try disk.losePower(after: count, seed: random.next(), into: after.path) else { continue }
      try check(after.path, acknowledged, "seed \(seed), round \(round): \(count) of \(disk.events.count) events")
      checked += 1
    }
    #expect(checked > 20)
  }

  @Test("A disk that fails, takes half writes and refuses to sync: what it acknowledged is there", arguments: 0..<40)
  func failures(seed: UInt64) throws {
    let folder = TemporaryFolder()
    _ = try Store(path: folder.path, create: true)
    let disk = SimulatedDisk(root: folder.path, seed: seed, failureRate: seed % 2 == 0 ? 6 : 25)
    var store = try Store(path: folder.path, create: false, system: disk.system)
    store.segmentLimit = 6_000
    work(store, disk, seed: seed, points: 800)
    var acknowledged: Int?
    for case .acknowledged(let points) in disk.events { acknowledged = points }
    guard let acknowledged else { return }
    try check(folder.path, acknowledged, "seed \(seed)")
    // What a power loss leaves after all that is no worse.
    let after = TemporaryFolder()
    let calm = try Store(path: folder.path, create: false)
    #expect(try calm.verify(try #require(try calm.runs().first?.id)).problems.isEmpty)
    withExtendedLifetime(after) {}
  }
}
