import Files
import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct SystemMetricsTests {
  /// A folder with the files of `/proc` that a reading takes.
  private func machine(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    for (name, text) in files {
      let path = URL(fileURLWithPath: folder.path + "/proc/" + name)
      try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: path)
    }
    return folder
  }

  private let stat = "42 (a) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 5 18 19 20 100 22 23\n"

  @Test func `counters of the kernel become shares, megabytes and rates`() throws {
    let before = try machine([
      "stat": "cpu  100 0 50 800 50 0 0 0 7 7\ncpu0 1 1 1 1\n",
      "meminfo": "MemTotal:  8000000 kB\nMemFree: 1 kB\nMemAvailable:  6000000 kB\n",
      "self/stat": stat.replacing(" 11 12 13 ", with: " 300 100 13 "),
      "self/io": "rchar: 9\nread_bytes: 1000000\nwrite_bytes: 2000000\n",
      "self/task/42/schedstat": "5 1000000000 3\n", "self/task/43/schedstat": "5 500000000 3\n",
    ])
    let after = try machine([
      "stat": "cpu  250 0 50 850 50 0 0 0 7 7\n",
      "meminfo": "MemTotal:  8000000 kB\nMemAvailable:  5000000 kB\n",
      "self/stat": stat.replacing(" 11 12 13 ", with: " 900 500 13 "),
      "self/io": "read_bytes: 21000000\nwrite_bytes: 2000000\n",
      // A thread that has come and one that has gone.
      "self/task/42/schedstat": "5 6000000000 3\n", "self/task/44/schedstat": "5 1000000000 3\n",
    ])
    let sample = SystemSample(
      from: SystemReading(below: before.path, time: 100, pageSize: 4_096),
      to: SystemReading(below: after.path, time: 110, pageSize: 4_096), wallTime: 7, ticksPerSecond: 100)
    let values = Dictionary(sample.values.map { ($0.metric, $0.value) }) { $1 }
    #expect(sample.wallTime == 7)
    #expect(values[.systemCPU] == 75)
    #expect(values[.systemMemory] == 3_072)
    #expect(values[.systemMemoryPercentage] == 37.5)
    #expect(values[.systemProcessCPU] == 100)
    #expect(values[.systemProcessWait] == 60)
    #expect(values[.systemProcessMemory] == 100 * 4_096 / 1e6)
    #expect(values[.systemProcessThreads] == 5)
    #expect(values[.systemProcessDiskRead] == 2)
    #expect(values[.systemProcessDiskWritten] == 0)
    #expect(values.keys.allSatisfy { $0.isOfSystem && $0.isOfTime })
  }

  @Test(arguments: [
    "", "cpu", "cpu  1 2 x\n", "(", ") 1 2 3", "MemTotal: kB\nMemAvailable: -4\n", "18446744073709551615 9",
  ])
  func `files that say something else have no numbers, and none traps`(text: String) throws {
    let names = ["stat", "meminfo", "self/stat", "self/io", "self/task/1/schedstat"]
    let folder = try machine(Dictionary(uniqueKeysWithValues: names.map { ($0, text) }))
    let reading = SystemReading(below: folder.path, time: 0)
    let sample = SystemSample(from: reading, to: reading, wallTime: 0, ticksPerSecond: 100)
    #expect(sample.values.allSatisfy { $0.value.isFinite })
    #expect(SystemReading(below: folder.path + "/nowhere", time: 1).threads == nil)
  }

  @Test func `this machine can be read`() {
    let first = SystemReading()
    var sample = SystemSample(from: first, to: SystemReading(), wallTime: 0, ticksPerSecond: 100)
    sample.addDisk(of: "/")
    let values = Dictionary(sample.values.map { ($0.metric, $0.value) }) { $1 }
    #expect(values[.systemProcessMemory] ?? 0 > 1)
    #expect(values[.systemProcessThreads] ?? 0 >= 1)
    #expect(values[.systemMemoryPercentage].map { (0...100).contains($0) } == true)
    #expect(values[.systemDiskPercentage].map { (0...100).contains($0) } == true)
  }

  @Test func `a run whose store asks for it records the machine at its own steps, and no other run does`() throws {
    let folder = TemporaryFolder()
    var store = try Store(path: folder.path + "/runs", create: true)
    let plain = try store.start(exampleDescription())
    let monitor = SystemMonitor(interval: 0.001)
    store.monitor = monitor
    let run = try store.start(exampleDescription())
    run.record("train/loss", 1, step: 5)
    plain.record("train/loss", 1, step: 5)
    // Shares of processors are known once the kernel's counters have moved.
    let wanted: Set<Metric> = [.systemCPU, .systemProcessCPU, .systemMemory, .systemDiskAvailable]
    while try !wanted.isSubset(of: store.load(run.id).series.map(\.metric)) {
      usleep(1_000)
      try run.flush()
    }
    try run.finish(status: .finished)
    try plain.finish(status: .finished)
    let record = try store.load(run.id)
    #expect(record.lastStep == 5)
    for metric in wanted {
      let series = try #require(record.series(metric))
      #expect(series.steps.allSatisfy { $0 == 5 })
    }
    #expect(try store.load(plain.id).series.map(\.metric) == ["train/loss"])
  }

  @Test func `rules see the machine, as they do when the run is read again`() throws {
    final class Seen: PointObserver {
      var metrics: Set<Metric> = []
      func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
        metrics.insert(metric)
        return []
      }
      func finish() -> [Finding] { [] }
    }
    let folder = TemporaryFolder()
    var store = try Store(path: folder.path + "/runs", create: true)
    store.monitor = SystemMonitor(interval: 0.001)
    let run = try store.start(exampleDescription())
    let seen = Seen()
    run.watch = seen
    while !seen.metrics.contains(.systemProcessMemory) {
      usleep(1_000)
      try run.flush()
    }
    try run.finish(status: .finished)
    #expect(try Set(store.load(run.id).series.map(\.metric)) == seen.metrics)
  }

  @Test func `samples are taken by one thread, as long as somebody wants them, and each run has those of its time`() {
    let monitor = SystemMonitor(interval: 0.001)
    let first = monitor.subscribe()
    var own: [SystemSample] = []
    while own.count < 3 {
      usleep(500)
      own += first.take()
    }
    let second = monitor.subscribe()
    let begin = WallClock.now
    var late: [SystemSample] = []
    while late.count < 2 {
      usleep(500)
      late += second.take()
    }
    #expect(own.map(\.wallTime) == own.map(\.wallTime).sorted())
    // One may be on its way while a run begins.
    #expect(late.dropFirst().allSatisfy { $0.wallTime >= begin })
  }
}
