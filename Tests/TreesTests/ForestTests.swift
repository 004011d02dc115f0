import Datasets
import Learning
import Models
import Randomness
import Settings
import Testing

@testable import Trees

extension ForestModel {
  func fit(_ data: TrainingData, seed: UInt64 = 1) throws -> ForestFit {
    let fit = try ForestFit(forest, data, validation: nil, seed: seed)
    while !fit.isFinished { _ = try fit.advance(reporting: NoSink()) { _, _ in } }
    return fit
  }
}

/// Rows of three classes by two columns of numbers, one of categories and one of noise; some values are missing.
func threeClasses(rows: Int, seed: UInt64 = 5) -> TrainingData {
  var generator = PCG64(seed: seed)
  let x = (0..<rows).map { $0 % 13 == 0 ? Double.nan : generator.uniform(-1, 1) }
  let y = (0..<rows).map { _ in generator.uniform(-1, 1) }
  let codes = (0..<rows).map { _ in Int32(generator.uniform(0, 6)) - 1 }
  let labels = (0..<rows).map { row in
    generator.uniform(0, 1) < 0.1 ? row % 3 : codes[row] == 2 || codes[row] == 4 ? 2 : x[row] > y[row] ? 1 : 0
  }
  return TrainingData(
    .columns(FeatureColumns(rows: rows, columns: [.numbers(x), .numbers(y), .codes(codes, levels: 6)])),
    .classes(labels, count: 3))
}

@Suite struct ForestTests {
  @Test func `a tree of classes is that by hand, by the Gini impurity`() throws {
    // Σ w²/w of 1|5, 2|4, 3|3, 4|2, 5|1 rows: the third is best, and then the right side is split before its last row.
    let data = TrainingData([[1, 2, 3, 4, 5, 6]], labels: [0, 0, 0, 1, 1, 0], classes: 2)
    let tree = try SingleTree().fit(data).forest.trees[0].tree
    #expect(tree.nodes.map(\.question) == [.atMost(3.5, .side(isLeft: true)), .atMost(5.5, .side(isLeft: true))])
    // 9/3 + (4 + 1)/3 − (16 + 4)/6, and 4/2 + 1 − 5/3.
    #expect(abs(tree.nodes[0].gain - (3 + 5.0 / 3 - 20.0 / 6)) < 1e-12)
    #expect(abs(tree.nodes[1].gain - (3 - 5.0 / 3)) < 1e-12)
    #expect(tree.leaves.map(\.value) == [0, 1, 0] && tree.leaves.map(\.count) == [3, 2, 1])
    #expect(tree.nodes[0].value == 1.0 / 3 && tree.nodes[1].value == 2.0 / 3)
  }

  @Test func `a tree of numbers is that by hand, by the variance`() throws {
    let data = TrainingData([[1, 2, 3, 4]], numbers: [0, 1, 10, 12])
    var settings = SingleTree()
    settings.forest.mostLeaves = 3
    let tree = try settings.fit(data).forest.trees[0].tree
    #expect(tree.nodes.map(\.question) == [.atMost(2.5, .side(isLeft: true)), .atMost(3.5, .side(isLeft: true))])
    // The sums of squares about the means: 112.75, then 0.5 and 2.
    #expect(abs(tree.nodes[0].gain - (112.75 - 2.5)) < 1e-9 && abs(tree.nodes[1].gain - 2) < 1e-9)
    #expect(tree.leaves.map(\.value).sorted() == [0.5, 10, 12])
    settings.forest.mostLeaves = nil
    settings.forest.leastDecrease = 2.0 / 4 + 0.01
    #expect(try settings.fit(data).forest.trees[0].tree.leaves.count == 2)
  }

  @Test(arguments: ["gini", "entropy"]) func `a full tree knows its rows, and limits hold`(criterion: String) throws {
    let data = threeClasses(rows: 300)
    let full = try SingleTree(["criterion": .text(criterion)]).fit(data)
    let outputs = full.fittedModel.outputs(of: data.features)
    #expect((0..<300).allSatisfy { outputs[$0, data.labels[$0]] == 1 })
    let depth = try SingleTree(["criterion": .text(criterion), "max_depth": .integer(3)]).fit(data).forest.trees[0]
    #expect(depth.tree.depth == 3)
    let rows = try SingleTree(["min_samples_leaf": .integer(20)]).fit(data).forest.trees[0].tree
    #expect(rows.leaves.count > 3 && rows.leaves.allSatisfy { $0.count >= 20 })
    #expect(rows.leaves.reduce(0) { $0 + $1.count } == 300)
    let few = try RandomForest(["max_leaf_nodes": .integer(7)]).fit(data).forest.trees
    #expect(few.allSatisfy { $0.tree.leaves.count == 7 })
    let split = try SingleTree(["min_samples_split": .integer(50)]).fit(data).forest.trees[0].tree
    #expect(split.nodes.allSatisfy { $0.count >= 50 } && split.nodes.count > 2)
  }

