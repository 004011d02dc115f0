import ArgumentParser
import Foundation
import Glibc
import Interchange
import Parquet
import Telemetry
import Tracker

/// Mutated bytes for everything that reads bytes of others: none may crash it, and none may take long.
struct FuzzBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract:
      "Seeded mutation fuzzing of the log's reader, the filter grammar, each importer, Parquet's reader and each data source."
  )

  @Option(help: "Executions of each target.")
  var executions = 1_000_000

  @Option(help: "The seed of the mutations.")
  var seed: UInt64 = 1

  @Option(help: "Only the targets whose names contain this.")
  var only = ""

  /// Something that reads bytes, and what to begin from.
  struct Target {
    var name: String
    var examples: [[UInt8]]
    var words: [String] = []
    var mend: (inout [UInt8]) -> Void = { _ in }
    /// Whether the bytes were taken for good.
    var run: ([UInt8]) throws -> Bool
  }

  func run() throws {
    // Memory is the disk here: a target of files would measure nothing else.
    let folder = URL(fileURLWithPath: access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory())
      .appendingPathComponent("fuzz-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = Table("target", "executions", "taken", "refused", "slowest", "executions/s")
    for target in try targets(in: folder) where only.isEmpty || target.name.contains(only) {
      var mutation = Mutation(seed: seed)
      let words = target.words.map { Array($0.utf8) }
      var (taken, slowest) = (0, 0.0)
      let seconds = try timed {
        for round in 0..<executions {
          var bytes = target.examples[round % target.examples.count]
          mutation.change(&bytes, words: words)
          target.mend(&bytes)
          slowest = max(slowest, try timed { if try target.run(bytes) { taken += 1 } }.seconds)
        }
      }.seconds
      table.add(
        target.name, grouped(Double(executions)), grouped(Double(taken)), grouped(Double(executions - taken)),
        String(format: "%.1f ms", slowest * 1e3), grouped(Double(executions) / seconds))
      FileHandle.standardError.write(Data("\(target.name): \(executions) done\n".utf8))
    }
    print(table.text)
  }

  private func targets(in folder: URL) throws -> [Target] {
    let store = try Store(path: folder.path, create: true)
    let run = try example(in: store)
    let record = try store.load(run.id)
    let log = run.directory + "/log.rlog"
    let raw = try bytes(of: log)
    for step in 0..<20_000 { run.record("train/loss", Double(step).squareRoot(), step: step) }
    try run.finish(status: .finished)
    let sealed = try sealedSegment(in: store)
    func load(_ bytes: [UInt8]) throws -> Bool {
      try write(bytes, to: log)
      do throws(StoreError) {
        let record = try store.load(run.id, mode: .salvage)
        return record.condition == .sound
      } catch {
        return false
      }
    }
    var events: [UInt8] = []
    EventFileExport(record).write { events += $0 }
    func imports(_ name: String) -> ([UInt8]) throws -> Bool {
      { bytes in
        do throws(ImportError) {
          return try ImportedRun(bytes, path: name, modified: 0).losses.isEmpty
        } catch {
          return false
        }
      }
    }
    let fields = RunFields(record)
    return [
      Target(name: "log", examples: [raw, sealed], run: load),
      Target(name: "log, checksums mended", examples: [raw, sealed], mend: { $0.vouchForLog() }, run: load),
      Target(name: "filter", examples: Self.filters.map { Array($0.utf8) }, words: Self.filterWords) { bytes in
        do throws(FilterError) {
          _ = try RunFilter(String(decoding: bytes, as: UTF8.self)).matches(fields)
          return true
        } catch {
          _ = error.description
          return false
        }
      },
      Target(name: "event file", examples: [events], run: imports("events.out.tfevents.1")),
      Target(
        name: "event file, checksums mended", examples: [events], mend: { $0.vouchForEvents() },
        run: imports("events.out.tfevents.1")),
      Target(
        name: "progress.csv", examples: [Array(Self.progress.utf8)], words: Self.csvWords, run: imports("progress.csv")),
      Target(
        name: "monitor.csv", examples: [Array(Self.monitor.utf8)], words: Self.csvWords, run: imports("monitor.csv")),
      Target(name: "evaluations.npz", examples: try Self.archives(), run: imports("evaluations.npz")),
      Target(name: "Parquet", examples: try Self.parquetFiles(), run: Self.readsParquet),
    ] + (try Self.sources(in: folder))
  }

  /// As NumPy writes them, stored and deflated.
  private static func archives() throws -> [[UInt8]] {
    try ["folder/evaluations.npz", "packed.npz"].map {
      Array(try Data(contentsOf: Peer.root.appending(path: "Tests/Goldens/recorded/trackers/" + $0)))
    }
  }

  /// As pyarrow writes them: every type, encoding and codec.
  private static func parquetFiles() throws -> [[UInt8]] {
    let folder = Peer.root.appending(path: "Tests/Goldens/recorded/parquet")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter { $0.hasSuffix(".parquet") }
      .map { Array(try Data(contentsOf: folder.appending(path: $0))) }
  }

  private static func readsParquet(_ bytes: [UInt8]) -> Bool {
    do throws(ParquetError) {
      let file = try ParquetFile(bytes: bytes, memoryLimit: 1 << 24)
      for column in file.columns.indices where file.columns[column].refusal == nil {
        _ = try file.read(column: column)
        for group in 0..<file.rowGroupCount {
          _ = try file.read(rowGroup: group, column: column, keepingDictionary: true)
        }
      }
      return true
    } catch {
      _ = error.description
      return false
    }
  }

  private func example(in store: Store) throws -> RunWriter {
    let run = try store.start(benchmarkDescription(seed: 1, budget: 100))
    for step in 0..<30 {
      run.record("train/loss", 1 / Double(step), step: step)
      run.record("rollout/ep_rew_mean", Double(step), step: step)
      if step % 10 == 0 {
        run.record(Episode(phase: .training, reward: Double(step), length: step, truncated: false), step: step)
        run.record(Histogram(of: [1.0, 2, 3, .nan]), as: "train/gradients", step: step)
        try run.flush()
      }
    }
    try run.note("a note")
    try run.tag("stage", "fuzz")
    try run.saveArtifact([1, 2, 3], name: "three")
    try run.flush()
    return run
  }

  /// The bytes of a compacted segment.
  private func sealedSegment(in store: Store) throws -> [UInt8] {
    let run = try store.start(benchmarkDescription(seed: 2, budget: 100))
    for step in 0..<9_000 { run.record("train/loss", Double(step % 3), step: step) }
    for step in 0..<20 {
      run.record(Episode(phase: .training, reward: Double(step), length: step, truncated: false), step: step)
      run.record(Metric("m\(step)"), Double(step), step: step)
    }
    // Noise, so that the log is large enough to be compacted.
    for step in 0..<2_000 { run.record("train/noise", Double(step).squareRoot(), step: step) }
    try run.finish(status: .finished)
    let bytes = try bytes(of: run.directory + "/log.rlog")
    guard try store.verify(run.id).sealedSegments == 1 else { throw BenchmarkError("the log was not compacted") }
    return bytes
  }

  private static let filters = [
    "agent = 'ppo' AND final/mean_reward > 450 AND NOT (params.gamma <= 0.99 OR name LIKE 'try%')",
    "seed IN (1, 2, 3) AND status NOT IN ('crashed') OR \"odd field\" IS NOT NULL",
    "tags.stage LIKE '_uz%' and train/loss < 1e-3 or params.net_arch = '64,64'",
  ]
  private static let filterWords = [
    "(", ")", "'", "\"", " AND ", " OR ", " NOT ", "%%%%", " IN (", " LIKE ", "1e999", "((((", "é",
  ]
  private static let csvWords = ["\"", ",", "\r\n", "\"\"", "nan", "1e999", "-", "\u{FEFF}", "9223372036854775808"]
  private static let progress = """
    time/iterations,rollout/ep_rew_mean,time/total_timesteps,train/loss
    1,22.5,2048,
    2,"31.25",4096,0.5
    3,nan,6144,-inf

    """
  private static let monitor = """
    #{"t_start": 1700000000.5, "env_id": "CartPole-v1"}
    r,l,t
    21.0,21,0.01
    500.0,500,0.5
    -3.5,12,0.75

    """

  private func bytes(of path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  private func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw BenchmarkError("\(path) cannot be written") }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw BenchmarkError("\(path) cannot be written")
    }
  }
}

/// A run of nothing but what a benchmark records.
func benchmarkDescription(seed: UInt64, budget: Int) -> RunDescription {
  RunDescription(
    kind: "benchmark", experiment: "bench", subject: "none", target: "none", seed: seed, budget: budget,
    hyperparameters: [:],
    surroundings: Surroundings(
      programVersion: "0", gitCommit: nil, host: "", cores: 1, blasCoreType: "", blasThreads: 1, kernelVariant: "",
      commandLine: []), start: 0)
}
