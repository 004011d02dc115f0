import ArgumentParser
import BLASBridge
import Foundation
import Tracker

struct SupervisedBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervised",
    abstract: "Supervised training and inference beside PyTorch, scikit-learn and ONNX Runtime.",
    discussion: """
      60,000 rows of 784 numbers in 10 classes: digits, enlarged and shifted, where the peers' Python can make them, else
      clouds. Each round measures everybody once, one after the other, on one core with one thread; a row is the median of
      its rounds.
      """)

  @Option(help: "How often each is measured.")
  var rounds = 3

  @Option(help: "Only works whose name contains this.")
  var only: String?

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  func run() throws {
    let core = try keepOnOneCore(core)
    BLAS.threads = 1
    let peer = Peer(name: "", variable: "PEERS", script: "supervised.py")
    let data = try SupervisedData(python: peer.python)
    var rows = try SupervisedWork.all().filter { work in only.map { work.name.contains($0) } ?? true }.map(Row.init)
    guard !rows.isEmpty else {
      throw BenchmarkError(
        "no work's name contains '\(only ?? "")'; there are \(try SupervisedWork.all().map(\.name).joined(separator: ", "))"
      )
    }
    for round in 1...rounds {
      for index in rows.indices { try rows[index].measure(with: data, peer: peer) }
      FileHandle.standardError.write(Data("round \(round) of \(rounds) measured\n".utf8))
    }
    var table = Table(
      "", "rlrun", "peer", "", "rlrun is", "lowest", "highest", "by CPU time", "wanted", "of the limit", "reached")
    for row in rows { row.add(to: &table) }
    print("core \(core), one thread, medians of \(rounds) interleaved rounds\n\n\(table.text)\n")
    print(
      "Limits: " + Set(rows.map { "\($0.work.limitedBy)" }).sorted().joined(separator: "; ") + "; each in its round.")
    if let lost = rows.flatMap(\.series).compactMap(\.lost).max(), lost > 0.05 {
      print(
        String(format: "The core was not free: a row lost %.0f %% of its time. Measure on a quiet machine.", 100 * lost)
      )
    }
  }

  /// A work and what was measured of it.
  private struct Row {
    let work: SupervisedWork
    private var ours = Series()
    private var limit = Series()
    private var theirs: [Series]
    private var names: [String]
    private var qualities: [Double?]

    var series: [Series] { [ours] + theirs }

    init(_ work: SupervisedWork) {
      self.work = work
      theirs = work.rivals.map { _ in Series() }
      names = work.rivals.map(\.name)
      qualities = [nil] + work.rivals.map { _ in nil }
    }

    mutating func measure(with data: SupervisedData, peer: Peer) throws {
      for (index, rival) in work.rivals.enumerated() {
        guard let python = peer.python else { continue }
        let figures = try peer.measure(
          with: python, arguments: ["--work", rival.work, "--folder", data.folder.path, "--rows", "\(work.rows)"])
        theirs[index].append(count: figures.steps, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds)
        names[index] = "\(rival.name) \(figures.version)"
        qualities[index + 1] = figures.quality
      }
      let outcome = try work.go(data, qualities.count > 1 ? qualities[1] : nil)
      ours.append(count: outcome.count, seconds: outcome.time.seconds, cpuSeconds: outcome.time.cpuSeconds)
      qualities[0] = outcome.quality
      let least = work.limit(data, outcome)
      limit.append(count: least.count, seconds: least.time.seconds, cpuSeconds: least.time.cpuSeconds)
    }

    func add(to table: inout Table) {
      let share = String(format: "%.0f %%", 100 * ours.ratio(to: limit))
      guard !work.rivals.isEmpty else {
        return table.add(work.name, speed(ours), "", "", "", "", "", "", "", share, "")
      }
      for (index, rival) in work.rivals.enumerated() {
        let series = theirs[index]
        guard !series.values.isEmpty else {
          table.add(work.name, speed(ours), names[index], "not measured", "", "", "", "", "", share, reached([0]))
          continue
        }
        let ratios = ours.ratios(to: series)
        table.add(
          work.name, speed(ours), names[index], speed(series), times(median(ratios)), times(ratios.min()!),
          times(ratios.max()!), times(ours.cpuRatio(to: series)), times(rival.wanted), share, reached([0, index + 1]))
      }
    }

    private func speed(_ series: Series) -> String {
      let middle = median(series.values)
      return work.isFit ? String(format: "%.3f s", 1 / middle) : "\(grouped(middle)) rows/s"
    }

    private func reached(_ sides: [Int]) -> String {
      let figures = sides.compactMap { qualities[$0].map { String(format: "%.6g", $0) } }
      return figures.isEmpty ? "" : "\(work.quality) \(figures.joined(separator: " | "))"
    }

    private func times(_ ratio: Double) -> String { String(format: "%.2f×", ratio) }
  }
}