  @Test func `a criterion of another kind of target is refused in a sentence`() throws {
    let error = #expect(throws: HyperparameterError.self) {
      try RandomForest(["criterion": .text("gini")]).fit(curve(rows: 20))
    }
    #expect("\(error!)".contains("squared_error"))
    #expect(throws: HyperparameterError.self) {
      try RandomForest(["criterion": .text("squared_error")]).fit(threeClasses(rows: 20))
    }
  }

  @Test func `rows and features are drawn by the seed, anew for each tree`() throws {
    let data = threeClasses(rows: 200)
    let (a, b, c) = try (
      RandomForest(["n_estimators": .integer(5)]).fit(data, seed: 3),
      RandomForest(["n_estimators": .integer(5)]).fit(data, seed: 3),
      RandomForest(["n_estimators": .integer(5)]).fit(data, seed: 4)
    )
    #expect(a.forest == b.forest && a.forest != c.forest)
    #expect(Set(a.forest.trees).count == 5)
    // About 1 − 1/e of the rows are drawn for a tree, which count as many times as all rows.
    for tree in a.forest.trees {
      #expect((100...150).contains(tree.tree.leaves.reduce(0) { $0 + $1.count }))
      #expect(tree.tree.leaves.reduce(0) { $0 + $1.weight } == 200)
    }
    // Without bootstrap all rows are taken, and only features and thresholds are drawn.
    let extra = try ExtraTrees(["n_estimators": .integer(5)]).fit(data).forest
    #expect(Set(extra.trees).count == 5)
    #expect(extra.trees.allSatisfy { $0.tree.leaves.reduce(0) { $0 + $1.count } == 200 })
    #expect(Set(a.forest.trees.map { $0.tree.nodes[0].feature }).count > 1)
  }

  @Test func `the number of features for a split is that of max_features`() throws {
    func count(_ value: HyperparameterValue, isClassification: Bool = true) throws -> Int {
      try RandomForest(["max_features": value]).forest.features.count(of: 50, isClassification: isClassification)
    }
    #expect(try count(.text("auto")) == 7 && count(.text("auto"), isClassification: false) == 50)
    #expect(try count(.text("sqrt"), isClassification: false) == 7 && count(.text("log2")) == 5)
    #expect(try count(.text("all")) == 50 && count(.number(0.5)) == 25 && count(.integer(1)) == 1)
    #expect(try count(.number(1)) == 50 && count(.integer(70)) == 50 && count(.number(0.001)) == 1)
    #expect(throws: HyperparameterError.self) { try count(.number(1.5)) }
    let error = #expect(throws: HyperparameterError.self) { try count(.text("sqr")) }
    #expect("\(error!)".contains("sqrt"))
  }

  @Test(arguments: ["classes", "two", "numbers", "extra"])
  func `a forest that was saved and resumed is the same byte for byte`(_ kind: String) throws {
    var data = threeClasses(rows: 150)
    if kind == "numbers" { data = curve(rows: 150) }
    if kind == "two" { data = TrainingData(data.features, .classes(data.labels.map { $0 == 2 ? 1 : 0 }, count: 2)) }
    let values: [String: HyperparameterValue] = ["n_estimators": .integer(12)]
    let settings = try kind == "extra" ? ExtraTrees(values).forest : RandomForest(values).forest
    // Other rows, and fewer.
    var other = threeClasses(rows: 60, seed: 8)
    if kind == "numbers" { other = curve(rows: 60, seed: 8) }
    if kind == "two" { other = TrainingData(other.features, .classes(other.labels.map { $0 == 2 ? 1 : 0 }, count: 2)) }
    func start() throws -> ForestFit { try ForestFit(settings, data, validation: other, seed: 9) }
    func state(_ fit: ForestFit) -> [UInt8] {
      var checkpoint = Checkpoint()
      fit.save(into: &checkpoint)
      return checkpoint.safetensors()
    }
    func advance(_ fit: ForestFit) throws -> FitLosses { try fit.advance(reporting: NoSink()) { _, _ in } }
    let (whole, first, second) = (try start(), try start(), try start())
    var losses: [FitLosses] = []
    while !whole.isFinished { losses.append(try advance(whole)) }
    for _ in 0..<5 { _ = try advance(first) }
    try second.load(from: Checkpoint(safetensors: state(first)))
    #expect(second.step == 5)
    while !second.isFinished { #expect(try advance(second) == losses[second.step - 1]) }
    #expect(state(second) == state(whole) && second.outOfBagScore == whole.outOfBagScore)
    // What was saved predicts as what was fitted, and as the fit itself says of its rows.
    var checkpoint = Checkpoint()
    whole.save(into: &checkpoint)
    let fitted = try RandomForest().fitted(
      from: Checkpoint(safetensors: checkpoint.safetensors()), features: 3, outputs: whole.forest.outputCount)
    let outputs = fitted.outputs(of: data.features).elements
    #expect(outputs == whole.fittedModel.outputs(of: data.features).elements)
    #expect(fitted.outputs(of: other.features).elements == whole.validationOutputs!.elements)
    let own = try ForestFit(settings, data, validation: data, seed: 9)
    while !own.isFinished {
      // The training rows by the leaves that they were grown in, and as any rows.
      let losses = try advance(own)
      #expect(losses.training == losses.validation)
    }
  }

  @Test func `probabilities are shares that sum to 1, on rows with what was not seen`() throws {
    let data = threeClasses(rows: 400)
    let model = try RandomForest(["n_estimators": .integer(20), "min_samples_leaf": .integer(5)]).fit(data).fittedModel
    let nan = Double.nan
    let odd = FeatureColumns(
      rows: 4,
      columns: [.numbers([nan, 9, -9, .infinity]), .numbers([nan, 0, 1, nan]), .codes([-1, 5, 30, 2], levels: 31)])
    let outputs = model.outputs(of: .columns(odd))
    for row in 0..<4 {
      let shares = (0..<3).map { outputs[row, $0] }
      #expect(abs(shares.reduce(0, +) - 1) < 1e-5 && shares.allSatisfy { $0 >= 0 })
    }
    // A category that was not seen goes with the missing ones.
    let (unseen, missing) = (
      FeatureColumns(rows: 1, columns: [.numbers([0.5]), .numbers([0]), .codes([30], levels: 31)]),
      FeatureColumns(rows: 1, columns: [.numbers([0.5]), .numbers([0]), .codes([-1], levels: 31)])
    )
    #expect(model.outputs(of: .columns(unseen)).elements == model.outputs(of: .columns(missing)).elements)
  }

  @Test func `missing values choose their side, and categories are sets`() throws {
    let nan = Double.nan
    let numbers = TrainingData([[1, 2, nan, 4, nan, 6]], numbers: [0, 0, 5, 5, 5, 5])
    let tree = try SingleTree().fit(numbers).forest.trees[0].tree
    #expect(tree.nodes.map(\.question) == [.atMost(3, .side(isLeft: false))])
    // Only that a value is missing tells them apart.
    let only = try SingleTree().fit(TrainingData([[1, 1, nan, 1, nan, 1]], numbers: [0, 0, 5, 0, 5, 0])).forest.trees[0]
    #expect(only.tree.leaf { _ in nan } != only.tree.leaf { _ in 1e300 } && only.tree.leaves.count == 2)
    let codes = FeatureColumns(rows: 6, columns: [.codes([0, 1, 2, 3, 0, -1], levels: 4)])
    for target in [
      SupervisedTarget.numbers(.init(column: [7, 0, 7, 0, 7, 0])), .classes([1, 0, 1, 0, 1, 0], count: 2),
      .classes([2, 0, 2, 0, 2, 0], count: 3),
    ] {
      let tree = try SingleTree().fit(TrainingData(.columns(codes), target)).forest.trees[0].tree
      #expect(tree.nodes.map(\.question) == [.among([0, 2])])
    }
  }

  @Test(arguments: [true, false]) func `the out-of-bag score is near that of other rows`(areClasses: Bool) throws {
    let (data, other) =
      areClasses
      ? (threeClasses(rows: 600), threeClasses(rows: 600, seed: 6)) : (curve(rows: 600), curve(rows: 600, seed: 6))
    let fit = try RandomForest(["n_estimators": .integer(40)]).fit(data)
    let outputs = fit.fittedModel.outputs(of: other.features)
    let score: Double
    if areClasses {
      let hits = (0..<600).count { row in (0..<3).max { outputs[row, $0] < outputs[row, $1] }! == other.labels[row] }
      score = Double(hits) / 600
    } else {
      let y = other.numbers.elements
      let mean = y.reduce(0, +) / 600
      let errors = zip(y, outputs.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      score = Double(1 - errors / y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
    }
    #expect(score > 0.75 && abs(fit.outOfBagScore! - score) < 0.06)
    #expect(try ExtraTrees(["n_estimators": .integer(2)]).fit(data).outOfBagScore == nil)
  }

  @Test func `odd data give a forest that makes sense, or a sentence`() throws {
    let settings = try RandomForest(["n_estimators": .integer(5)])
    let x: [Double] = [1, 2, 3, 4, 5, 6]
    let nan = Double.nan
    func output(_ data: TrainingData, _ columns: [[Double]]) throws -> [Float] {
      let rows = FeatureColumns(rows: columns[0].count, columns: columns.map { .numbers($0) })
      return try settings.fit(data).fittedModel.outputs(of: .columns(rows)).elements
    }
    #expect(try output(TrainingData([x], numbers: [3, 3, 3, 3, 3, 3]), [[9]]) == [3])
    #expect(try output(TrainingData([x], labels: [1, 1, 1, 1, 1, 1], classes: 2), [[2]]) == [0, 1])
    #expect(try output(TrainingData([x], labels: [0, 0, 0, 0, 0, 0], classes: 1), [[2]]).first == 1)
    let empty = try output(TrainingData([[nan, nan], [7, 7]], numbers: [0, 1]), [[nan], [7]])
    #expect(empty[0] >= 0 && empty[0] <= 1)
    let wide = try output(
      TrainingData((0..<40).map { [0, 1, Double($0)] }, numbers: [0, 1, 2]), (0..<40).map { _ in [1] })
    #expect(wide[0] >= 0 && wide[0] <= 2)
    let ends = TrainingData([[-.infinity, 1, 2, .infinity]], numbers: [0, 0, 0, 9])
    for values in [["n_estimators": HyperparameterValue.integer(9)]] {
      let extra = try ExtraTrees(values).fit(ends).fittedModel
      #expect(extra.outputs(of: ends.features).elements == [0, 0, 0, 9])
    }
    for weights in [[1, .infinity, 1, 1, 1, 1], [1, -1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]] as [[Float]] {
      let error = #expect(throws: (any Error).self) {
        try settings.fit(TrainingData([x], numbers: [0, 1, 2, 3, 4, 5], weights: weights))
      }
      #expect("\(error!)".contains("weight"))
    }
    let huge = TrainingData([x], numbers: [1e38, -1e38, 1e38, 3e38, 0, -3e38])
    if let fit = try? settings.fit(huge) {
      #expect(fit.fittedModel.outputs(of: huge.features).elements.allSatisfy { $0.isFinite })
    }
  }

  @Test func `a row of weight 2 counts as two rows`() throws {
    let twice = TrainingData([[1, 1, 2, 3, 3]], numbers: [1, 1, 2, 9, 9])
    let weighted = TrainingData([[1, 2, 3]], numbers: [1, 2, 9], weights: [2, 1, 2])
    let rows = FeatureColumns(rows: 3, columns: [.numbers([1, 2, 3])])
    let settings = try SingleTree(["max_depth": .integer(1)])
    let outputs = try settings.fit(twice).fittedModel.outputs(of: .columns(rows)).elements
    #expect(try outputs == settings.fit(weighted).fittedModel.outputs(of: .columns(rows)).elements)
    #expect(outputs[0] == Float(4.0 / 3) && outputs[2] == 9)
  }

  @Test func `threads grow the same forest, saved and resumed between their trees, too`() throws {
    let data = curve(rows: 300)
    var settings = RandomForest()
    settings.forest.trees = 7
    func fit(_ threads: Int) throws -> ForestFit {
      let fit = try ForestFit(settings.forest, data, validation: nil, seed: 3)
      fit.setThreads(threads)
      return fit
    }
    func finish(_ fit: ForestFit) throws -> Forest {
      while !fit.isFinished { _ = try fit.advance(reporting: NoSink()) { _, _ in } }
      return fit.forest
    }
    let alone = try finish(fit(1))
    for threads in [2, 3, 9] { #expect(try finish(fit(threads)) == alone) }
    let begun = try fit(3)
    for _ in 0..<4 { _ = try begun.advance(reporting: NoSink()) { _, _ in } }
    var checkpoint = Checkpoint()
    begun.save(into: &checkpoint)
    let resumed = try fit(2)
    try resumed.load(from: checkpoint)
    #expect(try finish(resumed) == alone)
  }

  @Test func `a tree sees as many rows as are drawn, and balanced classes alike`() throws {
    let data = TrainingData([(0..<100).map(Double.init)], labels: (0..<100).map { $0 < 90 ? 0 : 1 }, classes: 2)
    func tree(_ change: (inout ForestSettings) -> Void) throws -> DecisionTree {
      var settings = RandomForest()
      (settings.forest.trees, settings.forest.maximumDepth) = (1, 1)
      change(&settings.forest)
      let fit = try ForestFit(settings.forest, data, validation: nil, seed: 1)
      _ = try fit.advance(reporting: NoSink()) { _, _ in }
      return fit.forest.trees[0].tree
    }
    #expect(try tree { _ in }.nodes[0].weight == 100)
    #expect(try tree { $0.rowShare = 0.25 }.nodes[0].weight == 25)
    #expect(try tree { ($0.isBootstrapped, $0.rowShare) = (false, 0.25) }.nodes[0].weight == 100)
    let balanced = try tree { ($0.isBootstrapped, $0.classWeight) = (false, .balanced) }
    #expect(balanced.leaves.map { ($0.weight * 100).rounded() } == [5000, 5000])
  }
}
