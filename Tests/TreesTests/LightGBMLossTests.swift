import BLASBridge
import Datasets
import Foundation
import Models
import Randomness
import Testing

@testable import Trees

/// Losses beside those of LightGBM with the same settings: Tests/Goldens/lightgbm_models.py.
@Suite struct LightGBMLossTests {
  /// Four columns and a score of them, of the generator that the script draws from.
  private static func table(seed: UInt64, rows: Int = 1500) -> (x: FeatureColumns, y: [Double]) {
    var generator = PCG64(seed: seed)
    var columns = [[Double]](repeating: [], count: 4)
    for _ in 0..<rows { for column in 0..<4 { columns[column].append(generator.random() * 4 - 2) } }
    let y = (0..<rows).map { row in
      let noise = generator.random() - 0.5
      return sin(2 * columns[0][row]) + columns[1][row] * columns[2][row] + noise
    }
    return (FeatureColumns(rows: rows, columns: columns.map { .numbers($0) }), y)
  }

  private static func target(_ y: [Double], _ choice: GBDT.ObjectiveChoice) -> TargetRows {
    let values: [Double]
    switch choice {
    case .poisson, .tweedie: values = y.map { exp($0 / 2).rounded(.down) }
    case .gamma: values = y.map { exp($0 / 2) }
    case .binary: values = y.map { $0 > 0 ? 1 : 0 }
    case .multiclass: values = y.map { $0 < -1 ? 0 : $0 < 1 ? 1 : 2 }
    default: values = y
    }
    return TargetRows(values.map { Float($0) }, weights: nil)
  }

  private static let choices: [GBDT.ObjectiveChoice] = [
    .regression, .absolute, .huber, .quantile, .poisson, .gamma, .tweedie, .binary, .multiclass,
  ]

  @Test(arguments: choices) func `a loss is LightGBM's or lower, to within a hundredth`(
    _ choice: GBDT.ObjectiveChoice
  ) throws {
    let recorded =
      try JSONSerialization.jsonObject(with: LightGBMTextTests.golden("losses.json")) as! [String: Any]
    let expected = try #require(recorded[choice.rawValue] as? Double)
    let ((x, y), (vx, vy)) = (Self.table(seed: 1), Self.table(seed: 2))
    let classes = choice == .binary ? 2 : choice == .multiclass ? 3 : nil
    func data(_ x: FeatureColumns, _ y: [Double]) -> TrainingData {
      let values = Self.target(y, choice).values
      return TrainingData(
        .columns(x), classes.map { .classes(values.map { Int($0) }, count: $0) } ?? .numbers(.init(column: values)))
    }
    var settings = GBDT()
    settings.objective = choice
    let trees = try settings.fit(data(x, y))
    let target = Self.target(vy, choice)
    let scores = trees.scores(of: vx).flatMap { $0 }
    var (g, h) = ([Float](repeating: 0, count: scores.count), [Float](repeating: 0, count: scores.count))
    let loss = trees.objective.objective.gradients(target, at: scores, &g, &h)
    #expect(loss <= 1.01 * expected)
  }
}
