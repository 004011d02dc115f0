import Datasets
import Foundation
import Trees

/// A tree in the words of the table's columns.
package indirect enum ReadableTree: Sendable {
  /// What a node or leaf comes to.
  package struct Facts: Sendable {
    /// Of each output that the tree adds to, or of the one it is a tree of.
    package var values: [(output: String, value: Double)]
    package var rows: Int
    /// By how much the question lowers the objective; 0 of a leaf.
    package var gain: Double
  }

  case leaf(Facts)
  case question(String, Facts, yes: ReadableTree, no: ReadableTree)
  /// So many leaves, which are left out.
  case cut(leaves: Int, Facts)
}

extension ExplainedModel {
  /// A tree by its number from 0, down to so many questions. nil where there is no such tree.
  package func readableTree(_ number: Int, depth: Int) -> ReadableTree? {
    guard let trees, trees.trees.indices.contains(number) else { return nil }
    let tree = trees.trees[number]
    let names = columns.flatMap { column in
      column.encoding.featureNames(of: column.name).map { (column: column, name: $0) }
    }
    // Values of a forest's leaves are shares of a mean.
    let scale = trees.unit == .probability || trees.weighsRows ? Double(trees.trees.count) : 1
    let values = trees.leafValues(of: number)
    func facts(ofLeaf leaf: Int) -> ReadableTree.Facts {
      ReadableTree.Facts(
        values: values.map { (outputs[$0.output], $0.leaves[leaf] * scale) }.filter { values.count == 1 || $0.1 > 0 },
        rows: tree.leaves[leaf].count, gain: 0)
    }
    func leaves(_ place: Int) -> Int {
      place < 0 ? 1 : leaves(tree.nodes[place].left) + leaves(tree.nodes[place].right)
    }
    func readable(_ place: Int, _ depth: Int) -> ReadableTree {
      if place < 0 { return .leaf(facts(ofLeaf: ~place)) }
      let node = tree.nodes[place]
      let facts = ReadableTree.Facts(
        values: values.count == 1 ? [(outputs[values[0].output], node.value)] : [], rows: node.count, gain: node.gain)
      if depth == 0 { return .cut(leaves: leaves(place), facts) }
      let (column, name) = names[node.feature]
      return .question(
        Self.words(node.question, column, name, isMain: node.feature == column.features.lowerBound), facts,
        yes: readable(node.left, depth - 1), no: readable(node.right, depth - 1))
    }
    return readable(tree.nodes.isEmpty ? ~0 : 0, depth)
  }

  /// `size ≤ 2.35 or missing`, `place is field or wood`
  private static func words(
    _ question: DecisionTree.Question, _ column: SourceColumn, _ name: String, isMain: Bool
  ) -> String {
    switch question {
    case .among(let codes):
      let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
      let levels = column.encoding.levels ?? weekdays
      let names = codes.map { levels.indices.contains(Int($0)) ? levels[Int($0)] : "\($0)" }
      let shown = names.prefix(4).joined(separator: ", ")
      return "\(name) is " + shown + (names.count > 4 ? " or \(names.count - 4) more" : "")
    case .atMost(let threshold, _):
      let missing = question.isLeft(.nan) ? " or missing" : ""
      if threshold >= .greatestFiniteMagnitude { return "\(name) is there" + missing }
      if isMain, case .plainDate = column.encoding { return "\(name) ≤ \(isoDate(threshold.rounded()))" + missing }
      return "\(name) ≤ \(String(format: "%.6g", threshold))" + missing
    }
  }
}
