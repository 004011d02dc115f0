import ArgumentParser
import Foundation
import Parquet

/// Parquet files beside pyarrow: ours are read by others, and how fast both read and write.
struct ParquetBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parquet",
    abstract: "Has pyarrow, pandas and DuckDB read our Parquet files, and measures reading and writing beside pyarrow.",
    discussion: "PEERS names a virtual environment with pyarrow, pandas and duckdb. Times are CPU seconds of one core.")

  @Option(help: "Rows of the table that is read and written.")
  var rows = 1_000_000

  @Option(help: "Measurements of each, in turn; the table has their medians.")
  var rounds = 5

  /// What the script says of a table it wrote and read.
  private struct Times: Decodable {
    var read: Double
    var write: Double
  }

  /// What the script says of the files it has read.
  private struct Agreement: Decodable {
    var reader: String
    var files: Int
    var differences: [String]
  }

  func run() throws {
    let core = try keepOnOneCore(nil)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parquet-\(getpid())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = try ParquetExamples.write(to: folder)
    let peer = Peer(name: "pyarrow", variable: "PEERS", script: "parquet.py")
    guard let python = peer.python else {
      print("\(files) files written; peers: not measured (PEERS names no virtual environment)")
      return
    }
    let agreements: [Agreement] = try peer.reports(from: python, arguments: ["check", folder])
    for agreement in agreements {
      print("\(agreement.reader): \(agreement.files) files read, \(agreement.differences.count) columns differ")
      for difference in agreement.differences.prefix(10) { print("  \(difference)") }
    }
    guard agreements.count == 3, agreements.allSatisfy({ $0.differences.isEmpty && $0.files == files }) else {
      throw BenchmarkError("not every file was read alike")
    }
    var table = Table("codec", "read", "pyarrow", "ratio", "write", "pyarrow", "ratio")
    let codecs: [(String, ParquetOptions.Compression)] = [
      ("none", .none), ("snappy", .snappy), ("zstd", .zstd(level: 3)),
    ]
    for (name, compression) in codecs {
      var options = ParquetOptions()
      options.compression = compression
      let (theirs, ours) = ("\(folder)/theirs", "\(folder)/ours")
      var times: [[Double]] = [[], [], [], []]
      for _ in 0..<rounds {
        let arguments = ["time", theirs, name, "\(rows)", "\(options.rowsPerGroup)", "\(core)"]
        let reports: [Times] = try peer.reports(from: python, arguments: arguments)
        guard let report = reports.last else { throw BenchmarkError("parquet.py reported no times") }
        var columns: [ColumnData] = []
        let file = try ParquetFile(path: theirs)
        times[0].append(try timed { columns = try file.columns.indices.map { try file.read(column: $0) } }.cpuSeconds)
        times[1].append(report.read)
        times[2].append(
          try timed {
            let writer = try ParquetWriter(path: ours, columns: file.columns, options: options)
            try writer.write(columns)
            try writer.finish()
          }.cpuSeconds)
        times[3].append(report.write)
      }
      let medians = times.map { $0.sorted()[$0.count / 2] }
      func seconds(_ value: Double) -> String { String(format: "%.3f s", value) }
      table.add(
        name, seconds(medians[0]), seconds(medians[1]), String(format: "%.2f", medians[0] / medians[1]),
        seconds(medians[2]), seconds(medians[3]), String(format: "%.2f", medians[2] / medians[3]))
    }
    print(table.text)
  }
}
