import CKernels
import Randomness

/// Grows the trees of a forest over binned rows, and keeps the room that they need.
final class ForestGrower {
  private let rows: BinnedRows
  private let target: ForestTarget
  private let settings: ForestSettings
  /// -1, 0 or 1 for each binned feature; empty without monotone constraints.
  private let directions: [Int]
  private let sums: NodeSums
  private let search: NodeSearch
  private let featuresToDraw: Int
  private let order: UnsafeMutablePointer<Int32>
  private let scratch: UnsafeMutablePointer<Int32>
  /// Bins of a feature, side by side.
  private let taken: UnsafeMutablePointer<UInt8>
  /// Of the rows of the node that stands ready, in their order; numbers less the mean of all rows and times the weight.
  private let classes: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<Double>
  private let weights: UnsafeMutablePointer<Double>
  private var features: [Int]

  // The tree that grows.
  private var nodes: [DecisionTree.Node] = []
  private var nodeFeatures: [Int32] = []
  private var sets: [UInt8] = []
  private var leaves: [DecisionTree.Leaf] = []
  private var shares = LeafShares()
  private var rowLeaves: [Int32] = []

  init(
    _ rows: BinnedRows, _ target: ForestTarget, _ orders: CategoryOrders, _ settings: ForestSettings,
    directions: [Int] = []
  ) {
    (self.rows, self.target, self.settings, self.directions) = (rows, target, settings, directions)
    let measure: NodeSums.Measure =
      switch settings.criterion {
      case .entropy, .logLoss: .entropy
      case .auto, .gini, .squaredError: target.classes == nil ? .variance : .gini
      }
    sums = NodeSums(measure, width: max(2, target.classes ?? 2))
    search = NodeSearch(
      sums: sums, orders: orders, leastRows: settings.leastRowsInLeaf,
      drawsThresholds: settings.drawsThresholds)
    features = Array(rows.features.indices)
    featuresToDraw = settings.features.count(of: features.count, isClassification: target.classes != nil)
    let n = max(1, rows.rows)
    (order, scratch, classes) = (.allocate(capacity: n), .allocate(capacity: n), .allocate(capacity: n))
    for pointer in [order, scratch, classes] { pointer.initialize(repeating: 0, count: n) }
    taken = .allocate(capacity: n)
    taken.initialize(repeating: 0, count: n)
    (values, weights) = (.allocate(capacity: n), .allocate(capacity: n))
    for pointer in [values, weights] { pointer.initialize(repeating: 0, count: n) }
  }

  deinit {
    for pointer in [order, scratch, classes] { pointer.deallocate() }
    for pointer in [values, weights] { pointer.deallocate() }
    taken.deallocate()
  }

  /// A node that is to be split or to become a leaf.
  private struct Open {
    var start: Int
    var count: Int
    var depth = 0
    /// The node above it, and its side; -1 for the root.
    var parent = -1
    var isLeft = false
    var split: ForestSplit?
    var value = 0.0
    var weight = 0.0
    /// What its value lies between, for monotone constraints.
    var bounds = -Double.infinity...Double.infinity
  }

  /// A tree of the rows whose weight in `bag` is not 0.
  func grow(_ bag: [Double], _ generator: CounterGenerator) -> Grown {
    var generator = generator
    (nodes, nodeFeatures, sets, leaves, shares) = ([], [], [], [], LeafShares())
    features = Array(rows.features.indices)
    rowLeaves = [Int32](repeating: -1, count: rows.rows)
    var count = 0
    for row in 0..<rows.rows where bag[row] > 0 {
      order[count] = Int32(row)
      count += 1
    }
    let whole = bag.reduce(0, +)
    sums.leastWeight = max(settings.leastWeightShareInLeaf * whole, .leastNonzeroMagnitude)
    var root = Open(start: 0, count: count)
    look(&root, bag, whole, &generator)
    if let most = settings.mostLeaves {
      growBest(root, most, bag, whole, &generator)
    } else {
      growAll(root, bag, whole, &generator)
    }
    let tree = DecisionTree(nodes: nodes, leaves: leaves)
    return Grown(
      tree: ForestTree(tree: tree, shares: shares),
      overBins: GrownTree(nodes: nodes, features: nodeFeatures, sets: sets), rowLeaves: rowLeaves)
  }

