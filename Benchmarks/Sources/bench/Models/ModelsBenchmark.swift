import ArgumentParser
import BLASBridge
import Foundation
import Learning
import Models
import Telemetry
import Trees

struct ModelsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract:
      "Boosted trees beside LightGBM and XGBoost, forests and nearest neighbours beside scikit-learn and faiss.",
    discussion: """
      Boosting: 100 trees of 31 leaves, 255 bins, binning included. Forests: 100 trees. Neighbours: the ten of each of 50,000 rows of 20 features.

      Each round measures everybody once, one after the other, on one core with one thread; figures are medians of CPU
      seconds. AUC and log loss are of 50,000 rows that nobody was fitted to, whose predictions are timed as well.
      """)

  @Option(help: "How often each is measured.")
  var rounds = 3

  @Option(
    help: "Only tables whose name contains this: 200,000, NumPy, 5,000, 2,000,000, categories, forest, neighbours.")
  var only: String?

  @Option(help: "The core to measure on (default: the last one this process may use).")
  var core: Int32?

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds takes a whole number ≥ 1, not \(rounds)") }
  }

  /// Those who do the same work: how the script knows them, and their names.
  typealias Peers = [(library: String, name: String)]

  private static let boosting: Peers = [
    ("lightgbm", "LightGBM"), ("lightgbm-quantised", "LightGBM, quantised"), ("xgboost", "XGBoost"),
  ]

  func run() throws {
    let core = try keepOnOneCore(core)
    BLAS.threads = 1
    let peer = Peer(name: "", variable: "PEERS", script: "models.py")
    var table = Table("", "by", "fit", "rlrun is", "predict 50,000 rows", "explain 10,000", "AUC", "log loss")
    for (rows, columns, categories) in [(200_000, 50, 0), (5_000, 50, 0), (2_000_000, 20, 0), (100_000, 20, 5)] {
      let name = "\(grouped(Double(rows))) × \(columns)" + (categories > 0 ? ", \(categories) of categories" : "")
      if let only, !name.contains(only) { continue }
      let own = ModelRows(rows: rows, columns: columns, categories: categories)
      try measure(GBDT(), own, name, categories, Self.boosting, peer, into: &table)
    }
    try measureRowsOfNumPy(peer, into: &table)
    let forests: [any FittableModel] = [RandomForest(), ExtraTrees()]
    for model in forests {
      let name = "20,000 × 50, \(type(of: model).name)"
      if let only, !name.contains(only) { continue }
      let own = ModelRows(rows: 20_000, columns: 50, categories: 0)
      try measure(model, own, name, 0, [(type(of: model).name, "scikit-learn")], peer, into: &table)
    }
    print("core \(core), one thread, medians of \(rounds) interleaved rounds, CPU seconds\n\n\(table.text)")
    if only.map({ "neighbours".contains($0) }) ?? true { try NeighboursBenchmark(rounds: rounds).run() }
  }

  /// Rows that anyone makes again with the script alone.
  private func measureRowsOfNumPy(_ peer: Peer, into table: inout Table) throws {
    let name = "200,000 × 50, made by NumPy"
    guard only.map(name.contains) ?? true, let python = peer.python else { return }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    struct Made: Decodable { var rows: Int }
    let script = Peer(name: "", variable: "PEERS", script: "model_rows.py")
    let _: [Made] = try script.reports(from: python, arguments: ["--folder", folder.path])
    try measure(GBDT(), ModelRows(from: folder), name, 0, Self.boosting, peer, into: &table)
  }

  /// What one measurement gives.
  struct Figures: Decodable {
    var version: String
    var fit: Double
    var predict: Double
    /// What each feature adds to the scores of the first validation rows, exact; CPU seconds.
    var explain: Double?
    var auc: Double
    var logLoss: Double
  }

  private func measure(
    _ model: any FittableModel, _ rows: ModelRows, _ name: String, _ categories: Int, _ peers: Peers, _ peer: Peer,
    into table: inout Table
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    if peer.python != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try rows.write(to: folder)
    }
    var (own, theirs) = ([Figures](), [[Figures]](repeating: [], count: peers.count))
    for _ in 0..<rounds {
      own.append(try fit(model, to: rows))
      guard let python = peer.python else { continue }
      for (index, (library, _)) in peers.enumerated() {
        let arguments = ["--folder", folder.path, "--library", library, "--categories", "\(categories)"]
        let reports: [Figures] = try peer.reports(from: python, arguments: arguments)
        guard let figures = reports.last else { throw BenchmarkError("models.py did not end with a line of figures") }
        theirs[index].append(figures)
      }
    }
    let ours = median(own.map(\.fit))
    func add(_ name: String, _ by: String, _ figures: [Figures]) {
      guard let last = figures.last else { return table.add(name, by, "not measured", "", "", "", "", "") }
      let fit = median(figures.map(\.fit))
      table.add(
        name, "\(by) \(last.version)", String(format: "%.2f s", fit), String(format: "%.2f×", fit / ours),
        String(format: "%.3f s", median(figures.map(\.predict))),
        last.explain == nil ? "" : String(format: "%.3f s", median(figures.compactMap(\.explain))),
        String(format: "%.4f", median(figures.map(\.auc))),
        String(format: "%.5f", median(figures.map(\.logLoss))))
    }
    add(name, "rlrun", own)
    for (index, (_, name)) in peers.enumerated() { add("", name, theirs[index]) }
    FileHandle.standardError.write(Data("\(name) measured\n".utf8))
  }

  private func fit(_ model: any FittableModel, to rows: ModelRows) throws -> Figures {
    let data = TrainingData(.columns(rows.training), .classes(rows.labels, count: 2))
    var fitted: (any FittedModel)?
    let fitting = try timed {
      let learner = try model.makeLearner(data, validation: nil, seed: 1)
      while !learner.isFinished { _ = try learner.advance(reporting: NoSink()) { _, _ in } }
      fitted = learner.fittedModel
    }
    var outputs = Matrix<Float>(rows: 0, columns: 2)
    let predicting = timed { outputs = fitted!.outputs(of: .columns(rows.validation)) }
    let some = rows.validation.first(10_000)
    // The trees of forests are deep, and no peer explains them.
    let trees = model is GBDT ? (fitted as? any ModelOfTrees)?.addedTrees : nil
    let explaining = timed { _ = trees?.contributions(of: some) }
    let scores = FitScores(truth: rows.validationLabels, probabilities: outputs, classes: ["0", "1"])
    return Figures(
      version: "", fit: fitting.cpuSeconds, predict: predicting.cpuSeconds,
      explain: trees == nil ? nil : explaining.cpuSeconds, auc: scores["roc_auc"] ?? .nan,
      logLoss: scores["log_loss"] ?? .nan)
  }
}

/// Drops what is recorded.
final class NoSink: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}
