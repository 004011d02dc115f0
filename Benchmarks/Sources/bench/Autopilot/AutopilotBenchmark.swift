import ArgumentParser
import Formats
import Foundation

struct AutopilotBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "autopilot",
    abstract:
      "How good the answers of 'rlrun autopilot' are beside AutoGluon's, FLAML's and LightGBM's on public tables.",
    discussion: """
      Three folds a table, the same for everybody, on one core. Scores are the area under the ROC curve of two classes, log
      loss of more, and root mean squared error of numbers, computed by scikit-learn for all. Every cell that was measured is
      kept in results.csv in the folder, and is not measured again.
      """)

  @Option(help: "The folder for the tables, and for what was measured.")
  var folder: String

  @Option(help: "The program (default: .build/release/rlrun).")
  var program: String?

  @Option(help: "Only these tables, with commas between them.")
  var tables: String?

  @Option(help: "Folds of a table, 1 to 3.")
  var folds = 3

  @Option(help: "Seconds for each answer.")
  var seconds = 60.0

  @Option(help: "The preset of 'rlrun autopilot'.")
  var preset = "balanced"

  @Option(
    help: "Who is measured, with commas between them; rlrun-halving is rlrun with --halving, for tables of many rows.")
  var by = "rlrun,lightgbm,flaml,autogluon"

  @Flag(help: "Measure nothing, print what there is.")
  var report = false

  private static let peer = Peer(name: "", variable: "PEERS", script: "autopilot.py")

  /// A table as the script describes it.
  private struct About: Decodable {
    var table: String
    var target: String
    var rows: Int
    var classes: Int
    var metric: String
    var time: String?
  }

  private struct PeerReport: Decodable {
    var metric: String
    var score: Double?
    var seconds: Double
    var cpuSeconds: Double?
    var megabytes: Double?
    var overrun: Bool?
    var failed: String?
  }

  private struct Score: Decodable {
    var score: Double
    var coverage: Double?
  }

  private struct Answer: Decodable { var run: String }

  func validate() throws {
    guard (1...3).contains(folds) else { throw ValidationError("--folds takes 1 to 3, not \(folds)") }
    guard seconds > 0, seconds < 1e6 else { throw ValidationError("--seconds takes a number above 0, not \(seconds)") }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let abouts = try prepared(folder)
    let names = by.split(separator: ",").map { $0 == "rlrun" && preset != "balanced" ? "rlrun-\(preset)" : String($0) }
    var cells = try AutopilotCells(in: folder)
    // All tables once before a second fold of any: so that what there is can be compared at any time.
    for fold in 0..<folds where !report {
      for about in abouts {
        for name in names where !cells.has(about.table, fold, name, seconds) {
          let cell =
            try name.hasPrefix("rlrun") ? own(about, fold, name, in: folder) : peer(about, fold, name, in: folder)
          try cells.add(cell)
          FileHandle.standardError.write(Data("\(cell.line)\n".utf8))
        }
      }
    }
    print(text(cells.all.filter { $0.limit == seconds && $0.fold < folds }, abouts, names))
  }

  private func prepared(_ folder: URL) throws -> [About] {
    func file(_ table: String) -> URL { folder.appendingPathComponent("\(table)/about.json") }
    let all = [
      "ames", "hotel_rates", "wa_churn", "hpc_data", "Chicago", "diamonds", "Caravan", "leaf_id_flavia", "digits",
      "diabetes",
    ]
    let asked = tables.map { $0.split(separator: ",").map(String.init) } ?? all
    if let unknown = asked.first(where: { !all.contains($0) }) {
      throw ValidationError("there is no table \(unknown): --tables takes \(all.joined(separator: ", "))")
    }
    if asked.contains(where: { !FileManager.default.fileExists(atPath: file($0).path) }) {
      let _: [About] = try Self.peer.reports(from: python(), arguments: ["--folder", folder.path, "--prepare"])
    }
    return try asked.map { try JSONDecoder().decode(About.self, from: Data(contentsOf: file($0))) }
  }

  private func python() throws -> URL {
    guard let python = Self.peer.python else {
      throw BenchmarkError("the tables and the scores are made in Python: name a virtual environment with PEERS=path")
    }
    return python
  }

  private func arguments(_ about: About, _ fold: Int, in folder: URL) -> [String] {
    ["--folder", folder.path, "--table", about.table, "--fold", "\(fold)"]
  }

  private func peer(_ about: About, _ fold: Int, _ name: String, in folder: URL) throws -> AutopilotCell {
    let reports: [PeerReport] = try Self.peer.reports(
      from: python(), arguments: arguments(about, fold, in: folder) + ["--peer", name, "--seconds", "\(seconds)"])
    guard let report = reports.last else { throw BenchmarkError("\(name) reported nothing of \(about.table)") }
    if let failed = report.failed { FileHandle.standardError.write(Data("\(name) failed: \(failed)\n".utf8)) }
    return AutopilotCell(
      table: about.table, fold: fold, by: name, limit: seconds, metric: about.metric, score: report.score,
      seconds: report.seconds, cpuSeconds: report.cpuSeconds ?? .nan, megabytes: report.megabytes ?? .nan,
      status: report.overrun == true ? .overrun : report.failed != nil ? .failed : .done)
  }

  /// The answer is fitted to all rows of the fold: it is judged by others.
  private func own(_ about: About, _ fold: Int, _ name: String, in folder: URL) throws -> AutopilotCell {
    let part = folder.appendingPathComponent("\(about.table)/fold-\(fold)")
    let store = folder.appendingPathComponent("\(about.table)/\(name)-\(fold)")
    try? FileManager.default.removeItem(at: store)
    let rlrun = program ?? Peer.root.appendingPathComponent(".build/release/rlrun").path
    // The last core, as the peers.
    _ = try keepOnOneCore(nil)
    let result = try LimitedProgram(
      path: rlrun,
      arguments: [
        "autopilot", part.appendingPathComponent("train.csv").path, "--target", about.target, "--time",
        "\(Int(seconds.rounded(.up)))s", "--metric", about.metric, "--preset", preset, "--test", "0", "--jobs", "1",
        "--json",
        "--store", store.path,
      ] + (name.hasSuffix("-halving") ? ["--halving"] : []) + (about.time.map { ["--time-column", $0] } ?? []),
      seconds: 3 * seconds + 60
    ).run()
    var cell = AutopilotCell(
      table: about.table, fold: fold, by: name, limit: seconds, metric: about.metric, seconds: result.seconds,
      cpuSeconds: result.cpuSeconds,
      megabytes: result.megabytes, status: result.ending == .overrun ? .overrun : .failed)
    guard case .done(let output) = result.ending else { return cell }
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
    let predicted = store.appendingPathComponent("predicted.csv").path
    let predict = [
      "predict", answer.run, part.appendingPathComponent("test.csv").path, "-o", predicted, "--store", store.path,
    ]
    // An answer without rows that judged it has no intervals.
    let attempts = [predict + ["--interval", "0.9"], predict]
    guard try attempts.contains(where: { try Program(at: rlrun).run($0).status == 0 }) else { return cell }
    let scores: [Score] = try Self.peer.reports(
      from: python(), arguments: arguments(about, fold, in: folder) + ["--score", predicted])
    guard let score = scores.last else { return cell }
    (cell.score, cell.coverage, cell.status) = (score.score, score.coverage, .done)
    return cell
  }

  private func text(_ cells: [AutopilotCell], _ abouts: [About], _ names: [String]) -> String {
    var table = Table(["table", "rows", "measure", "folds"] + names + ["rlrun s", "MB", "coverage of 90 %"])
    for about in abouts {
      let own = cells.filter { $0.table == about.table }
      if !own.isEmpty { table.add(row(of: about, own, names)) }
    }
    let measured = names.filter { name in cells.contains { $0.by == name } }
    let ranks = AutopilotRanks(cells, names: measured)
    var lines = [table.text, ""]
    for name in measured {
      guard let rank = ranks.rank(of: name) else { continue }
      let own = cells.filter { $0.by == name }
      let (seconds, cpu) = (mean(own.map(\.seconds)), mean(own.map(\.cpuSeconds).filter(\.isFinite)))
      let interval = rank.low.map { String(format: " [%.2f, %.2f]", $0, rank.high ?? .nan) } ?? ""
      let figures = String(format: "%.2f%@; %.0f s a cell, %.0f of the core", rank.mean, interval, seconds, cpu)
      lines.append("mean rank of \(name): \(figures)")
    }
    lines.append("of \(ranks.tables.count) tables and \(ranks.folds.count) folds that all were measured on")
    guard let own = measured.first(where: { $0.hasPrefix("rlrun") }) else { return lines.joined(separator: "\n") }
    for other in measured where other != own {
      let count = ranks.tables(where: own, beside: other)
      lines.append(
        "\(own) beside \(other): better on \(count.better) and worse on \(count.worse) of \(count.of) tables by the interval"
      )
    }
    return lines.joined(separator: "\n")
  }

  private func row(of about: About, _ cells: [AutopilotCell], _ names: [String]) -> [String] {
    func means(_ name: String, _ value: (AutopilotCell) -> Double?) -> Double? {
      let values = cells.filter { $0.by == name }.compactMap(value)
      return values.isEmpty ? nil : mean(values)
    }
    func words(_ value: Double?, _ format: String) -> String { value.map { String(format: format, $0) } ?? "–" }
    var row = [about.table, grouped(Double(about.rows)), about.metric, "\(Set(cells.map(\.fold)).count)"]
    for name in names {
      let missed = cells.count { $0.by == name && $0.score == nil }
      let score = means(name, \.score).map(Self.figure) ?? "–"
      row.append(score + (missed > 0 ? " (\(missed) without)" : ""))
    }
    let own = names.first { $0.hasPrefix("rlrun") } ?? ""
    return row + [
      words(means(own, \.seconds), "%.0f"), words(means(own, \.megabytes), "%.0f"),
      words(means(own) { $0.coverage.map { 100 * $0 } }, "%.1f %%"),
    ]
  }

  private static func figure(_ value: Double) -> String {
    value >= 1000 ? grouped(value) : String(format: value >= 10 ? "%.2f" : "%.4f", value)
  }
}