  /// One node after another, the left one first.
  private func growAll(_ root: Open, _ bag: [Double], _ whole: Double, _ generator: inout CounterGenerator) {
    var (stack, isReady) = ([root], true)
    while var node = stack.popLast() {
      if !isReady { look(&node, bag, whole, &generator) }
      isReady = false
      if let split = node.split {
        let (left, right) = part(node, split, bag)
        stack.append(right)
        stack.append(left)
      } else {
        finish(node)
      }
    }
  }

  /// The node whose split lowers the impurity most comes first.
  private func growBest(
    _ root: Open, _ most: Int, _ bag: [Double], _ whole: Double, _ generator: inout CounterGenerator
  ) {
    var open: [Open] = []
    func add(_ node: Open) {
      if node.split == nil { finish(node) } else { open.append(node) }
    }
    add(root)
    while leaves.count + open.count < most, !open.isEmpty {
      let best = open.indices.max { (open[$0].split!.gain, $1) < (open[$1].split!.gain, $0) }!
      let node = open.remove(at: best)
      let (left, right) = part(node, node.split!, bag)
      for var child in [left, right] {
        look(&child, bag, whole, &generator)
        add(child)
      }
    }
    for node in open {
      prepare(node, bag)
      finish(node)
    }
  }

  // MARK: Nodes

  /// Sums up the rows of a node. Returns whether they all have the same target.
  @discardableResult
  private func prepare(_ node: Open, _ bag: [Double]) -> Bool {
    let rows = order + node.start
    for index in 0..<sums.width { sums.total[index] = 0 }
    sums.totalRows = node.count
    var isPure = true
    let first = node.count > 0 ? target.values[Int(rows[0])] : 0
    bag.withUnsafeBufferPointer { bag in
      target.values.withUnsafeBufferPointer { targets in
        for index in 0..<node.count {
          let row = Int(rows[index])
          let (own, weight) = (targets[row], bag[row])
          weights[index] = weight
          isPure = isPure && own == first
          if target.classes == nil {
            values[index] = weight * (Double(own) - target.mean)
            sums.total[0] += weight
            sums.total[1] += values[index]
          } else {
            classes[index] = Int32(own)
            values[index] = own == 1 ? weight : 0
            sums.total[Int(own)] += weight
          }
        }
      }
    }
    return isPure
  }

  /// Makes a node stand ready and looks for its split.
  private func look(_ node: inout Open, _ bag: [Double], _ whole: Double, _ generator: inout CounterGenerator) {
    let isPure = prepare(node, bag)
    node.weight = sums.totalWeight
    if node.count > 0 {
      node.value =
        target.classes == nil
        ? isPure ? Double(target.values[Int(order[node.start])]) : target.mean + sums.total[1] / sums.total[0]
        : target.classes == 2 ? sums.total[1] / node.weight : 0
      node.value = node.value.clamped(to: node.bounds)
    }
    guard !isPure, node.count >= max(settings.leastRowsToSplit, 2 * settings.leastRowsInLeaf),
      node.weight >= 2 * sums.leastWeight, node.depth < settings.maximumDepth ?? .max
    else { return }
    let floor = sums.totalWorth
    var best: ForestSplit?
    let isDrawn = featuresToDraw < features.count
    for place in features.indices {
      // Where those that were drawn have no split, the others are drawn, too.
      if place >= featuresToDraw, best != nil { break }
      if isDrawn {
        features.swapAt(place, place + generator.integer(below: features.count - place))
      }
      let feature = features[place]
      let bins = rows.features[feature].bins
      if !directions.isEmpty {
        sums.constraint = NodeSums.Constraint(
          direction: Double(directions[feature]), low: node.bounds.lowerBound - target.mean,
          high: node.bounds.upperBound - target.mean)
      }
      var codes = NodeSums.Codes(
        rows.codes(feature), order + node.start, node.count, classes: classes, values: values, weights: weights)
      if settings.drawsThresholds, !bins.hasMissing, case .numbers(let bounds) = bins.values {
        codes.take(into: taken)
        if let split = search.drawn(feature, bounds, codes, &generator), split.gain > best?.gain ?? -.infinity {
          best = split
        }
        continue
      }
      sums.fill(codes, missing: bins.count)
      if let split = search.best(feature, bins, &generator), split.gain > best?.gain ?? -.infinity { best = split }
      sums.clear(missing: bins.count)
    }
    best?.gain -= floor
    guard let best, settings.leastDecrease == 0 || best.gain >= settings.leastDecrease * whole * (1 - 1e-12) else {
      return
    }
    node.split = best
  }

