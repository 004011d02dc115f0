import Models
import ONNX

/// The columns of numbers that the questions of some trees come down to: whether a number is at most a threshold.
///
/// A set of categories becomes a column of its own, 1 for those in it; numbers whose missing values or zeros have a rule become
/// columns in which that rule has been followed.
struct TreeColumns {
  private enum Source: Hashable {
    /// Missing values go to a side.
    case number(Int)
    /// A missing value is zero.
    case zeroForMissing(Int)
    /// Zero is missing.
    case missingForZero(Int)
    case set(Int, [Int32])
  }

  private var places: [Source: Int] = [:]
  private var sources: [Source] = []
  private(set) var trees: [ONNXTree] = []

  init(_ trees: [DecisionTree]) {
    for tree in trees {
      var nodes: [ONNXTree.Node] = []
      for node in tree.nodes { nodes.append(self.node(node)) }
      self.trees.append(ONNXTree(nodes: nodes, leafCount: tree.leaves.count))
    }
  }

  private mutating func node(_ node: DecisionTree.Node) -> ONNXTree.Node {
    switch node.question {
    case .atMost(let threshold, let rule):
      let (source, isMissingLeft): (Source, Bool) =
        switch rule {
        case .side(let isLeft): (.number(node.feature), isLeft)
        case .isZero: (.zeroForMissing(node.feature), false)
        case .zeroToo(let isLeft): (.missingForZero(node.feature), isLeft)
        }
      return ONNXTree.Node(
        column: place(source), threshold: threshold, isMissingLeft: isMissingLeft, left: node.left, right: node.right)
    case .among(let categories):
      // 0, at most ½, is not among them.
      return ONNXTree.Node(
        column: place(.set(node.feature, categories)), threshold: 0.5, left: node.right, right: node.left)
    }
  }

  private mutating func place(_ source: Source) -> Int {
    if let place = places[source] { return place }
    places[source] = sources.count
    sources.append(source)
    return sources.count - 1
  }

  /// The number of each row's leaf by each tree `[n, trees]`. Throws where a question for categories is about numbers.
  func leaves(of columns: [ONNXColumn], in graph: ONNXGraph) throws(ONNXError) -> ONNXValue {
    var values: [ONNXValue] = []
    for source in sources {
      switch source {
      case .number(let feature): values.append(try number(feature, columns, isBounded: true, in: graph))
      case .zeroForMissing(let feature):
        values.append(graph.presentOrZero(try number(feature, columns, isBounded: false, in: graph)))
      case .missingForZero(let feature):
        let own = try number(feature, columns, isBounded: false, in: graph)
        let isZero = graph.add("LessOrEqual", graph.add("Abs", own), graph.constant(DecisionTree.zeroSize))
        values.append(graph.add("Where", isZero, graph.constant(Double.nan), own))
      case .set(let feature, let categories):
        guard case .codes(let codes, let levels) = columns[feature] else { throw Self.mixed(feature) }
        var table = [Double](repeating: 0, count: levels + 1)
        for category in categories where category >= 0 && Int(category) < levels { table[Int(category)] = 1 }
        values.append(graph.rows(codes, of: ONNXTensor(table)))
      }
    }
    // Where no tree asks anything, the rows count alone.
    if values.isEmpty { return graph.leaves(of: graph.repeated([0], rowsOf: columns[0].value), by: trees) }
    return graph.leaves(of: graph.columns(values), by: trees)
  }

  /// Where a threshold may be the largest number, so is infinity `isBounded`.
  private func number(
    _ feature: Int, _ columns: [ONNXColumn], isBounded: Bool, in graph: ONNXGraph
  ) throws(ONNXError) -> ONNXValue {
    guard case .numbers(let numbers) = columns[feature] else { throw Self.mixed(feature) }
    guard isBounded else { return numbers }
    let most = graph.constant(Double.greatestFiniteMagnitude)
    return graph.add("Where", graph.add("Greater", numbers, most), most, numbers)
  }

  private static func mixed(_ feature: Int) -> ONNXError {
    ONNXError("the model's trees ask for categories and for numbers of column \(feature + 1): fit it to one of them")
  }
}
