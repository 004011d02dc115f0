import BLASBridge
import Datasets
import Learning
import Models
import Testing

@testable import Explanations

/// Importance by shuffling, and predictions over a column's values.
@Suite struct ColumnEffectTests {
  /// Predicts the product of the first two columns; a third is not looked at.
  private struct Product: FittedModel {
    var features: Int { 3 }
    func outputs(of rows: Features) -> Matrix<Float> {
      guard case .numbers(let x) = rows.columns.columns[0], case .numbers(let y) = rows.columns.columns[1] else {
        preconditionFailure()
      }
      return Matrix(column: zip(x, y).map { Float($0 * ($1.isNaN ? 0 : $1)) })
    }
    func save(into checkpoint: inout Checkpoint) {}
  }

  private static var rows: Features {
    Features.columns(
      FeatureColumns(
        rows: 60,
        columns: [
          .numbers((0..<60).map { Double($0 % 6) }), .numbers((0..<60).map { $0 == 5 ? .nan : Double($0 / 6) - 4.5 }),
          .codes((0..<60).map { Int32($0 % 4) - 1 }, levels: 3),
        ]))
  }
  private static var model: ExplainedModel {
    ExplainedModel(
      Product(),
      columns: [
        SourceColumn(name: "a", features: 0..<1, encoding: .plainNumber),
        SourceColumn(name: "b", features: 1..<2, encoding: .plainNumber),
        SourceColumn(name: "c", features: 2..<3, encoding: .code(levels: ["x", "y", "z"])),
      ], classes: nil, target: "t")
  }

  @Test func `a column that is not looked at loses nothing, and others what their shuffling costs`() throws {
    let truth = Self.model.predictions(Self.rows).map { Float($0[0]) }
    let own = try #require(
      Self.model.permutationImportance(of: Self.rows, .numbers(truth), metric: "mse", repeats: 40, seed: 3))
    #expect(own.score == 0 && own.repeats == 40 && own.columns.map(\.name) == ["a", "b", "c"])
    let idle = own.columns[2].loss
    #expect(idle.mean == 0 && idle.low == 0 && idle.high == 0)
    // Of a shuffled column the mean squared error is twice its variance times the other's mean square.
    let expected = (a: 2 * 35.0 / 12 * 8.25, b: 2 * 8.25 * 55.0 / 6)
    #expect(own.columns[0].loss.low < expected.a && expected.a < own.columns[0].loss.high * 1.02)
    #expect(abs(own.columns[1].loss.mean / expected.b - 1) < 0.15)
    #expect(own.columns[1].loss.low < own.columns[1].loss.mean)
    let again = try #require(
      Self.model.permutationImportance(of: Self.rows, .numbers(truth), metric: "mse", repeats: 40, seed: 3))
    #expect(again.columns.map(\.loss) == own.columns.map(\.loss))
  }

  @Test func `of a score that is to be high the loss is how much it falls`() throws {
    let truth = Self.model.predictions(Self.rows).map { Float($0[0]) }
    let own = try #require(
      Self.model.permutationImportance(of: Self.rows, .numbers(truth), metric: "r2", repeats: 5, seed: 3))
    #expect(own.score == 1 && own.columns[0].loss.mean > 0.5)
    #expect(
      Self.model.permutationImportance(of: Self.rows, .numbers(truth), metric: "roc_auc", repeats: 5, seed: 3) == nil)
  }

  @Test func `the mean prediction over a column is that of the rows with its value`() throws {
    let own = try #require(Self.model.partialDependence(on: Self.model.columns[0], Self.rows))
    #expect(own.values == (0..<6).map { .number(Double($0)) })
    // The mean of b, whose missing value counts as 0, less that row's -4.5.
    let mean = 4.5 / 60
    for (place, value) in own.means[0].enumerated() { #expect(abs(value - Double(place) * mean) < 1e-6) }
    #expect(own.curves[0].count == 50 && own.curves[0][0][3] == 3 * -4.5)
  }

  @Test func `many numbers are cut at equal shares of the rows, and levels are listed as there are`() throws {
    let some = try #require(Self.model.partialDependence(on: Self.model.columns[1], Self.rows, most: 4))
    #expect(some.values == [.number(-4.5), .number(-1.5), .number(1.5), .number(4.5)])
    let levels = try #require(Self.model.partialDependence(on: Self.model.columns[2], Self.rows))
    #expect(levels.values == [.level(0, "x"), .level(1, "y"), .level(2, "z")])
    #expect(Self.model.partialDependence(on: Self.model.columns[2], Self.rows.chosen([0, 4])) == nil)
  }
}
