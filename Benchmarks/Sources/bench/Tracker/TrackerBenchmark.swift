import ArgumentParser
import Foundation
import Glibc
import Randomness
import Telemetry
import Tracker

/// Points recorded, kept and read back, beside TensorBoard.
struct TrackerBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracker", abstract: "Recording, disk space, reading back and chart data of the log.")

  @Option(help: "Points recorded one at a time.")
  var points = 3_000_000

  @Option(help: "Points of the series that a chart is made of.")
  var chartPoints = 10_000_000

  @Option(help: "Points that the peer records and reads.")
  var peerPoints = 200_000

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try Store(path: folder.path, create: true)
    let peer = Peer(name: "TensorBoard", variable: "PEERS", script: "trackers_tensorboard.py")
    var table = Table("work", "rlrun", peer.name, "ratio")
    func add(_ work: String, _ ours: Double, _ unit: String, theirs: Double?, isLessBetter: Bool = false) {
      let ratio = theirs.map { isLessBetter ? $0 / ours : ours / $0 }
      table.add(
        work, "\(short(ours)) \(unit)", theirs.map { "\(short($0)) \(unit)" } ?? "not measured",
        ratio.map { String(format: "%.1f×", $0) } ?? "")
    }
    var write: Peer.Figures?
    var read: Peer.Figures?
    if let python = peer.python {
      write = try peer.measure(with: python, arguments: ["--case", "write", "--points", "\(peerPoints)"])
      read = try peer.measure(with: python, arguments: ["--case", "read", "--points", "\(peerPoints)"])
    }

    let (id, loop, whole) = try record(points, in: store)
    add("one point at a time, until compacted on the disk", Double(points) / whole, "points/s", theirs: write?.rate)
    add("one point, in the thread that records", loop / Double(points) * 1e9, "ns", theirs: nil, isLessBetter: true)
    let bytes = try store.verify(id).bytes
    add(
      "a point on the disk (noisy float32 loss, step, time)", Double(bytes) / Double(points), "bytes",
      theirs: write?.quality, isLessBetter: true)

    let (million, _, _) = try record(1_000_000, in: store)
    var count = 0
    let reading = try timed { count = try store.series("loss", of: million)?.values.count ?? 0 }.seconds
    guard count == 1_000_000 else { throw BenchmarkError("\(count) of 1,000,000 points were read back") }
    add("1 M points of a series read back", 1e6 / reading, "points/s", theirs: read?.rate)

    let (long, _, _) = try record(chartPoints, in: store)
    try dropCaches(folder)
    var buckets = 0
    let chart = try timed { buckets = try store.chart("loss", of: long, buckets: 1_000).count }.seconds
    guard (500...1_000).contains(buckets) else { throw BenchmarkError("the chart has \(buckets) buckets") }
    add("chart data, 1,000 pixels of \(grouped(Double(chartPoints))), cold", chart * 1e3, "ms", theirs: nil)
    try dropCaches(folder)
    let last = try timed { _ = try store.lastPoint(of: "loss", in: long) }.seconds
    add("its last value, cold", last * 1e3, "ms", theirs: nil)
    print(table.text)
  }

  /// Returns the run, the seconds of the loop that records, and the seconds until it is finished.
  private func record(_ points: Int, in store: Store) throws -> (id: String, loop: Double, whole: Double) {
    var random = CounterGenerator(SeedSequence(1))
    let losses = (0..<65_536).map { _ in Double(1 + Float(random.next() % 1_000_003) / 1_000_003) }
    let run = try store.start(benchmarkDescription(seed: 1, budget: points))
    let loop = timed {
      for step in 0..<points { run.record("loss", losses[step & 65_535] / Double(1 + step >> 16), step: step) }
    }.seconds
    let end = try timed { try run.finish(status: .finished) }.seconds
    return (run.id, loop, loop + end)
  }

  /// Makes the next reading come from the disk.
  private func dropCaches(_ folder: URL) throws {
    for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)! {
      let descriptor = open(file.path, O_RDONLY)
      guard descriptor >= 0 else { continue }
      fsync(descriptor)
      posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
      close(descriptor)
    }
  }

  private func short(_ value: Double) -> String {
    value >= 1_000 ? grouped(value) : String(format: value >= 100 ? "%.0f" : "%.2f", value)
  }
}

extension Peer.Figures {
  fileprivate var rate: Double { Double(steps) / seconds }
}