  private func connect(_ node: Open, to place: Int) {
    guard node.parent >= 0 else { return }
    if node.isLeft { nodes[node.parent].left = place } else { nodes[node.parent].right = place }
  }

  private func part(_ node: Open, _ split: ForestSplit, _ bag: [Double]) -> (left: Open, right: Open) {
    let feature = rows.features[split.feature]
    var isLeft = [UInt8](repeating: 0, count: BinnedRows.places)
    switch split.sides {
    case .upTo(let threshold, let missingIsLeft):
      for bin in 0...threshold { isLeft[bin] = 1 }
      isLeft[Int(feature.bins.missing)] = split.hasMissing && missingIsLeft ? 1 : 0
    case .bins(let set): for bin in set { isLeft[bin] = 1 }
    }
    let left = rl_tree_partition(order + node.start, node.count, rows.codes(split.feature), isLeft, scratch)
    let question: DecisionTree.Question
    switch (split.sides, feature.bins.values) {
    case (.upTo(let threshold, let missingIsLeft), .numbers(let bounds)):
      // A value that no row of the node was missing in goes with most rows where one is.
      let missingIsLeft = split.hasMissing ? missingIsLeft : 2 * left >= node.count
      isLeft[Int(feature.bins.missing)] = missingIsLeft ? 1 : 0
      question = .atMost(
        threshold < bounds.count ? bounds[threshold] : .greatestFiniteMagnitude, .side(isLeft: missingIsLeft))
    case (.bins(let bins), .categories(let codes)): question = .among(bins.map { codes[$0] }.sorted())
    default: preconditionFailure("a split by another kind of feature")
    }
    let place = nodes.count
    connect(node, to: place)
    nodes.append(
      DecisionTree.Node(
        feature: feature.column, question: question, left: 0, right: 0, gain: split.gain, value: node.value,
        weight: node.weight, count: node.count))
    nodeFeatures.append(Int32(split.feature))
    for byte in 0..<32 { sets.append((0..<8).reduce(0) { $0 | isLeft[8 * byte + $1] << UInt8($1) }) }
    var sides = (
      left: Open(
        start: node.start, count: left, depth: node.depth + 1, parent: place, isLeft: true, bounds: node.bounds),
      right: Open(
        start: node.start + left, count: node.count - left, depth: node.depth + 1, parent: place, bounds: node.bounds)
    )
    let direction = directions.isEmpty ? 0 : directions[split.feature]
    if direction != 0 {
      // Whatever is split below, what lies on one side stays on that side of the middle.
      let middle = (value(of: sides.left, bag) / 2 + value(of: sides.right, bag) / 2).clamped(to: node.bounds)
      let (low, high) = (node.bounds.lowerBound...middle, middle...node.bounds.upperBound)
      (sides.left.bounds, sides.right.bounds) = direction > 0 ? (low, high) : (high, low)
    }
    return sides
  }

  /// The mean number, or the share of the second class, of the rows of a node.
  private func value(of node: Open, _ bag: [Double]) -> Double {
    var (weight, sum) = (0.0, 0.0)
    for place in node.start..<node.start + node.count {
      let row = Int(order[place])
      weight += bag[row]
      sum += bag[row] * Double(target.values[row])
    }
    return sum / weight
  }

  /// Makes a leaf of the node that stands ready.
  private func finish(_ node: Open) {
    connect(node, to: ~leaves.count)
    for place in node.start..<node.start + node.count { rowLeaves[Int(order[place])] = Int32(leaves.count) }
    leaves.append(DecisionTree.Leaf(value: node.value, weight: node.weight, count: node.count))
    if let ranks = target.ranks {
      shares.add(
        (0..<node.count).map { (ranks[Int(order[node.start + $0])], weights[$0]) }, total: node.weight)
    } else if target.isSparse {
      shares.add(UnsafeBufferPointer(start: sums.total, count: sums.width), total: node.weight)
    }
  }
}
