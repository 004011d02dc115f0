import BLASBridge
import Datasets
import Learning
import Models
import Randomness
import Settings
import Testing

@testable import Trees

@Suite struct ForestConstraintTests {
  /// Rows of a rising, a falling and a free column, with noise that breaks both; some values are missing.
  private func rows(_ count: Int, seed: UInt64 = 3) -> (columns: [[Double]], y: [Double]) {
    var generator = PCG64(seed: seed)
    let x = (0..<3).map { _ in (0..<count).map { $0 % 17 == 5 ? Double.nan : generator.uniform(-2, 2) } }
    let y = (0..<count).map { row -> Double in
      let own = x.map { $0[row].isNaN ? 0.3 : $0[row] }
      return own[0] - own[1] + own[2] * own[2] + generator.uniform(-2, 2)
    }
    return (x, y)
  }

  private func fitted(_ name: String, _ data: TrainingData, _ directions: [Int]) throws -> FittedForest {
    func fit(_ model: some ForestModel) throws -> FittedForest {
      var model = model
      model.forest.trees = 12
      model.forest.monotone = directions
      return FittedForest(try model.fit(data).forest)
    }
    switch name {
    case "extra_trees": return try fit(ExtraTrees())
    case "leaves":
      var model = RandomForest()
      model.forest.mostLeaves = 24
      return try fit(model)
    default: return try fit(RandomForest())
    }
  }

  /// By how much predictions go against the directions where one column of real rows rises, at most.
  private func worst(_ forest: FittedForest, _ columns: [[Double]], output: Int, _ directions: [Int]) -> Float {
    var worst: Float = 0
    for (feature, direction) in directions.enumerated() where direction != 0 {
      for row in stride(from: 0, to: 300, by: 7) {
        let steps = (0...40).map { -2.5 + 5 * Double($0) / 40 }
        let moved = columns.indices.map { column in column == feature ? steps : steps.map { _ in columns[column][row] }
        }
        let rows = FeatureColumns(rows: steps.count, columns: moved.map { .numbers($0) })
        let outputs = forest.outputs(rows)
        for step in 1..<steps.count {
          worst = max(worst, Float(direction) * (outputs[step - 1, output] - outputs[step, output]))
        }
      }
    }
    return worst
  }

  @Test(arguments: ["random_forest", "extra_trees", "leaves"], [false, true])
  func `predictions rise and fall as is asked for, on every row`(_ name: String, ofClasses: Bool) throws {
    let (columns, y) = rows(500)
    let data =
      ofClasses
      ? TrainingData(columns, labels: y.map { $0 > 1 ? 1 : 0 }, classes: 2)
      : TrainingData(columns, numbers: y.map { Float($0) })
    let (directions, output) = ([1, -1, 0], ofClasses ? 1 : 0)
    let (free, bound) = (try fitted(name, data, []), try fitted(name, data, directions))
    #expect(worst(free, columns, output: output, directions) > 0.05)
    #expect(worst(bound, columns, output: output, directions) == 0)
    // The free column is still used, and rows are still told apart.
    let splits = bound.forest.trees.map(\.tree).splits(features: 3)
    #expect(splits.allSatisfy { $0 > 10 })
  }

  @Test func `directions of three classes, of categories or of another number of columns are refused`() throws {
    var model = RandomForest()
    model.forest.monotone = [1, 0, 0]
    #expect(throws: HyperparameterError.self) { try model.fit(threeClasses(rows: 60)) }
    model.forest.monotone = [1]
    #expect(throws: HyperparameterError.self) { try model.fit(curve(rows: 60)) }
    let rows = FeatureColumns(rows: 4, columns: [.codes([0, 1, 0, 1], levels: 2)])
    #expect(throws: HyperparameterError.self) {
      try model.fit(TrainingData(.columns(rows), .numbers(.init(column: [1, 2, 3, 4]))))
    }
  }

  @Test(arguments: [true, false]) func `quantiles are those of the weights that leaves give training rows`(
    bootstrap: Bool
  ) throws {
    var model = RandomForest()
    (model.forest.trees, model.forest.leastRowsInLeaf, model.forest.keepsTargets) = (9, 5, true)
    model.forest.isBootstrapped = bootstrap
    if !bootstrap { model.forest.features = .count(1) }
    // Some targets repeat.
    let data = curve(rows: 240)
    let y = data.numbers.elements.map { ($0 * 8).rounded() / 8 }
    let training = TrainingData(data.features, .numbers(.init(column: y)))
    let fit = try model.fit(training)
    let shares = [0.5, 0, 0.1, 0.9, 1]
    let other = curve(rows: 90, seed: 8).features
    let found = FittedForest(fit.forest).quantiles(shares, of: other)
    for row in 0..<90 {
      var weights: [Float: Double] = [:]
      for tree in fit.forest.trees {
        let leaf = tree.tree.leaf { other.columns.columns[$0].number(row) }
        for entry in tree.shares.starts[leaf]..<tree.shares.starts[leaf + 1] {
          weights[fit.forest.targets![Int(tree.shares.classes[entry])], default: 0] += Double(tree.shares.shares[entry])
        }
      }
      #expect(abs(weights.values.reduce(0, +) - 9) < 1e-5)
      for (index, share) in shares.enumerated() {
        var sum = 0.0
        let expected = weights.keys.sorted().first { target in
          sum += weights[target]!
          return sum >= share * 9 - 1e-4
        }
        #expect(found[row, index] == expected, "\(row) \(share)")
      }
    }
    // Without drawing, the leaf of a row has its own target among others, and the mean of a leaf is its value.
    for tree in fit.forest.trees {
      for (leaf, own) in tree.tree.leaves.enumerated() {
        let range = tree.shares.starts[leaf]..<tree.shares.starts[leaf + 1]
        let mean = range.reduce(0.0) {
          $0 + Double(tree.shares.shares[$1]) * Double(fit.forest.targets![Int(tree.shares.classes[$1])])
        }
        #expect(abs(mean - own.value) < 1e-5)
      }
    }
    var checkpoint = Checkpoint()
    fit.save(into: &checkpoint)
    let read = try Checkpoint(safetensors: checkpoint.safetensors())
    let again = try #require(
      try model.fitted(from: read, features: 3, outputs: 1) as? FittedForest)
    #expect(again.forest == fit.forest)
    #expect(again.quantiles(shares, of: other).elements == found.elements)
  }

  @Test func `nine of ten new targets lie between the quantiles of .05 and .95`() throws {
    var model = ExtraTrees()
    (model.forest.trees, model.forest.leastRowsInLeaf, model.forest.keepsTargets) = (30, 10, true)
    let (columns, y) = rows(1500)
    let fit = try model.fit(TrainingData(columns, numbers: y.map { Float($0) }))
    let (others, truth) = rows(600, seed: 12)
    let features = Features.columns(FeatureColumns(rows: 600, columns: others.map { .numbers($0) }))
    let found = FittedForest(fit.forest).quantiles([0.05, 0.95], of: features)
    let inside = truth.indices.count { Double(found[$0, 0]) <= truth[$0] && truth[$0] <= Double(found[$0, 1]) }
    #expect((510...590).contains(inside), "\(inside)")
    #expect(!FittedForest(try RandomForest().fit(curve(rows: 40)).forest).hasQuantiles)
  }
}
