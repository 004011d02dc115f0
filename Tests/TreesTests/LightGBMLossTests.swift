import BLASBridge
import Datasets
import Foundation
import Models
import Randomness
import Settings
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
    case .lambdarank: values = y.map { y in Double([-1, 0.5, 1.5, 2.5].count { y >= $0 }) }
    default: values = y
    }
    return TargetRows(values.map { Float($0) }, weights: nil, groups: choice == .lambdarank ? queries(y.count) : nil)
  }

  /// Of 15 rows each.
  private static func queries(_ rows: Int) -> [Int] { (0..<rows).map { $0 / 15 } }

  private static let choices: [GBDT.ObjectiveChoice] = [
    .regression, .absolute, .huber, .quantile, .poisson, .gamma, .tweedie, .binary, .multiclass, .lambdarank,
  ]

  @Test(arguments: choices) func `a loss is LightGBM's or lower, to within a hundredth`(
    _ choice: GBDT.ObjectiveChoice
  ) throws {
    let expected = try Self.recorded(choice.rawValue)
    let ((x, y), (vx, vy)) = (Self.table(seed: 1), Self.table(seed: 2))
    let classes = choice == .binary ? 2 : choice == .multiclass ? 3 : nil
    func data(_ x: FeatureColumns, _ y: [Double]) -> TrainingData {
      let values = Self.target(y, choice).values
      return TrainingData(
        .columns(x), classes.map { .classes(values.map { Int($0) }, count: $0) } ?? .numbers(.init(column: values)),
        groups: choice == .lambdarank ? Self.queries(values.count) : nil)
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

  private static let variants: [String: [String: HyperparameterValue]] = [
    "goss": ["data_sample_strategy": .text("goss")], "interactions": ["interaction_constraints": .text("[0,1],[2,3]")],
    "monotone": ["monotone_constraints": .integers([1, 1, 0, 0])], "depth": ["max_depth": .integer(3)],
    "bagging": ["bagging_fraction": .number(0.5), "bagging_freq": .integer(1)],
  ]

  @Test(arguments: variants.keys.sorted()) func `with constraints and samples, too`(_ variant: String) throws {
    let ((x, y), (vx, vy)) = (Self.table(seed: 1), Self.table(seed: 2))
    let data = TrainingData(.columns(x), .numbers(.init(column: y.map { Float($0) })))
    let trees = try GBDT(Self.variants[variant]!).fit(data)
    let loss = zip(trees.scores(of: vx), vy).reduce(0) { $0 + pow($1.0[0] - $1.1, 2) / 2 } / Double(vy.count)
    #expect(loss <= 1.01 * (try Self.recorded(variant)))
  }

  private static func recorded(_ name: String) throws -> Double {
    let losses = try JSONSerialization.jsonObject(with: LightGBMTextTests.golden("losses.json")) as! [String: Any]
    return try #require(losses[name] as? Double)
  }
}
