import BLASBridge
import Formats
import Foundation
import Learning
import Models
import Randomness
import Tuning

/// What pruners leave of recorded curves: the losses of validation rows after each epoch of networks that learn digits.
struct PruningTable {
  let orders: Int

  private static let configurations = 60
  private static let epochs = 27
  private static let trainingRows = 1_200

  private struct Curves: Encodable {
    var curves: [[Double]]
    var orders: [[Int]]
  }

  private typealias Outcome = (epochs: Int, best: Double)

  func print() throws {
    guard let python = SearchBenchmark.peer.python else {
      return Swift.print("\npruning: the digits are scikit-learn's; name a virtual environment with PEERS=path")
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-bench-\(UUID().uuidString)")
    let labels = file.appendingPathExtension("labels")
    defer { for file in [file, labels] { try? FileManager.default.removeItem(at: file) } }
    let peer = SearchBenchmark.peer
    let _: [SearchBenchmark.Figures] = try peer.reports(from: python, arguments: ["digits", "--file", file.path])
    let curves = try record(try Data(contentsOf: file), try Data(contentsOf: labels))
    var generator = CounterGenerator(SeedSequence(1))
    let all = Curves(curves: curves, orders: (0..<orders).map { _ in curves.indices.shuffled(using: &generator) })
    try JSONEncoder().encode(all).write(to: file)

    let best = curves.map { $0.last! }.min()!
    var table = Table("\(curves.count) networks on digits", "by", "epochs", "share", "best loss above the best of all")
    func add(_ name: String, _ by: String, _ outcomes: [Outcome]) {
      let epochs = mean(outcomes.map { Double($0.epochs) })
      let regret = Bootstrap(seed: 1, resamples: 5_000).interval(of: [outcomes.map { $0.best - best }]) { mean($0[0]) }
      table.add(
        name, by, String(format: "%.0f", epochs),
        String(format: "%.0f%%", 100 * epochs / Double(curves.count * Self.epochs)),
        String(format: "%.4f (%.4f to %.4f)", mean(outcomes.map { $0.best - best }), regret.low, regret.high))
    }
    for name in PrunerName.allCases {
      let pruner = name.makePruner(direction: .minimize)
      add(name.rawValue, "rlrun", all.orders.map { search(curves, $0, pruner) })
      if name == .none { continue }
      let arguments = ["prune", "--pruner", name.rawValue, "--seeds", "0-\(orders - 1)", "--file", file.path]
      let reports: [SearchBenchmark.Figures] = try peer.reports(from: python, arguments: arguments)
      add("", "Optuna \(reports.first?.version ?? "")", reports.map { (epochs: $0.epochs ?? 0, best: $0.best) })
    }
    Swift.print("\n\(table.text)")
  }

  /// Trials one after the other, as search.py has them.
  private func search(_ curves: [[Double]], _ order: [Int], _ pruner: any Pruner) -> Outcome {
    var history: [Trial] = []
    var epochs = 0
    for index in order {
      var trial = Trial(history.count, [:])
      for (step, loss) in curves[index].enumerated() {
        epochs += 1
        trial.reports.append(Report(step + 1, loss))
        if step + 1 < curves[index].count, pruner.prunes(trial.reports, among: history) {
          trial.state = .pruned(step: step + 1, score: loss)
          break
        }
      }
      if trial.state == .running { trial.state = .finished(score: curves[index].last!) }
      history.append(trial)
    }
    return (epochs, history.best(.minimize)?.score ?? .infinity)
  }

  /// The default space of `mlp` with narrower layers.
  private static let space = """
    hidden_layer_sizes: {layers: [1, 2], units: [16, 32, 64, 128]}
    activation: [relu, tanh, gelu]
    dropout: {low: 0.0, high: 0.5}
    optimizer: [adam, sgd]
    learning_rate: {low: 1e-4, high: 0.1, log: true}
    momentum: {low: 0.0, high: 0.99, when: {optimizer: sgd}}
    weight_decay: {low: 1e-6, high: 0.1, log: true}
    batch_size: [32, 64, 128, 256, 512]
    """

  /// The curves of random configurations.
  private func record(_ pixels: Data, _ labels: Data) throws -> [[Double]] {
    let targets = labels.withUnsafeBytes { $0.bindMemory(to: Int32.self).map(Int.init) }
    let values = pixels.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let width = values.count / targets.count
    func rows(_ range: Range<Int>) -> TrainingData {
      TrainingData(
        .scaled(
          Matrix(rows: range.count, columns: width, Array(values[range.lowerBound * width..<range.upperBound * width]))),
        .classes(Array(targets[range]), count: 10))
    }
    let (training, validation) = (rows(0..<Self.trainingRows), rows(Self.trainingRows..<targets.count))
    let space = try SearchSpace(yaml: Self.space, source: "bench search", domains: nil)
    let sampler = try SamplerName.random.makeSampler(space: space, seed: 7, direction: .minimize)
    return try (0..<Self.configurations).map { number in
      var configuration = try MLP(sampler.propose(number, history: [])!)
      configuration.epochs = Self.epochs
      configuration.patience = Self.epochs
      let learner = configuration.makeLearner(training, validation: validation, seed: 1)
      var curve: [Double] = []
      while !learner.isFinished {
        let loss = try learner.advance(reporting: NoSink()) { _, _ in }.validation ?? .nan
        curve.append(loss.isNaN ? 100 : min(loss, 100))
      }
      while curve.count < Self.epochs { curve.append(curve.last ?? 100) }
      return curve
    }
  }
}
