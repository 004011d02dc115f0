import BLASBridge
import Datasets
import Foundation
import Models
import Randomness
import Testing

@testable import Trees

/// Shapley values of trees beside those of LightGBM and of the definition.
@Suite struct TreeContributionTests {
  // MARK: The definition

  /// Shapley values by their definition: `value` gives the output where only the features in the set are known.
  private static func shapley(_ features: Int, _ value: (Set<Int>) -> Double) -> [Double] {
    let factorial = (0...features).map { (0..<$0).reduce(1.0) { $0 * Double($1 + 1) } }
    return (0..<features).map { feature in
      (0..<1 << features).reduce(0.0) { sum, mask in
        let known = Set((0..<features).filter { mask >> $0 & 1 == 1 })
        if known.contains(feature) { return sum }
        let weight = factorial[known.count] * factorial[features - known.count - 1] / factorial[features]
        return sum + weight * (value(known.union([feature])) - value(known))
      }
    }
  }

  /// The mean leaf where what is not known goes as the rows went.
  private static func mean(_ tree: DecisionTree, _ leaves: [Double], _ known: Set<Int>, _ x: (Int) -> Double) -> Double
  {
    func count(_ place: Int) -> Double { Double(place < 0 ? tree.leaves[~place].count : tree.nodes[place].count) }
    func mean(_ place: Int) -> Double {
      if place < 0 { return leaves[~place] }
      let node = tree.nodes[place]
      if known.contains(node.feature) { return mean(node.question.isLeft(x(node.feature)) ? node.left : node.right) }
      let (left, right) = (count(node.left), count(node.right))
      return (left * mean(node.left) + right * mean(node.right)) / (left + right)
    }
    return mean(tree.nodes.isEmpty ? ~0 : 0)
  }

  /// Trees of few features, so that most are asked for several times on a way, with missing values and categories.
  private static func data(rows: Int, seed: UInt64) -> (columns: FeatureColumns, y: [Float]) {
    var generator = PCG64(seed: seed)
    var numbers = (0..<4).map { _ in (0..<rows).map { _ in generator.uniform(-2, 2) } }
    for row in 0..<rows where generator.random() < 0.2 { numbers[1][row] = .nan }
    let codes = (0..<rows).map { _ in Int32(generator.integers(-1, 7)) }
    let y = (0..<rows).map { row in
      let first = numbers[0][row] * numbers[2][row] + (numbers[1][row].isNaN ? 1 : numbers[1][row])
      return Float(first + ([1, 4, 5].contains(codes[row]) ? 2 : 0) + generator.uniform(-0.2, 0.2))
    }
    return (FeatureColumns(rows: rows, columns: numbers.map { .numbers($0) } + [.codes(codes, levels: 7)]), y)
  }

  private static func trees(_ settings: GBDT = .small(trees: 6, leaves: 20, rows: 2)) throws -> (
    AddedTrees, FeatureColumns
  ) {
    let (columns, y) = data(rows: 300, seed: 3)
    let trees = try settings.fit(TrainingData(.columns(columns), .numbers(Matrix(column: y))))
    return (FittedTrees(trees).addedTrees, columns)
  }

  private static func some(_ columns: FeatureColumns, _ rows: Range<Int>) -> FeatureColumns {
    FeatureColumns(
      rows: rows.count,
      columns: columns.columns.map { column in
        switch column {
        case .numbers(let numbers): .numbers(Array(numbers[rows]))
        case .codes(let codes, let levels): .codes(Array(codes[rows]), levels: levels)
        }
      })
  }

