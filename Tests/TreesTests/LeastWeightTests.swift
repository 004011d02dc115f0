import Datasets
import Foundation
import Learning
import Models
import Settings
import Testing

@testable import Trees

/// Leaves with a least weight: `min_weight_fraction_leaf`.
@Suite struct LeastWeightTests {
  /// What `Tests/Goldens/scikit_learn_trees.py` recorded.
  private struct Recorded: Decodable {
    struct Case: Decodable {
      var criterion: String
      var fraction: Double
      var weighted: Bool
      var leaves: Int?
      var counts: [Int]?
      var sums: [Double]?
      var outputs: [Double]
    }
    var x: [[Double]]
    var weights: [Float]
    var labels: [Int]
    var numbers: [Float]
    var cases: [Case]
  }

  @Test func `leaves are those of scikit-learn's trees`() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Goldens/recorded/models/trees.json")
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: url))
    let columns = FeatureColumns(rows: recorded.labels.count, columns: recorded.x.map { .numbers($0) })
    for one in recorded.cases {
      let data = TrainingData(
        .columns(columns),
        one.criterion == "squared_error"
          ? .numbers(.init(column: recorded.numbers)) : .classes(recorded.labels, count: 3),
        weights: one.weighted ? recorded.weights : nil)
      let model = try SingleTree([
        "criterion": .text(one.criterion), "min_weight_fraction_leaf": .number(one.fraction),
        "max_leaf_nodes": one.leaves.map { .integer($0) } ?? .none,
      ])
      let fit = try model.fit(data)
      let outputs = fit.fittedModel.outputs(of: data.features).elements
      #expect(outputs.count == one.outputs.count)
      #expect(zip(outputs, one.outputs).allSatisfy { abs(Double($0) - $1) < 1e-5 }, "\(one.criterion) \(one.fraction)")
      guard let counts = one.counts, let sums = one.sums else { continue }
      let tree = fit.forest.trees[0].tree
      let leaves = recorded.labels.indices.map { row in tree.leaves[tree.leaf { recorded.x[$0][row] }] }
      #expect(leaves.map(\.count) == counts, "\(one.criterion) \(one.fraction)")
      #expect(zip(leaves, sums).allSatisfy { abs($0.weight - $1) < 1e-4 }, "\(one.criterion) \(one.fraction)")
    }
    #expect(recorded.cases.contains { $0.fraction == 0.5 && Set($0.counts!) == [recorded.labels.count] })
  }

  @Test(arguments: ["random_forest", "extra_trees", "decision_tree"], [false, true])
  func `no leaf of any model has less, with missing values and categories too`(_ name: String, ofNumbers: Bool) throws {
    let rows = threeClasses(rows: 400)
    let weights = (0..<400).map { Float($0 % 7) / 3 + 0.05 }
    let target: SupervisedTarget =
      ofNumbers ? .numbers(.init(column: rows.labels.map { Float($0 * $0) })) : .classes(rows.labels, count: 3)
    let data = TrainingData(rows.features, target, weights: weights)
    func trees(_ model: some ForestModel, _ fraction: Double) throws -> [DecisionTree] {
      var model = model
      (model.forest.trees, model.forest.leastWeightShareInLeaf) = (min(8, model.forest.trees), fraction)
      return try model.fit(data).forest.trees.map(\.tree)
    }
    func trees(_ fraction: Double) throws -> [DecisionTree] {
      switch name {
      case "random_forest": try trees(RandomForest(), fraction)
      case "extra_trees": try trees(ExtraTrees(), fraction)
      default: try trees(SingleTree(), fraction)
      }
    }
    for (free, bound) in try zip(trees(0), trees(0.06)) {
      let whole = free.leaves.reduce(0) { $0 + $1.weight }
      #expect(abs(bound.leaves.reduce(0) { $0 + $1.weight } - whole) < 1e-6 * whole)
      #expect(bound.leaves.count > 4 && bound.leaves.allSatisfy { $0.weight >= 0.06 * whole * (1 - 1e-12) })
      #expect(free.leaves.contains { $0.weight < 0.06 * whole })
    }
  }

  @Test func `a share beyond a half is refused`() {
    #expect(throws: HyperparameterError.self) { try RandomForest(["min_weight_fraction_leaf": .number(0.51)]) }
    #expect(throws: HyperparameterError.self) { try SingleTree(["min_weight_fraction_leaf": .number(-0.1)]) }
  }
}
