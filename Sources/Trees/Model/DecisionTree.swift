/// A tree of a boosted model: nodes ask for one feature each, leaves have values.
package struct DecisionTree: Hashable, Sendable {
  /// The left child of a node is where its question is answered with yes.
  package struct Node: Hashable, Sendable {
    /// The place of its feature among the columns.
    package var feature: Int
    package var question: Question
    /// The places of its children among the nodes; a leaf's place as its complement, ~0 for the first.
    package var left: Int
    package var right: Int
    /// By how much the split lowers the objective.
    package var gain: Double
    /// The value of a leaf in its place, and the sum of second derivatives and number of rows that it would have.
    package var value: Double
    package var weight: Double
    package var count: Int
  }

  package enum Question: Hashable, Sendable {
    /// Whether a number is at most this.
    case atMost(Double, MissingRule)
    /// Whether a category is among these, in ascending order. A missing one is not.
    case among([Int32])
  }

  /// Where a missing number goes. Models of LightGBM know all of them; those that are fitted here are `.side`.
  package enum MissingRule: Hashable, Sendable {
    /// It counts as zero.
    case isZero
    /// A missing number and zero go to this side.
    case zeroToo(isLeft: Bool)
    /// A missing number goes to this side.
    case side(isLeft: Bool)
  }

  package struct Leaf: Hashable, Sendable {
    package var value: Double
    /// The sum of second derivatives and the number of rows that it was fitted to.
    package var weight: Double
    package var count: Int
  }

  /// The root first; none where the tree is one leaf.
  package var nodes: [Node]
  package var leaves: [Leaf]

  /// The values that LightGBM takes for zero are up to this size.
  static let zeroSize = 1e-35
}

extension DecisionTree.Question {
  /// Of a number, NaN where it is missing.
  package func isLeft(_ number: Double) -> Bool {
    switch self {
    case .among(let categories):
      guard number >= 0, number < Double(Int32.max) else { return false }
      return isLeft(category: Int32(number), among: categories)
    case .atMost(let threshold, let rule):
      switch rule {
      case .isZero: return (number.isNaN ? 0 : number) <= threshold
      // The largest threshold is for infinity too: nodes hold finite numbers only.
      case .side(let isLeft): return number.isNaN ? isLeft : min(number, .greatestFiniteMagnitude) <= threshold
      case .zeroToo(let isLeft):
        return number.isNaN || abs(number) <= DecisionTree.zeroSize ? isLeft : number <= threshold
      }
    }
  }

  private func isLeft(category: Int32, among categories: [Int32]) -> Bool {
    var (low, high) = (0, categories.count)
    while low < high {
      let middle = (low + high) / 2
      if categories[middle] < category { low = middle + 1 } else { high = middle }
    }
    return low < categories.count && categories[low] == category
  }
}

extension DecisionTree {
  /// The place of the leaf of a row whose features `value` gives: numbers, or codes of categories; NaN where missing.
  package func leaf(_ value: (_ feature: Int) -> Double) -> Int {
    if nodes.isEmpty { return 0 }
    var place = 0
    while place >= 0 {
      let node = nodes[place]
      place = node.question.isLeft(value(node.feature)) ? node.left : node.right
    }
    return ~place
  }

  /// The longest way from the root to a leaf.
  package var depth: Int {
    var (deepest, open) = (0, nodes.isEmpty ? [] : [(0, 1)])
    while let (place, depth) = open.popLast() {
      deepest = max(deepest, depth)
      for child in [nodes[place].left, nodes[place].right] where child >= 0 { open.append((child, depth + 1)) }
    }
    return deepest
  }
}
