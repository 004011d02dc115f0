import ArgumentParser
import Foundation

struct DataBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Tables beside pandas, Polars, PyArrow and DuckDB: CSV, profiles, Parquet and data sets.",
    discussion: """
      Seeded files of a million rows and ten columns: 'num' of decimals, 'mixed' of numbers, times, words and texts; or those of
      --files. Each round does each work once with everybody, on one core with one thread; a row is the median of its rounds.
      With PEERS, others read the data set cell for cell as pyarrow reads the CSV file, and we read what they write.
      """)

  @Option(help: "How often each work is done.")
  var rounds = 5

  @Option(help: "Rows of a file.")
  var rows = 1_000_000

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  @Option(help: "CSV files to measure instead.", completion: .file(extensions: ["csv"]))
  var files: [String] = []

  private static let peers = ["pandas", "polars", "pyarrow", "duckdb"]

  func validate() throws {
    if rounds < 1 || rows < 1 { throw ValidationError("--rounds and --rows take whole numbers ≥ 1") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var names = Self.peers
    var table: [(name: String, cells: [String])] = []
    for file in try files.isEmpty ? synthetic(in: folder) : files.map({ URL(fileURLWithPath: $0) }) {
      let work = try DataWork(file, in: folder)
      for kind in DataWork.Kind.allCases {
        let (ours, theirs) = try measure(kind, work, &names)
        let cells = theirs.map { series in series.map { comparison(ours, to: $0) } ?? "–" }
        table.append((file.deletingPathExtension().lastPathComponent + " " + kind.rawValue, [seconds(ours)] + cells))
      }
      try DataAgreement(work).check()
    }
    var text = Table(["", "rlrun"] + names)
    for row in table { text.add([row.name] + row.cells) }
    print("core \(core), one thread, CPU seconds, medians of \(rounds) interleaved rounds; ×: their time over ours\n")
    print(text.text)
  }

  private func synthetic(in folder: URL) throws -> [URL] {
    try SyntheticCSV.allCases.map { kind in
      let file = folder.appendingPathComponent("\(kind.rawValue).csv")
      try kind.write(rows: rows, to: file)
      return file
    }
  }

  /// Ours, and of each peer, nil where it has no such work.
  private func measure(
    _ kind: DataWork.Kind, _ work: DataWork, _ names: inout [String]
  ) throws -> (ours: Series, theirs: [Series?]) {
    let peer = Peer(name: "", variable: "PEERS", script: "data.py")
    var ours = Series()
    var theirs: [Series?] = Self.peers.map { _ in nil }
    for _ in 0..<rounds {
      let time = try work.measure(kind)
      ours.append(count: 1, seconds: time.seconds, cpuSeconds: time.cpuSeconds)
      guard let python = peer.python, let (name, file) = try work.peerWork(kind) else { continue }
      for (index, other) in Self.peers.enumerated() where !(name == "describe" && other == "pyarrow") {
        let figures = try peer.measure(
          with: python, arguments: ["time", "--peer", other, "--work", name, "--file", file.path])
        theirs[index, default: Series()].append(count: 1, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds)
        names[index] = "\(other) \(figures.version)"
      }
    }
    return (ours, theirs)
  }

  private func comparison(_ ours: Series, to theirs: Series) -> String {
    "\(seconds(theirs)) \(String(format: "%.1f×", ours.cpuRatio(to: theirs)))"
  }

  private func seconds(_ series: Series) -> String { String(format: "%.3f", series.cpuSecondsOfOne) }
}

extension [Series?] {
  fileprivate subscript(index: Int, default value: Series) -> Series {
    get { self[index] ?? value }
    set { self[index] = newValue }
  }
}
