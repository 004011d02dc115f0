import Formats
import Foundation

/// Models in the text that LightGBM writes and reads: `key=value` lines, a block for each tree.
package enum LightGBMText {
  /// A model and what its features are called.
  package struct Model: Sendable {
    package var trees: BoostedTrees
    package var featureNames: [String]
    /// The levels of each feature of categories, whose codes count them from 0; nil for numbers.
    package var levels: [[String]?]
  }

  /// Throws `TreeError` for what is no such model, or one of a kind that has no equal here.
  package static func model(_ text: String) throws(TreeError) -> Model {
    var blocks = blocks(of: text)
    guard blocks.count > 0, blocks[0].name == "tree" else {
      throw TreeError("the text is no model of LightGBM: its first line is 'tree' in one")
    }
    let header = blocks.removeFirst()
    if header.values["average_output"] != nil {
      throw TreeError("the model averages its trees, as random forests do: only boosted ones can be read")
    }
    let perRound = try header.integer("num_tree_per_iteration")
    let features = try header.integer("max_feature_idx") + 1
    guard perRound > 0, perRound <= 100_000, features > 0, features <= 10_000_000 else {
      throw TreeError("the model has \(perRound) trees a round and \(features) features")
    }
    let (objective, factor) = try objective(header.values["objective"] ?? "regression", perRound: perRound)
    var trees: [DecisionTree] = []
    for block in blocks where block.name == "Tree" { trees.append(try tree(block, features: features, times: factor)) }
    guard trees.count % perRound == 0 else {
      throw TreeError("the model has \(trees.count) trees, which is no whole number of rounds of \(perRound)")
    }
    let names = (header.values["feature_names"] ?? "").split(separator: " ").map { String($0) }
    let infos = (header.values["feature_infos"] ?? "").split(separator: " ")
    let isCategory = (0..<features).map { place in
      infos.indices.contains(place) && infos[place] != "none" && !infos[place].hasPrefix("[")
    }
    return Model(
      trees: BoostedTrees(
        objective: objective, features: features, initialScores: [Double](repeating: 0, count: perRound), trees: trees),
      featureNames: names.count == features ? names : (0..<features).map { "Column_\($0)" },
      levels: try levels(isCategory, named: namedLevels(text), of: trees))
  }

  /// The names of levels, where the text has them, or their codes.
  private static func levels(
    _ isCategory: [Bool], named: [[String]], of trees: [DecisionTree]
  ) throws(TreeError) -> [[String]?] {
    let places = isCategory.indices.filter { isCategory[$0] }
    var levels = [[String]?](repeating: nil, count: isCategory.count)
    if named.isEmpty {
      var most = [Int32](repeating: -1, count: isCategory.count)
      for node in trees.lazy.flatMap(\.nodes) {
        if case .among(let own) = node.question { most[node.feature] = max(most[node.feature], own.max() ?? -1) }
      }
      for place in places { levels[place] = (0..<Int(most[place]) + 1).map(String.init) }
    } else {
      guard named.count == places.count else {
        throw TreeError(
          "the model names the levels of \(named.count) columns of categories, and \(places.count) of its features are "
            + "such")
      }
      for (place, own) in zip(places, named) { levels[place] = own }
    }
    return levels
  }

  /// What pandas called the levels of its columns of categories, in their order; empty where the line is not there.
  private static func namedLevels(_ text: String) -> [[String]] {
    guard let line = text.split(whereSeparator: \.isNewline).last(where: { $0.hasPrefix(levelsKey) }) else { return [] }
    let value = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(levelsKey.count).utf8))
    return (value as? [[Any]] ?? []).map { $0.map { "\($0)" } }
  }

  static let levelsKey = "pandas_categorical:"

  // MARK: Lines

  /// Lines up to the next block.
  private struct Block {
    var name: String
    var values: [String: Substring] = [:]

    func text(_ key: String) throws(TreeError) -> Substring {
      guard let value = values[key] else { throw TreeError("a block '\(name)' of the model has no line '\(key)='") }
      return value
    }

    func integer(_ key: String) throws(TreeError) -> Int {
      let value = try text(key)
      guard let number = Int(value) else { throw TreeError("'\(key)' of the model is '\(value)', no whole number") }
      return number
    }

    func numbers<Number: LosslessStringConvertible>(_ key: String, count: Int) throws(TreeError) -> [Number] {
      if count == 0 { return [] }
      let fields = try text(key).split(separator: " ")
      let numbers = fields.compactMap { Number(String($0)) }
      guard numbers.count == fields.count, fields.count == count else {
        throw TreeError("'\(key)' of a tree has \(numbers.count) numbers instead of \(count)")
      }
      return numbers
    }
  }

  private static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if line == "end of trees" { break }
      if line == "tree" {
        blocks.append(Block(name: "tree"))
      } else if line.hasPrefix("Tree=") {
        blocks.append(Block(name: "Tree"))
      } else if !blocks.isEmpty {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        blocks[blocks.count - 1].values[String(parts[0])] = parts.count > 1 ? parts[1] : ""
      }
    }
    return blocks
  }

  /// The loss by its spelling, and what scores are multiplied by.
  private static func objective(
    _ spelling: some StringProtocol, perRound: Int
  ) throws(TreeError) -> (ObjectiveRecord, Double) {
    let words = spelling.split(separator: " ")
    func number(_ name: String) -> Double? {
      words.first { $0.hasPrefix(name + ":") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }
    if words.contains("sqrt") { throw TreeError("the model predicts square roots of its target, which cannot be read") }
    let name = words.first.map { String($0) } ?? ""
    var record: ObjectiveRecord
    switch name {
    case "regression", "regression_l2", "mape", "fair", "custom": record = ObjectiveRecord(.regression)
    case "binary", "cross_entropy": record = ObjectiveRecord(.binary, classes: 2)
    case "multiclass": record = ObjectiveRecord(.multiclass, classes: perRound)
    default:
      guard let choice = GBDT.ObjectiveChoice(rawValue: name), choice != .auto else {
        throw TreeError("the model's objective is '\(name)', which is not known here")
      }
      record = ObjectiveRecord(choice)
    }
    record.alpha = number("alpha")
    record.tweediePower = number("tweedie_variance_power")
    if record.objective.scoresPerRow != perRound {
      throw TreeError("the model has \(perRound) trees a round, and '\(name)' has \(record.objective.scoresPerRow)")
    }
    return (record, name == "binary" ? number("sigmoid") ?? 1 : 1)
  }

  // MARK: Trees

  private static func tree(_ block: Block, features: Int, times factor: Double) throws(TreeError) -> DecisionTree {
    let leaves = try block.integer("num_leaves")
    guard leaves >= 1, leaves <= 10_000_000 else { throw TreeError("a tree has \(leaves) leaves") }
    if block.values["is_linear"] == "1" { throw TreeError("the model's leaves are linear, which cannot be read") }
    let values: [Double] = try block.numbers("leaf_value", count: leaves)
    let n = leaves - 1
    let (weights, counts) = (block.values["leaf_weight"] != nil && n > 0, block.values["leaf_count"] != nil && n > 0)
    let leafWeights: [Double] = weights ? try block.numbers("leaf_weight", count: leaves) : []
    let leafCounts: [Int] = counts ? try block.numbers("leaf_count", count: leaves) : []
    let feature: [Int] = try block.numbers("split_feature", count: n)
    let thresholds: [Double] = try block.numbers("threshold", count: n)
    let kinds: [Int] = try block.numbers("decision_type", count: n)
    let (left, right): ([Int], [Int]) = (
      try block.numbers("left_child", count: n), try block.numbers("right_child", count: n)
    )
    let gains: [Double] = try block.numbers("split_gain", count: n)
    let hasInner = block.values["internal_value"] != nil
    let innerValues: [Double] = hasInner ? try block.numbers("internal_value", count: n) : []
    let innerWeights: [Double] = hasInner ? try block.numbers("internal_weight", count: n) : []
    let innerCounts: [Int] = hasInner ? try block.numbers("internal_count", count: n) : []
    let sets = try categorySets(block)
    var nodes: [DecisionTree.Node] = []
    for place in 0..<n {
      guard (0..<features).contains(feature[place]) else {
        throw TreeError("a tree asks for feature \(feature[place]) of \(features)")
      }
      nodes.append(
        DecisionTree.Node(
          feature: feature[place], question: try question(kinds[place], thresholds[place], sets), left: left[place],
          right: right[place], gain: gains[place], value: hasInner ? factor * innerValues[place] : 0,
          weight: hasInner ? innerWeights[place] : 0, count: hasInner ? innerCounts[place] : 0))
    }
    let tree = DecisionTree(
      nodes: nodes,
      leaves: values.indices.map {
        DecisionTree.Leaf(
          value: factor * values[$0], weight: weights ? leafWeights[$0] : 0, count: counts ? leafCounts[$0] : 0)
      })
    guard tree.isTree else { throw TreeError("the nodes of a tree do not hang together") }
    return tree
  }

  /// Bit 0: by categories; bit 1: missing values on the left; from bit 2 on: what is missing, nothing, zero or NaN.
  private static func question(
    _ kind: Int, _ threshold: Double, _ sets: [[Int32]]
  ) throws(TreeError) -> DecisionTree.Question {
    if kind & 1 == 1 {
      guard let place = Int(exactly: threshold), sets.indices.contains(place) else {
        throw TreeError("a split asks for set \(threshold) of \(sets.count) sets of categories")
      }
      return .among(sets[place])
    }
    let isLeft = kind & 2 == 2
    switch kind >> 2 {
    case 0: return .atMost(threshold, .isZero)
    case 1: return .atMost(threshold, .zeroToo(isLeft: isLeft))
    case 2: return .atMost(threshold, .side(isLeft: isLeft))
    default: throw TreeError("a split is of the unknown kind \(kind)")
    }
  }

  /// Sets as bits of words of 32.
  private static func categorySets(_ block: Block) throws(TreeError) -> [[Int32]] {
    let count = block.values["num_cat"] == nil ? 0 : try block.integer("num_cat")
    guard count > 0 else { return [] }
    guard count < 10_000_000 else { throw TreeError("a tree has \(count) splits by categories") }
    let bounds: [Int] = try block.numbers("cat_boundaries", count: count + 1)
    guard bounds[0] == 0, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }), bounds[count] < 100_000_000 else {
      throw TreeError("'cat_boundaries' of a tree do not rise from 0")
    }
    let words: [UInt32] = try block.numbers("cat_threshold", count: bounds[count])
    var sets: [[Int32]] = []
    for set in 0..<count {
      var categories: [Int32] = []
      for word in bounds[set]..<bounds[set + 1] {
        for bit in 0..<32 where words[word] >> UInt32(bit) & 1 == 1 {
          categories.append(Int32(32 * (word - bounds[set]) + bit))
        }
      }
      sets.append(categories)
    }
    return sets
  }
}
