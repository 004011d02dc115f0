import Datasets
import Learning
import Models
import Randomness
import Settings
import Telemetry

@testable import Trees

/// A sink that keeps nothing.
final class NoSink: MetricSink {
  func record(_ metric: Metric, _ value: Double, step: Int) {}
  func record(_ episode: Episode, step: Int) {}
}

extension TrainingData {
  /// A regression on columns of numbers.
  init(_ columns: [[Double]], numbers: [Float], weights: [Float]? = nil) {
    self.init(
      .columns(FeatureColumns(rows: numbers.count, columns: columns.map { .numbers($0) })),
      .numbers(.init(column: numbers)), weights: weights)
  }

  /// A classification by columns of numbers.
  init(_ columns: [[Double]], labels: [Int], classes: Int) {
    self.init(
      .columns(FeatureColumns(rows: labels.count, columns: columns.map { .numbers($0) })),
      .classes(labels, count: classes))
  }
}

extension GBDT {
  /// The trees of a whole fit.
  func fit(_ data: TrainingData, validation: TrainingData? = nil, seed: UInt64 = 1) throws -> BoostedTrees {
    let fit = try BoostingFit(self, data, validation: validation, seed: seed)
    while !fit.isFinished { _ = try fit.advance() }
    return fit.fittedTrees
  }

  /// A few small trees of so many rows a leaf.
  static func small(trees: Int = 10, leaves: Int = 8, rows: Int = 1) -> GBDT {
    var settings = GBDT()
    (settings.trees, settings.leaves, settings.leastRowsInLeaf, settings.leastRowsInBin) = (trees, leaves, rows, 1)
    settings.gradientBins = 120
    return settings
  }
}

/// Rows whose target is a curve of the first column and noise.
func curve(rows: Int, columns: Int = 3, seed: UInt64 = 5) -> TrainingData {
  var generator = PCG64(seed: seed)
  let x = (0..<columns).map { _ in (0..<rows).map { _ in generator.uniform(-2, 2) } }
  let y = (0..<rows).map { Float(x[0][$0] * x[0][$0] - x[1 % columns][$0] + generator.uniform(-0.3, 0.3)) }
  return TrainingData(x, numbers: y)
}
