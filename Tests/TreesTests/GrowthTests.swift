import Datasets
import Models
import Settings
import Testing

@testable import Trees

/// Small trees, computed by hand.
@Suite struct GrowthTests {
  @Test func `a stump parts the rows where squared errors fall most, with the means as values`() throws {
    var settings = GBDT.small(trees: 1, leaves: 2)
    settings.learningRate = 1
    // The mean is 4. {0, 1} and {5, 10}: gains (-7)²/2 + 7²/2 = 49; by the first row alone 16·4/3, by the last 36·4/3 = 48.
    let trees = try settings.fit(TrainingData([[1, 2, 3, 4]], numbers: [0, 1, 5, 10]))
    #expect(trees.initialScores == [4])
    let tree = try #require(trees.trees.first)
    #expect(tree.nodes.count == 1 && tree.leaves.map(\.count) == [2, 2])
    #expect(tree.nodes[0].question == .atMost(2.5, .side(isLeft: true)))
    #expect(tree.leaves.map(\.value) == [-3.5, 3.5] && tree.leaves.map(\.weight) == [2, 2])
    // Gradients are rounded to a sixtieth of the largest.
    #expect(abs(tree.nodes[0].gain - 49) < 2)
  }

  @Test func `the leaf whose split gains most is split next, or one of the least depth`() throws {
    // Of the four on the right two splits gain more than the one on the left: 625 and 50, not 19.
    let x: [Double] = [1, 2, 3, 4, 5, 6, 7, 8]
    let y: [Float] = [0, 0, 0, 5, 100, 100, 120, 130]
    var settings = GBDT.small(trees: 1, leaves: 4)
    settings.learningRate = 1
    let best = try settings.fit(TrainingData([x], numbers: y)).trees[0]
    #expect(best.depth == 3 && best.leaves.map(\.count).sorted() == [1, 1, 2, 4])
    settings.growth = .depthwise
    let balanced = try settings.fit(TrainingData([x], numbers: y)).trees[0]
    #expect(balanced.depth == 2 && balanced.leaves.count == 4)
    settings.maximumDepth = 1
    #expect(try settings.fit(TrainingData([x], numbers: y)).trees[0].leaves.count == 2)
  }

  @Test func `penalties shrink values, and small leaves and small gains are none`() throws {
    let data = TrainingData([[1, 2, 3, 4]], numbers: [0, 0, 8, 8])
    func values(_ change: (inout GBDT) -> Void) throws -> [Double] {
      var settings = GBDT.small(trees: 1, leaves: 2)
      settings.learningRate = 1
      change(&settings)
      return try settings.fit(data).trees[0].leaves.map(\.value)
    }
    #expect(try values { _ in } == [-4, 4])
    #expect(try values { $0.l2 = 2 } == [-2, 2])
    #expect(try values { $0.l1 = 2 } == [-3, 3])
    #expect(try values { $0.learningRate = 0.5 } == [-2, 2])
    #expect(try values { $0.leastRowsInLeaf = 3 }.count == 1)
    #expect(try values { $0.leastHessianInLeaf = 2.5 }.count == 1)
    // The split gains 8²/2 + 8²/2 = 64.
    #expect(try values { $0.leastGain = 70 }.count == 1)
    #expect(try values { $0.leastGain = 60 }.count == 2)
  }

  @Test func `rows count by their weights`() throws {
    var settings = GBDT.small(trees: 1, leaves: 2)
    settings.learningRate = 1
    let trees = try settings.fit(TrainingData([[1, 1, 2, 2]], numbers: [0, 4, 10, 10], weights: [3, 1, 2, 2]))
    #expect(trees.initialScores == [5.5])
    #expect(trees.trees[0].leaves.map(\.value) == [1 - 5.5, 4.5])
    #expect(trees.trees[0].leaves.map(\.weight) == [4, 4])
  }

  @Test func `missing values go to the side that gains more, and where none was missing with most rows`() throws {
    var settings = GBDT.small(trees: 1, leaves: 2)
    settings.learningRate = 1
    let nan = Double.nan
    func question(_ y: [Float]) throws -> DecisionTree.Question {
      try settings.fit(TrainingData([[1, 2, 3, 4, nan, nan]], numbers: y)).trees[0].nodes[0].question
    }
    #expect(try question([0, 0, 9, 9, 9, 9]) == .atMost(2.5, .side(isLeft: false)))
    #expect(try question([0, 0, 9, 9, 0, 0]) == .atMost(2.5, .side(isLeft: true)))
    // Missing or not is a split, too.
    #expect(try question([0, 0, 0, 0, 9, 9]) == .atMost(.greatestFiniteMagnitude, .side(isLeft: false)))
    let none = try settings.fit(TrainingData([[1, 2, 3, 4]], numbers: [0, 9, 9, 9])).trees[0].nodes[0].question
    #expect(none == .atMost(1.5, .side(isLeft: false)))
    #expect(!none.isLeft(nan) && none.isLeft(1.5) && !none.isLeft(1.6))
  }

