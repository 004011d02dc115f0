import ArgumentParser
import Foundation
import Glibc
import Randomness
import Telemetry
import Tracker
import Training

/// Points recorded, kept and read back, runs compared: beside other trackers.
struct TrackerBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracker",
    abstract:
      "Recording, disk space, reading back, CSV, choosing among runs, charts and what a training pays for its log.",
    discussion: """
      All on one core. Peers record until 20 s are over and read back 100,000 points, in one process that has loaded them
      already; our CSV and our choosing among runs are whole processes of the program, which must have been built. The
      last column is ours beside the best of the others.
      """)

  @Option(help: "Points recorded one at a time.")
  var points = 3_000_000

  @Option(help: "Points of the series that a chart is made of.")
  var chartPoints = 10_000_000

  @Option(help: "Points that the peers record and read.")
  var peerPoints = 100_000

  @Option(help: "How often what takes milliseconds is measured.")
  var rounds = 7

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  @Option(help: "Only these rows.")
  var only: Part?

  enum Part: String, CaseIterable, ExpressibleByArgument { case recording, charts, choosing, trainings }

  private func isWanted(_ part: Part) -> Bool { only == nil || only == part }

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  func run() throws {
    _ = try keepOnOneCore(core)
    var table = TrackerTable()
    let peers = TrackerPeers()
    if isWanted(.recording) { try withTemporaryStore { try recording(in: $0, &table, peers) } }
    if isWanted(.charts) { try withTemporaryStore { try charts(in: $0, &table) } }
    if isWanted(.choosing) {
      try withTemporaryStore { try choosing(1_000, in: $0, &table, peers) }
      try withTemporaryStore { try choosing(10_000, in: $0, &table, nil) }
    }
    if isWanted(.trainings) { try trainings(&table) }
    print(table.text)
  }

  private func recording(in store: Store, _ table: inout TrackerTable, _ peers: TrackerPeers) throws {
    let write = try peers.measure(.write, points: peerPoints)
    let (id, loop, whole) = try record(points, in: store)
    table.add(
      "one point at a time, until compacted on the disk", Double(points) / whole, "points/s",
      write.map { $0?.rate })
    table.add("one point, in the thread that records", loop / Double(points) * 1e9, "ns", isLessBetter: true)
    table.add(
      "a point on the disk (noisy float32 loss, step, time)",
      Double(try store.verify(id).bytes) / Double(points), "bytes", write.map { $0?.quality }, isLessBetter: true)

    let (million, _, _) = try record(1_000_000, in: store)
    let reading = try repeated {
      guard try store.series("loss", of: million)?.values.count == 1_000_000 else {
        throw BenchmarkError("not all of 1,000,000 points were read back")
      }
    }
    table.add(
      "1 M points of a series read back", 1e6 / reading, "points/s",
      try peers.measure(.read, points: peerPoints).map { $0?.rate })
    let file = store.path + "/.points.csv"
    let writing = median(
      try (1...rounds).map { _ in
        defer { unlink(file) }
        return try seconds(["export", million, "--format", "csv", "-o", file, "--store", store.path])
      })
    table.add(
      "CSV of a 1 M-point run", 1e6 / writing, "points/s",
      try peers.measure(.csv, points: peerPoints).map { $0?.rate })
  }

  private func charts(in store: Store, _ table: inout TrackerTable) throws {
    let (long, _, _) = try record(chartPoints, in: store)
    let folder = URL(fileURLWithPath: store.path)
    try dropCaches(folder)
    var buckets = 0
    let chart = try timed { buckets = try store.chart("loss", of: long, buckets: 1_000).count }.seconds
    guard (500...1_000).contains(buckets) else { throw BenchmarkError("the chart has \(buckets) buckets") }
    table.add("chart data, 1,000 pixels of \(grouped(Double(chartPoints))) points, cold", chart * 1e3, "ms")
    try dropCaches(folder)
    let last = try timed { _ = try store.lastPoint(of: "loss", in: long) }.seconds
    table.add("its last value, cold", last * 1e3, "ms")
  }

  /// Runs of 5 hyperparameters and 5 metrics, half of them chosen and sorted by a new process.
  private func choosing(_ runs: Int, in store: Store, _ table: inout TrackerTable, _ peers: TrackerPeers?) throws {
    for number in 0..<runs {
      var description = benchmarkDescription(seed: UInt64(number), budget: 1)
      for index in 0..<5 { description.hyperparameters["p\(index)"] = .integer(number % (index + 2)) }
      let run = try store.start(description)
      for index in 0..<5 { run.record(Metric("m\(index)"), Double(number * (index + 1) % 1_000), step: 0) }
      try run.finish(status: .finished)
    }
    let question = [
      "runs", "--where", "m0 > 500", "--sort=-m1", "--columns", "id,params.p0,m0,m1", "--store", store.path,
    ]
    // The first question makes the catalogue that the others find.
    let rows = try rlrun(question).split(separator: "\n").count
    let expected = (0..<runs).count { $0 % 1_000 > 500 }
    guard rows == expected + 1 else { throw BenchmarkError("\(rows) rows, not \(expected + 1)") }
    var (whole, above): ([Double], [Double]) = ([], [])
    for _ in 1...rounds {
      let empty = try seconds(["--version"])
      let asked = try seconds(question)
      whole.append(asked * 1e3)
      above.append((asked - empty) * 1e3)
    }
    let name = "\(grouped(Double(runs))) runs filtered and sorted"
    table.add(
      name + ", a whole process", median(whole), "ms",
      try peers?.measure(.select, runs: runs).map { $0.map { $0.seconds * 1e3 } } ?? [], isLessBetter: true)
    table.add(name + ", above rlrun --version", median(above), "ms", isLessBetter: true)
  }

  /// Processor time of a training with its log, checkpoint and the default rules over one with --no-log.
  private func trainings(_ table: inout TrackerTable) throws {
    for (agent, environment, steps) in [("ppo", "CartPole-v1", 100_000), ("sac", "Pendulum-v1", 1_000)] {
      let configuration = try TrainingConfiguration(
        environment: environment, agent: agent, preset: .zoo, values: ["n_timesteps": .integer(steps)]
      ).neverEvaluated
      let ratios = try (1...rounds).map { round in
        let logged = try MeasuredTraining(configuration, seed: UInt64(round)).cpuSeconds
        let bare = try timed { _ = try TrainingRun.trainUnlogged(configuration, seed: UInt64(round)) }.cpuSeconds
        return 100 * (logged / bare - 1)
      }
      table.add("\(agent) \(environment), tracked and watched, over --no-log", median(ratios), "%")
    }
  }

  // MARK: Parts

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

  /// The median of the seconds.
  private func repeated(_ work: () throws -> Void) throws -> Double {
    median(try (1...rounds).map { _ in try timed(work).seconds })
  }

  /// Of the program as a whole process.
  private func seconds(_ arguments: [String]) throws -> Double {
    guard let seconds = try Program(at: Self.program.path).seconds(arguments) else {
      throw BenchmarkError("rlrun \(arguments[0]) failed")
    }
    return seconds
  }

  /// The program's output.
  private func rlrun(_ arguments: [String]) throws -> String {
    let (status, output) = try Program(at: Self.program.path).run(arguments)
    guard status == 0 else { throw BenchmarkError("rlrun \(arguments[0]) failed with status \(status)") }
    return output
  }

  /// The program as `make build` leaves it, found from where this file was compiled.
  private static let program = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".build/release/rlrun")

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
}

/// Ours, each peer's, and ours beside the best of them.
private struct TrackerTable {
  private var table = Table(["", "rlrun"] + TrackerPeers.all.map(\.name) + ["rlrun is"])

  mutating func add(
    _ work: String, _ ours: Double, _ unit: String, _ theirs: [Double?] = [], isLessBetter: Bool = false
  ) {
    let cells = TrackerPeers.all.indices.map { index in
      index < theirs.count ? theirs[index].map(short) ?? "–" : ""
    }
    let known = theirs.compactMap(\.self)
    let ratio = (isLessBetter ? known.min() : known.max()).map { isLessBetter ? $0 / ours : ours / $0 }
    table.add([work, "\(short(ours)) \(unit)"] + cells + [ratio.map { String(format: "%.1f×", $0) } ?? ""])
  }

  var text: String { table.text }

  private func short(_ value: Double) -> String {
    abs(value) >= 1_000 ? grouped(value) : String(format: abs(value) >= 100 ? "%.0f" : "%.2f", value)
  }
}

extension Peer.Figures {
  fileprivate var rate: Double { Double(steps) / seconds }
}
