import Formats
import Foundation

extension LightGBMText {
  /// A model as LightGBM reads it. Initial scores are in the values of the first trees, for it has none. `levels` are the
  /// names of the categories of each feature, nil for numbers.
  package static func text(
    _ model: BoostedTrees, featureNames: [String]? = nil, levels: [[String]?]? = nil
  ) -> String {
    let perRound = model.initialScores.count
    var trees = model.trees
    if trees.isEmpty {
      let leaf = DecisionTree(nodes: [], leaves: [DecisionTree.Leaf(value: 0, weight: 0, count: 0)])
      trees = [DecisionTree](repeating: leaf, count: perRound)
    }
    for (index, score) in model.initialScores.enumerated() where score != 0 { trees[index].shift(by: score) }
    let names = (featureNames ?? (0..<model.features).map { "Column_\($0)" }).map(word)
    var lines = [
      "tree", "version=v4", "num_class=\(perRound)", "num_tree_per_iteration=\(perRound)", "label_index=0",
      "max_feature_idx=\(model.features - 1)", "objective=\(spelling(model.objective))",
      "feature_names=\(names.joined(separator: " "))",
      "feature_infos=\(infos(model, levels).joined(separator: " "))", "",
    ]
    for (number, tree) in trees.enumerated() { lines += ["Tree=\(number)"] + block(tree) + ["", ""] }
    lines += ["end of trees", "", "feature_importances:"]
    let splits = model.splits
    for place in splits.indices.sorted(by: { (splits[$0], $1) > (splits[$1], $0) }) where splits[place] > 0 {
      lines.append("\(names[place])=\(splits[place])")
    }
    let named = levels?.compactMap { $0 } ?? []
    let list = try? JSONSerialization.data(withJSONObject: named, options: [.withoutEscapingSlashes])
    let spelled = named.isEmpty ? "null" : String(decoding: list ?? Data(), as: UTF8.self)
    return (lines + ["", "parameters:", "end of parameters", "", levelsKey + spelled, ""]).joined(separator: "\n")
  }

  /// Blanks separate names, and an equals sign ends one.
  private static func word(_ name: String) -> String {
    String(name.map { $0.isWhitespace || $0.isNewline || "=,[]{}\":".contains($0) ? "_" : $0 })
  }

  private static func spelling(_ objective: ObjectiveRecord) -> String {
    switch objective.choice {
    case .auto, .regression: "regression"
    case .binary: "binary sigmoid:1"
    case .multiclass: "multiclass num_class:\(objective.classes ?? 2)"
    case .quantile: "quantile alpha:\(objective.alpha ?? 0.9)"
    default: objective.choice.rawValue
    }
  }

  /// Of numbers any range; of categories those that are asked for. LightGBM looks whether a feature is used at all.
  private static func infos(_ model: BoostedTrees, _ levels: [[String]?]?) -> [String] {
    var categories = [Set<Int32>?](repeating: nil, count: model.features)
    var isUsed = [Bool](repeating: false, count: model.features)
    for tree in model.trees {
      for node in tree.nodes {
        isUsed[node.feature] = true
        if case .among(let own) = node.question { categories[node.feature, default: []].formUnion(own) }
      }
    }
    return isUsed.indices.map { place in
      if let own = levels?[place] { return own.isEmpty ? "0" : own.indices.map(String.init).joined(separator: ":") }
      if let own = categories[place] { return own.sorted().map { "\($0)" }.joined(separator: ":") }
      return isUsed[place] ? "[-1e308:1e308]" : "none"
    }
  }

  private static func block(_ tree: DecisionTree) -> [String] {
    func line(_ key: String, _ values: [some CustomStringConvertible]) -> String {
      key + "=" + values.map { "\($0)" }.joined(separator: " ")
    }
    var (bounds, words, thresholds): ([Int], [UInt32], [Double]) = ([0], [], [])
    for node in tree.nodes {
      switch node.question {
      case .atMost(let threshold, _): thresholds.append(threshold)
      case .among(let categories):
        thresholds.append(Double(bounds.count - 1))
        var set = [UInt32](repeating: 0, count: Int(categories.last ?? 0) / 32 + 1)
        for category in categories { set[Int(category) / 32] |= 1 << UInt32(category % 32) }
        words += set
        bounds.append(words.count)
      }
    }
    return [
      "num_leaves=\(tree.leaves.count)", "num_cat=\(bounds.count - 1)",
      line("split_feature", tree.nodes.map(\.feature)),
      line("split_gain", tree.nodes.map(\.gain)), line("threshold", thresholds),
      line("decision_type", tree.nodes.map { kind($0.question) }), line("left_child", tree.nodes.map(\.left)),
      line("right_child", tree.nodes.map(\.right)), line("leaf_value", tree.leaves.map(\.value)),
      line("leaf_weight", tree.leaves.map(\.weight)), line("leaf_count", tree.leaves.map(\.count)),
      line("internal_value", tree.nodes.map(\.value)), line("internal_weight", tree.nodes.map(\.weight)),
      line("internal_count", tree.nodes.map(\.count)),
    ] + (bounds.count > 1 ? [line("cat_boundaries", bounds), line("cat_threshold", words)] : [])
      + ["is_linear=0", "shrinkage=1"]
  }

  private static func kind(_ question: DecisionTree.Question) -> Int {
    switch question {
    case .among: 1
    case .atMost(_, .isZero): 0
    case .atMost(_, .zeroToo(let isLeft)): 4 + (isLeft ? 2 : 0)
    case .atMost(_, .side(let isLeft)): 8 + (isLeft ? 2 : 0)
    }
  }
}

extension DecisionTree {
  /// Adds to the values of all leaves, and of nodes.
  fileprivate mutating func shift(by score: Double) {
    for place in leaves.indices { leaves[place].value += score }
    for place in nodes.indices { nodes[place].value += score }
  }
}

extension Array where Element == Set<Int32>? {
  fileprivate subscript(place: Int, default empty: Set<Int32>) -> Set<Int32> {
    get { self[place] ?? empty }
    set { self[place] = newValue }
  }
}
