import ArgumentParser
import Foundation
import Glibc
import Telemetry
import Tracker

/// Killed writers, crowds, damage and a full disk: nothing acknowledged may be missing, nothing wrong be returned.
struct FaultsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults",
    abstract: "Kills writers, crowds a store, damages logs and fills a disk; counts what is lost.")

  @Option(help: "Writers killed at random moments.")
  var kills = 500

  @Option(help: "Processes that write a run each in one store.")
  var writers = 64

  @Option(help: "Points of each of them.")
  var points = 20_000

  @Option(help: "Random mutations of a large log.")
  var mutations = 10_000

  @Option(help: "Points of the large log.")
  var largePoints = 100_000

  @Option(help: "The seed of moments and mutations.")
  var seed: UInt64 = 1

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faults-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    if kills > 0 { try killWriters(in: folder.appendingPathComponent("killed").path) }
    if writers > 0 { try crowd(folder.appendingPathComponent("crowd").path) }
    if mutations > 0 {
      for isSealed in [false, true] {
        try mutate(isSealed, in: folder.appendingPathComponent("damaged-\(isSealed)").path)
      }
    }
    try fillDisk(at: folder.appendingPathComponent("disk").path)
  }

  // MARK: Killed writers

  private func killWriters(in path: String) throws {
    var mutation = Mutation(seed: seed)
    var (acknowledged, present, seen, before) = (0, 0, 0, 0)
    for _ in 0..<kills {
      try? FileManager.default.removeItem(atPath: path)
      let store = try Store(path: path, create: true)
      let child = try FaultsWriter.start(path, seed: 0, points: 0)
      let readers = try (0..<2).map { _ in try FaultsReader.start(path, follows: true) }
      // From before the run's first byte to long after its first compaction.
      usleep(UInt32(mutation.below(120_000)))
      kill(child.processIdentifier, SIGKILL)
      child.waitUntilExit()
      seen += try FaultsReader.end(readers, in: path)
      guard let record = try store.runs().first else {
        before += 1
        continue
      }
      let values = record.series("a")?.values ?? []
      let count = Int(child.acknowledgedPoints(in: path))
      guard values.count >= count, isCounting(values) else {
        throw BenchmarkError("after kill -9, \(values.count) points are there of \(count) acknowledged")
      }
      guard try store.verify(record.id).isSound else { throw BenchmarkError("kill -9 left damage in \(record.id)") }
      acknowledged += count
      present += values.count
    }
    print(
      "kill -9: \(kills) writers killed (\(before) before their run began), \(grouped(Double(acknowledged))) points "
        + "acknowledged, \(grouped(Double(present))) present, 0 missing; 2 readers followed \(grouped(Double(seen))) points"
    )
  }

  // MARK: Many writers

  private func crowd(_ path: String) throws {
    let store = try Store(path: path, create: true)
    let readers = try (0..<8).map { _ in try FaultsReader.start(path, follows: false) }
    let children = try (0..<writers).map { try FaultsWriter.start(path, seed: $0, points: points) }
    for child in children {
      child.waitUntilExit()
      guard child.terminationStatus == 0 else { throw BenchmarkError("a writer failed") }
    }
    let lists = try FaultsReader.end(readers, in: path)
    let records = try store.runs()
    let found = records.filter { record in
      record.status == .finished && record.condition == .sound && record.series("a")?.values.count == points
        && isCounting(record.series("a")!.values)
    }
    guard found.count == writers, Set(found.map(\.description.seed)).count == writers else {
      throw BenchmarkError("\(found.count) of \(writers) runs are whole")
    }
    print(
      "crowd: \(writers) processes wrote \(writers) runs of \(grouped(Double(points))) points while 8 others listed the "
        + "store \(lists) times: no error, 0 points lost")
  }

  // MARK: A full disk

  private func fillDisk(at path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard mount("tmpfs", path, "tmpfs", 0, "size=4m") == 0 else {
      return print("full disk: not tried, for no file system can be mounted here (\(String(cString: strerror(errno))))")
    }
    defer { umount2(path, Int32(MNT_DETACH)) }
    let filler = path + "/filler"
    try Data(count: 1 << 20).write(to: URL(fileURLWithPath: filler))
    let store = try Store(path: path + "/store", create: true)
    let run = try store.start(benchmarkDescription(seed: 1, budget: 1))
    var (step, acknowledged, sentence) = (0, 0, "")
    while sentence.isEmpty {
      for _ in 0..<1_000 {
        run.record("a", Double(step), step: step)
        step += 1
      }
      do throws(StoreError) {
        try run.flush()
        acknowledged = step
      } catch {
        sentence = error.description
      }
    }
    let there = try store.load(run.id).series("a")?.values ?? []
    guard there.count >= acknowledged, isCounting(there) else {
      throw BenchmarkError("on a full disk \(there.count) points are there of \(acknowledged) acknowledged")
    }
    try FileManager.default.removeItem(atPath: filler)
    for _ in 0..<1_000 {
      run.record("a", Double(step), step: step)
      step += 1
    }
    try run.finish(status: .finished)
    let record = try store.load(run.id)
    guard record.condition == .sound, record.series("a")?.values.count == step, isCounting(record.series("a")!.values)
    else { throw BenchmarkError("the run that went on after a full disk is not whole") }
    print(
      "full disk: \(grouped(Double(acknowledged))) points acknowledged before it was full, all there; with room again "
        + "the run went on and has all \(grouped(Double(step))). It said: \(sentence)")
  }
}
