import Learning

/// Trees whose leaves are averaged.
struct Forest: Hashable, Sendable {
  /// nil for numbers.
  var classes: Int?
  /// Columns of features.
  var features: Int
  /// The different numbers of the training rows in ascending order, whose shares the leaves have; nil where they are not kept.
  var targets: [Float]?
  /// The shares of the quantiles that are the outputs; nil where the mean is.
  var quantiles: [Double]?
  var trees: [ForestTree]

  var outputCount: Int { classes.map { max(2, $0) } ?? quantiles?.count ?? 1 }
  /// Whether there are shares of more than two classes in a leaf.
  var isSparse: Bool { classes.map { $0 > 2 } ?? false }

  /// Turns the sums of the leaves of so many trees into outputs.
  func outputs(_ sums: UnsafePointer<Double>, trees: Double, into outputs: UnsafeMutablePointer<Float>) {
    if isSparse {
      for index in 0..<outputCount { outputs[index] = Float(sums[index] / trees) }
    } else if classes != nil {
      (outputs[0], outputs[1]) = (Float(1 - sums[0] / trees), Float(sums[0] / trees))
    } else {
      outputs[0] = Float(sums[0] / trees)
    }
  }
}

extension Forest {
  private struct Record: Codable {
    var classes: Int?
    var features: Int
    var quantiles: [Double]?
  }

  func save(into checkpoint: inout Checkpoint) {
    checkpoint.set("forest", encoding: Record(classes: classes, features: features, quantiles: quantiles))
    trees.map(\.tree).save(into: &checkpoint, features: features)
    if let targets { checkpoint.set("leaves.targets", targets) }
    guard isSparse || targets != nil else { return }
    checkpoint.set(
      "leaves.classes",
      trees.flatMap { tree in zip(tree.shares.starts, tree.shares.starts.dropFirst()).map { $1 - $0 } })
    checkpoint.set("shares.class", trees.flatMap { $0.shares.classes.map { Int($0) } })
    checkpoint.set("shares.value", trees.flatMap(\.shares.shares))
  }

  /// Throws `CheckpointError` where a tensor is missing or the trees are none.
  init(from checkpoint: Checkpoint) throws {
    let record: Record = try checkpoint.decode("forest")
    guard record.classes.map({ $0 > 0 }) ?? true else {
      throw CheckpointError("the checkpoint's forest has \(record.classes ?? 0) classes")
    }
    (classes, features, quantiles) = (record.classes, record.features, record.quantiles)
    trees = try [DecisionTree](from: checkpoint, features: record.features).map { ForestTree(tree: $0) }
    targets = checkpoint.tensors["leaves.targets"] == nil ? nil : try checkpoint.floats("leaves.targets")
    guard quantiles == nil || targets != nil else {
      throw CheckpointError("the checkpoint's forest predicts quantiles, and its leaves have no numbers")
    }
    guard isSparse || targets != nil else { return }
    let places = targets?.count ?? outputCount
    let counts = try checkpoint.integers("leaves.classes", count: trees.reduce(0) { $0 + $1.tree.leaves.count })
    let (own, shares) = try (checkpoint.integers("shares.class"), checkpoint.floats("shares.value"))
    guard counts.allSatisfy({ (0...places).contains($0) }), counts.reduce(0, +) == own.count,
      own.count == shares.count, own.allSatisfy({ (0..<places).contains($0) })
    else { throw CheckpointError("the checkpoint's leaves have shares of classes or numbers that it does not have") }
    var (leaf, entry) = (0, 0)
    for index in trees.indices {
      let leaves = trees[index].tree.leaves.count
      for count in counts[leaf..<leaf + leaves] {
        trees[index].shares.classes += own[entry..<entry + count].map { Int32($0) }
        trees[index].shares.shares += shares[entry..<entry + count]
        trees[index].shares.starts.append(trees[index].shares.classes.count)
        entry += count
      }
      leaf += leaves
    }
  }
}