  @Test func `categories are parted into sets, and an unseen one goes with the missing ones`() throws {
    var settings = GBDT.small(trees: 1, leaves: 2)
    settings.learningRate = 1
    (settings.categoryL2, settings.categorySmoothing, settings.leastRowsInGroup, settings.mostOneHot) = (0, 0, 1, 1)
    // Categories 0, 3 and 5 are low, 1, 2 and 4 are high.
    let codes = (0..<60).map { Int32($0 % 6) }
    let y = codes.map { Float([0, 3, 5].contains($0) ? 0 : 10) }
    let data = TrainingData(
      .columns(FeatureColumns(rows: 60, columns: [.codes(codes, levels: 7)])), .numbers(.init(column: y)))
    let tree = try settings.fit(data).trees[0]
    #expect([.among([0, 3, 5]), .among([1, 2, 4])].contains(tree.nodes[0].question))
    #expect(Set(tree.leaves.map(\.value)) == [-5, 5])
    #expect(!tree.nodes[0].question.isLeft(6) && !tree.nodes[0].question.isLeft(.nan))
    settings.mostOneHot = 6
    let single = try settings.fit(data).trees[0].nodes[0].question
    guard case .among(let one) = single else { return #expect(Bool(false)) }
    #expect(one.count == 1)
  }

  @Test func `no leaf has fewer rows than asked for, whatever their second derivatives`() throws {
    let data = curve(rows: 400)
    // Rows of very different weight, by which rows are not counted.
    let weights = (0..<400).map { Float($0 % 7 == 0 ? 9 : 0.2) }
    var settings = GBDT.small(trees: 20, leaves: 20, rows: 17)
    settings.leastHessianInLeaf = 0
    let weighted = TrainingData(data.features, data.target, weights: weights)
    for tree in try settings.fit(weighted).trees {
      #expect(tree.leaves.count > 2 && tree.leaves.allSatisfy { $0.count >= 17 })
      #expect(tree.leaves.reduce(0) { $0 + $1.count } == 400)
    }
  }

  @Test func `predictions rise and fall with the columns that are to, on every row`() throws {
    let data = curve(rows: 500)
    var settings = GBDT.small(trees: 40, leaves: 16, rows: 5)
    settings.monotone = [1, -1, 0]
    let trees = try settings.fit(data)
    #expect(trees.trees.contains { $0.nodes.contains { $0.feature == 0 } })
    for row in 0..<500 {
      var values = data.features.columns.columns.map { $0.number(row) }
      for (feature, sign) in [(0, 1.0), (1, -1.0)] {
        let own = values[feature]
        var last = -Double.infinity
        for step in 0...20 {
          values[feature] = sign * (-2.2 + 0.22 * Double(step))
          let score = trees.scores { values[$0] }[0]
          #expect(score >= last - 1e-12)
          last = score
        }
        values[feature] = own
      }
    }
    settings.monotone = []
    let free = try settings.fit(data)
    let ends = [-2.0, 0, 2].map { x in free.scores { $0 == 0 ? x : 0 }[0] }
    #expect(ends[0] > ends[1] && ends[2] > ends[1])
  }

  @Test func `splits above a leaf are by columns of one group`() throws {
    let data = curve(rows: 400, columns: 5)
    var settings = GBDT.small(trees: 20, leaves: 16)
    settings.interactions = [[0, 1], [1, 2], [3]]
    let trees = try settings.fit(data).trees
    let groups = settings.interactions.map { Set($0) }
    var used: Set<Int> = []
    for tree in trees {
      func go(_ place: Int, _ above: Set<Int>) {
        guard place >= 0 else {
          #expect(above.isEmpty || groups.contains { above.isSubset(of: $0) })
          return
        }
        let node = tree.nodes[place]
        used.insert(node.feature)
        go(node.left, above.union([node.feature]))
        go(node.right, above.union([node.feature]))
      }
      if !tree.nodes.isEmpty { go(0, []) }
    }
    #expect(used.isSuperset(of: [0, 1]) && !used.contains(4))
    settings.interactions = [[0, 5]]
    let error = #expect(throws: HyperparameterError.self) { try settings.fit(data) }
    #expect("\(error!)".contains("has the feature 5, and there are 5, counted from 0"))
  }

  @Test func `groups of columns are written in two ways, and given back in one`() throws {
    for text in ["[0,1],[2,3]", "0,1;2,3", "[0, 1], [2, 3]"] {
      let settings = try GBDT(["interaction_constraints": .text(text)])
      #expect(settings.interactions == [[0, 1], [2, 3]])
      #expect(settings.values["interaction_constraints"] == .text("0,1;2,3"))
    }
    #expect(try GBDT(["interaction_constraints": .integers([0, 2])]).interactions == [[0, 2]])
    #expect(GBDT().values["interaction_constraints"] == HyperparameterValue.none)
    for text in ["a,b", "0,1;", "[0,1],[2", "-1,2"] {
      #expect(throws: HyperparameterError.self) { try GBDT(["interaction_constraints": .text(text)]) }
    }
  }
}
