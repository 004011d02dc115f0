import CKernels

/// The nodes of many trees side by side, as the kernel reads them: what is written once need not be looked up tree by tree.
final class BinnedForest: @unchecked Sendable {
  /// A tree of one leaf has no children. Nothing changes after the initializer.
  let trees: UnsafeMutableBufferPointer<RLBinnedTree>
  private let features: UnsafeMutableBufferPointer<Int32>
  private let sets: UnsafeMutableBufferPointer<UInt8>
  private let children: UnsafeMutableBufferPointer<Int32>
  private let values: UnsafeMutableBufferPointer<Double>

  struct Tree {
    var features: [Int32]
    var sets: [UInt8]
    var children: [Int32]
    var values: [Double]
  }

  init(_ forms: [Tree]) {
    features = Self.joined(forms.map(\.features))
    sets = Self.joined(forms.map(\.sets))
    children = Self.joined(forms.map(\.children))
    values = Self.joined(forms.map(\.values))
    trees = .allocate(capacity: forms.count)
    var (node, leaf) = (0, 0)
    for (index, form) in forms.enumerated() {
      let hasNodes = !form.features.isEmpty
      trees.initializeElement(
        at: index,
        to: RLBinnedTree(
          features: hasNodes ? features.baseAddress! + node : nil, sets: hasNodes ? sets.baseAddress! + 32 * node : nil,
          children: hasNodes ? children.baseAddress! + 2 * node : nil, values: values.baseAddress! + leaf))
      node += form.features.count
      leaf += form.values.count
    }
  }

  deinit {
    trees.deallocate()
    features.deallocate()
    sets.deallocate()
    children.deallocate()
    values.deallocate()
  }

  private static func joined<Element>(_ parts: [[Element]]) -> UnsafeMutableBufferPointer<Element> {
    let all = parts.flatMap { $0 }
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: all.count)
    _ = buffer.initialize(from: all)
    return buffer
  }

  /// Adds the value of the leaf of one tree to the scores of rows with these codes.
  func add(
    _ tree: Int, _ rows: UnsafePointer<UInt8>, _ stride: Int, _ count: Int, to scores: UnsafeMutablePointer<Double>
  ) {
    if trees[tree].children == nil {
      let value = trees[tree].values[0]
      for row in 0..<count { scores[row] += value }
    } else {
      rl_tree_route(trees.baseAddress! + tree, rows, stride, count, scores, 1)
    }
  }
}