  @Test func `values by training rows are those of the definition`() throws {
    let (trees, columns) = try Self.trees()
    #expect(trees.trees.map(\.depth).max()! > 5)
    let own = trees.contributions(of: Self.some(columns, 0..<19))
    for row in 0..<19 {
      let expected = Self.shapley(5) { known in
        trees.trees.indices.reduce(0.0) { sum, number in
          sum
            + Self.mean(trees.trees[number], trees.leafValues(of: number)[0].leaves, known) {
              columns.columns[$0].number(row)
            }
        }
      }
      for feature in 0..<5 { #expect(abs(own[0, feature, row] - expected[feature]) < 1e-12) }
    }
  }

  @Test func `values against background rows are those of the definition`() throws {
    let (trees, columns) = try Self.trees()
    let own = trees.contributions(of: Self.some(columns, 0..<7), against: Self.some(columns, 20..<31))
    for row in 0..<7 {
      let expected = Self.shapley(5) { known in
        (20..<31).reduce(0.0) { sum, other in
          sum + trees.outputs { columns.columns[$0].number(known.contains($0) ? row : other) }[0] / 11
        }
      }
      for feature in 0..<5 { #expect(abs(own[0, feature, row] - expected[feature]) < 1e-12) }
    }
    let mean = (20..<31).reduce(0.0) { sum, row in sum + trees.outputs { columns.columns[$0].number(row) }[0] / 11 }
    #expect(abs(own.expected[0] - mean) < 1e-12)
  }

  @Test func `a tree of one leaf adds to the expected output alone, and no row gives no value`() {
    let leaf = DecisionTree(nodes: [], leaves: [DecisionTree.Leaf(value: 3, weight: 1, count: 9)])
    let trees = FittedTrees(
      BoostedTrees(objective: ObjectiveRecord(.regression), features: 2, initialScores: [1], trees: [leaf, leaf])
    ).addedTrees
    for rows in [0, 3] {
      let numbers = [Double](repeating: 1, count: rows)
      let columns = FeatureColumns(rows: rows, columns: [.numbers(numbers), .numbers(numbers)])
      let own = trees.contributions(of: columns)
      #expect(own.expected == [7] && own.values == [Double](repeating: 0, count: 2 * rows))
      #expect(trees.expected == [7])
    }
  }

  @Test func `nodes that no row came to count half and half, and values stay finite`() {
    let node = DecisionTree.Node(
      feature: 0, question: .atMost(0, .side(isLeft: true)), left: ~0, right: ~1, gain: 1, value: 0, weight: 0, count: 0
    )
    let leaves = [1.0, 5].map { DecisionTree.Leaf(value: $0, weight: 0, count: 0) }
    let trees = FittedTrees(
      BoostedTrees(
        objective: ObjectiveRecord(.regression), features: 1, initialScores: [0],
        trees: [DecisionTree(nodes: [node], leaves: leaves)])
    ).addedTrees
    let own = trees.contributions(of: FeatureColumns(rows: 2, columns: [.numbers([-1, 1])]))
    #expect(own.expected == [3])
    #expect(abs(own[0, 0, 0] + 2) < 1e-12 && abs(own[0, 0, 1] - 2) < 1e-12)
  }

  // MARK: Sums

  /// That the values and the expected outputs add up to what the model gives each row.
  private static func checkSums(_ own: FeatureContributions, _ trees: AddedTrees, _ columns: FeatureColumns) {
    for row in 0..<columns.rows {
      let outputs = trees.outputs { columns.columns[$0].number(row) }
      for output in outputs.indices {
        let sum = (0..<own.features).reduce(own.expected[output]) { $0 + own[output, $1, row] }
        #expect(abs(sum - outputs[output]) < 1e-10)
      }
    }
  }

  @Test(arguments: [2, 3]) func `of classes, boosted trees add up to scores and forests to probabilities`(
    _ classes: Int
  ) throws {
    let (columns, y) = Self.data(rows: 400, seed: 8)
    let labels = y.map { $0 < 0 ? 0 : $0 < 2 || classes == 2 ? 1 : 2 }
    let data = TrainingData(.columns(columns), .classes(labels, count: classes))
    var forest = RandomForest()
    forest.forest.trees = 7
    for model in [GBDT.small(trees: 5) as any FittableModel, forest, ExtraTrees(), SingleTree()] {
      let learner = try model.makeLearner(data, validation: nil, seed: 2)
      while !learner.isFinished { _ = try learner.advance(reporting: NoSink()) { _, _ in } }
      let fitted = try #require(learner.fittedModel as? any ModelOfTrees)
      let trees = fitted.addedTrees
      #expect(trees.outputs == (classes == 2 ? 1 : 3))
      let rows = Self.some(columns, 0..<37)
      Self.checkSums(trees.contributions(of: rows), trees, rows)
      Self.checkSums(trees.contributions(of: rows, against: Self.some(columns, 50..<60)), trees, rows)
      guard trees.unit == .probability else { continue }
      let outputs = fitted.outputs(of: .columns(rows))
      for row in 0..<37 {
        let own = trees.outputs { columns.columns[$0].number(row) }
        #expect(abs(own.last! - Double(outputs[row, outputs.columns - 1])) < 1e-5)
      }
    }
  }

  @Test func `many rows in blocks are the same as few`() throws {
    let (columns, y) = Self.data(rows: 2500, seed: 4)
    let trees = FittedTrees(
      try GBDT.small(trees: 4).fit(TrainingData(.columns(columns), .numbers(Matrix(column: y))))
    ).addedTrees
    let (all, few) = (trees.contributions(of: columns), trees.contributions(of: Self.some(columns, 2400..<2500)))
    for feature in 0..<5 { for row in 0..<100 { #expect(all[0, feature, 2400 + row] == few[0, feature, row]) } }
    Self.checkSums(few, trees, Self.some(columns, 2400..<2500))
  }

  @Test(arguments: 1...12) func `quadrature with n points is exact for polynomials up to degree 2 n - 1`(_ count: Int) {
    let rule = GaussLegendre(count: count)
    for degree in 0..<2 * count {
      let sum = zip(rule.points, rule.weights).reduce(0.0) { $0 + $1.1 * pow($1.0, Double(degree)) }
      #expect(abs(sum * Double(degree + 1) - 1) < 1e-13)
    }
  }

  // MARK: LightGBM

  @Test(arguments: LightGBMTextTests.names) func `a model of LightGBM has the contributions that it has there`(
    _ name: String
  ) throws {
    let recorded =
      try JSONSerialization.jsonObject(with: LightGBMTextTests.golden("contributions.json")) as! [String: Any]
    let expected = try #require(recorded[name] as? [[Double]])
    let trees = FittedTrees(try LightGBMTextTests.model(name).trees).addedTrees
    let own = trees.contributions(of: try LightGBMTextTests.rows(areCodes: true))
    // Scores are read in units of the sigmoid.
    let unit = name == "scaled" ? 0.7 : 1
    #expect(own.rows == expected.count && expected[0].count == 5 * own.outputs)
    for (row, values) in expected.enumerated() {
      for output in 0..<own.outputs {
        for feature in 0..<5 {
          let value = unit * values[5 * output + feature]
          let found = feature < 4 ? own[output, feature, row] : own.expected[output]
          #expect(abs(found - value) <= 1e-6 * max(1e-3, abs(value)), "row \(row), feature \(feature)")
        }
      }
    }
  }
}
