import ArgumentParser
import Autopilot
import Fitting
import Foundation
import Runs
import Search
import Tracker
import Tuning

struct PortfolioBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "portfolio",
    abstract: "Makes Autopilot's portfolio: what it tries first, by how it does on public tables.",
    discussion: """
      Fits the portfolio there is and random settings of each candidate to each table, by three folds. Keeps all scores in
      Docs/results/portfolio.csv. Then chooses an order greedily, and compares it with the one there is: on each table by the
      order that the other tables choose. With --write the better one is in candidates.yaml afterwards. What is killed
      goes on where it was.
      """)

  @Option(help: "The folder for the tables, and for the runs.")
  var folder: String

  @Option(help: "Seconds that settings may take on a table.")
  var trialSeconds = 60.0

  @Flag(help: "Fit nothing: choose by the scores there are.")
  var report = false

  @Flag(help: "Replace the portfolios in candidates.yaml that are not as good.")
  var write = false

  private static let peer = Peer(name: "", variable: "PEERS", script: "portfolio_tables.py")
  private static let results = Peer.root.appendingPathComponent("Docs/results/portfolio.csv")
  /// How many settings of each candidate are drawn.
  private static let draws = [
    "logistic": 3, "naive_bayes": 2, "ridge": 2, "elastic_net": 3, "knn": 3, "random_forest": 4, "extra_trees": 4,
    "gbdt": 10, "gbdt_poisson": 2, "mlp": 4,
  ]

  func run() throws {
    RunKinds.register(FitConfiguration.self)
    let folder = URL(fileURLWithPath: folder)
    let tables = try prepared(folder)
    let store = try Store(path: folder.appendingPathComponent("runs").path, create: true)
    var scores = PortfolioScore.read(Self.results)
    var present: [String: [String]] = [:]
    for table in tables {
      let plain = try table.search(in: folder, draws: [:], trialSeconds: trialSeconds)
      let own = plain.portfolio.map { PortfolioScore.text($0, plain) }
      // Those for counts are of few tables.
      if own.count > present[table.task]?.count ?? 0 { present[table.task] = own }
      if report { continue }
      let search = try table.search(in: folder, draws: Self.draws, trialSeconds: trialSeconds)
      let measured = try table.trials(of: search, in: store).map { PortfolioScore($0, of: search, on: table) }
      let fresh = Set(measured.map(\.settings))
      scores.removeAll { $0.table == table.table && fresh.contains($0.settings) }
      scores += measured
      scores.sort { ($0.task, $0.table, $0.settings) < ($1.task, $1.table, $1.settings) }
      try PortfolioScore.write(scores, to: Self.results)
      let (seconds, failed) = (measured.reduce(0) { $0 + $1.seconds }, measured.count { $0.loss == nil })
      print("\(table.table): \(measured.count) settings, \(failed) failed, \(Int(seconds)) s")
      fflush(nil)
    }
    try choose(scores, present)
  }

  private func choose(_ scores: [PortfolioScore], _ present: [String: [String]]) throws {
    var file = try CandidatesFile()
    for (task, own) in present.sorted(by: { $0.key < $1.key }) {
      guard let comparison = PortfolioComparison(scores.filter { $0.task == task }, present: own) else {
        print("\(task): there are too few scores to choose by")
        continue
      }
      print("\n\(task)\n\(comparison.text)")
      for settings in comparison.made { print("  \(settings)") }
      guard comparison.isBetter else {
        print("the portfolio there is stays: the other one is no better on tables that it is not made of")
        continue
      }
      try file.replace(task, with: comparison.made, evidence: comparison.evidence)
    }
    if write { try file.write() }
  }

  private func prepared(_ folder: URL) throws -> [PortfolioTable] {
    let list = folder.appendingPathComponent("tables.jsonl")
    if !FileManager.default.fileExists(atPath: list.path) {
      guard let python = Self.peer.python else {
        throw BenchmarkError("the tables are made in Python: name a virtual environment with PEERS=path")
      }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let script = Peer.root.appendingPathComponent("Benchmarks/Peers/portfolio_tables.py").path
      let made = try Program(at: python.path).run([script, "--folder", folder.path])
      guard made.status == 0 else { throw BenchmarkError("portfolio_tables.py failed with status \(made.status)") }
      try Data(made.output.utf8).write(to: list, options: .atomic)
    }
    return try String(contentsOf: list, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(PortfolioTable.self, from: Data($0.utf8))
    }
  }
}
