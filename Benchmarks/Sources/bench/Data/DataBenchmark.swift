import ArgumentParser
import DataQuality
import Datasets
import Foundation

struct DataBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Reading CSV files beside pandas, Polars, PyArrow and DuckDB.",
    discussion: """
      Seeded files of a million rows and ten columns: 'num' of decimals, 'mixed' of numbers, times, words and texts. Each
      round reads each file once with everybody, on one core with one thread; a row is the median of its rounds.
      """)

  @Option(help: "How often each file is read.")
  var rounds = 5

  @Option(help: "Rows of a file.")
  var rows = 1_000_000

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  private static let peers = ["pandas", "polars", "pyarrow", "duckdb"]

  func validate() throws {
    if rounds < 1 || rows < 1 { throw ValidationError("--rounds and --rows take whole numbers ≥ 1") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = Table("", "MB", "rlrun", "peer", "", "rlrun is", "by CPU time")
    for kind in SyntheticCSV.allCases {
      let file = folder.appendingPathComponent("\(kind.rawValue).csv")
      try kind.write(rows: rows, to: file)
      try measure(kind.rawValue, file, into: &table)
    }
    print("core \(core), one thread, \(rows) rows, CPU seconds, medians of \(rounds) interleaved rounds\n")
    print(table.text)
    let described = try describing(folder.appendingPathComponent("mixed.csv"))
    print("\ndescribing every column of 'mixed', once read: \(seconds(described))")
  }

  /// Quantiles, histogram and most frequent values of each column of a table that was read.
  private func describing(_ file: URL) throws -> Series {
    let table = try Datasets.Table(csv: file.path)
    var series = Series()
    for _ in 0..<rounds {
      let time = timed {
        for (name, column) in zip(table.names, table.columns) { _ = ColumnProfile(name, column) }
      }
      series.append(count: 1, seconds: time.seconds, cpuSeconds: time.cpuSeconds)
    }
    return series
  }

  private func measure(_ name: String, _ file: URL, into table: inout Table) throws {
    let peer = Peer(name: "", variable: "PEERS", script: "data.py")
    var ours = Series()
    var theirs = Self.peers.map { _ in Series() }
    var names = Self.peers
    for _ in 0..<rounds {
      let time = try timed { _ = try Datasets.Table(csv: file.path).rowCount }
      ours.append(count: 1, seconds: time.seconds, cpuSeconds: time.cpuSeconds)
      guard let python = peer.python else { continue }
      for (index, name) in Self.peers.enumerated() {
        let figures = try peer.measure(with: python, arguments: ["--peer", name, "--file", file.path])
        theirs[index].append(count: 1, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds)
        names[index] = "\(name) \(figures.version)"
      }
    }
    let size = String(format: "%.0f", Double(try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) / 1e6)
    for (index, series) in theirs.enumerated() {
      guard !series.values.isEmpty else {
        table.add(name, size, seconds(ours), names[index], "not measured", "", "")
        continue
      }
      table.add(
        name, size, seconds(ours), names[index], seconds(series), times(ours.ratio(to: series)),
        times(ours.cpuRatio(to: series)))
    }
  }

  private func seconds(_ series: Series) -> String { String(format: "%.3f s", series.cpuSecondsOfOne) }
  private func times(_ ratio: Double) -> String { String(format: "%.2f×", ratio) }
}
