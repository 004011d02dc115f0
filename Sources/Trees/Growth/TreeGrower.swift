import CKernels

/// Grows trees over binned rows, and keeps the room that they need.
///
/// Histograms are of whole numbers, so that neither the order of rows nor the number of threads makes a difference, and that
/// of a larger child is its parent's without the smaller child's.
final class TreeGrower {
  /// Rows in the order of the leaves of the last tree, of which the first `count` were grown on.
  let order: UnsafeMutablePointer<Int32>
  private(set) var leaves: [OpenLeaf] = []

  private let rows: BinnedRows
  private let settings: GBDT
  /// Of a second derivative: by the sums of these rows are counted, too.
  private let hessianLevels: Float = 60
  private let areBounded: Bool
  private let interactions: InteractionConstraints
  private let search: SplitSearch
  /// nil where one thread does all.
  private var team: HistogramTeam?
  private let scratch: UnsafeMutablePointer<Int32>
  private let words: UnsafeMutablePointer<UInt32>
  private let block: UnsafeMutablePointer<UInt32>
  /// Words of 1, once rows have to be counted; and the histogram of them.
  private var ones: UnsafeMutablePointer<UInt32>?
  private var free: [UnsafeMutablePointer<UInt64>] = []
  private var all: [UnsafeMutablePointer<UInt64>] = []
  private var places: Int { BinnedRows.places * rows.features.count }

  /// `directions` of all binned features, or none; `areBounded`: whether gradients are.
  init(
    _ rows: BinnedRows, _ settings: GBDT, directions: [Int], interactions: InteractionConstraints, areBounded: Bool
  ) {
    (self.rows, self.settings, self.interactions, self.areBounded) = (rows, settings, interactions, areBounded)
    search = SplitSearch(features: rows.features, settings: settings, directions: directions)
    order = .allocate(capacity: max(1, rows.rows))
    scratch = .allocate(capacity: max(1, rows.rows))
    words = .allocate(capacity: max(1, rows.rows))
    block = .allocate(capacity: max(1, BinnedRows.places * rows.features.count))
    order.initialize(repeating: 0, count: rows.rows)
    scratch.initialize(repeating: 0, count: rows.rows)
    words.initialize(repeating: 0, count: rows.rows)
    block.initialize(repeating: 0, count: BinnedRows.places * rows.features.count)
  }

  deinit {
    order.deallocate()
    scratch.deallocate()
    words.deallocate()
    block.deallocate()
    ones?.deallocate()
    for histogram in all { histogram.deallocate() }
  }

  /// Threads that large histograms are summed by; one at first.
  func setThreads(_ threads: Int) {
    let isWorthwhile = threads > 1 && rows.rows >= HistogramTeam.leastRows
    team = isWorthwhile ? HistogramTeam(rows, threads: threads) : nil
  }

  /// What the numbers of a tree's words mean, and where the random numbers of their rounding come from.
  struct Rounding {
    var key: UInt64
    var stream: UInt64
  }

  /// A tree of the first `count` rows of `order`, by splits of the `allowed` features; its leaves have no values yet.
  func grow(
    _ gradients: UnsafePointer<Float>, _ hessians: UnsafePointer<Float>, count: Int, allowed: [Int],
    rounding: Rounding
  ) -> GrownTree {
    let limits = makeWords(gradients, hessians, rounding)
    var tree = GrownTree()
    var root = OpenLeaf(start: 0, count: count, depth: 0, total: 0)
    if canSplit(root, leaves: 1) {
      root.histogram = histogram(of: root)
      root.total = total(root.histogram!)
      root.split = search.best(for: root, allowed: open(allowed, root), counts: nil, limits: limits)
    }
    leaves = [root]
    while leaves.count < settings.leaves, let index = nextLeaf() {
      let split = leaves[index].split!
      guard let left = part(index, split, allowed, limits) else { continue }
      branch(index, split, leftCount: left, into: &tree, allowed, limits)
    }
    for index in leaves.indices { release(index) }
    return tree
  }

  // MARK: Words

  private func makeWords(
    _ gradients: UnsafePointer<Float>, _ hessians: UnsafePointer<Float>, _ rounding: Rounding
  ) -> RLTreeLimits {
    var range = GradientRange()
    withUnsafeMutableBytes(of: &range) {
      rl_tree_range(gradients, hessians, rows.rows, $0.baseAddress!.assumingMemoryBound(to: Float.self))
    }
    let levels = settings.levels(of: range, rows: rows.rows, areBounded: areBounded)
    // All alike, as those of squared errors: every row counts 1.
    let areEqual = range.largestHessian == range.leastHessian
    let (g, h) = (
      range.largest > 0 ? levels / range.largest : 0,
      range.largestHessian > 0 ? (areEqual ? 1 : hessianLevels) / range.largestHessian : 0
    )
    // A scale beyond all floats is that of gradients next to nothing.
    let (gradientScale, hessianScale) = (g.isFinite ? g : 0, h.isFinite ? h : 0)
    rl_tree_words(
      gradients, hessians, gradientScale, hessianScale, rounding.key, rounding.stream, words, rows.rows)
    return RLTreeLimits(
      gradient_unit: gradientScale > 0 ? 1 / Double(gradientScale) : 0,
      hessian_unit: hessianScale > 0 ? 1 / Double(hessianScale) : 0, l1: settings.l1, l2: settings.l2,
      minimum_hessian: max(settings.leastHessianInLeaf, 1e-300), minimum_rows: Double(max(1, settings.leastRowsInLeaf)),
      rows_per_unit: 0)
  }

  // MARK: Histograms

  private func histogram(of leaf: OpenLeaf) -> UnsafeMutablePointer<UInt64> {
    let sums = room()
    if let team, leaf.count >= HistogramTeam.leastRows {
      team.sum(order + leaf.start, leaf.count, words, into: sums)
    } else {
      rl_tree_histogram(
        rows.byRow, rows.stride, rows.features.count, order + leaf.start, leaf.count, words, block, sums)
    }
    return sums
  }

  private func room() -> UnsafeMutablePointer<UInt64> {
    if let histogram = free.popLast() { return histogram }
    let histogram = UnsafeMutablePointer<UInt64>.allocate(capacity: places)
    all.append(histogram)
    return histogram
  }

  private func release(_ index: Int) {
    if let histogram = leaves[index].histogram { free.append(histogram) }
    leaves[index].histogram = nil
  }

  /// The sum of all words of a histogram: of one feature, for every row is in a bin of each.
  private func total(_ histogram: UnsafeMutablePointer<UInt64>) -> UInt64 {
    (0..<BinnedRows.places).reduce(0) { $0 &+ histogram[$1] }
  }

  // MARK: Leaves

  private func open(_ allowed: [Int], _ leaf: OpenLeaf) -> [Int] { interactions.allowed(allowed, below: leaf.used) }

  private func canSplit(_ leaf: OpenLeaf, leaves: Int) -> Bool {
    !rows.features.isEmpty && leaves < settings.leaves && leaf.count >= 2 * max(1, settings.leastRowsInLeaf)
      && (settings.maximumDepth < 1 || leaf.depth < settings.maximumDepth)
  }

  private func nextLeaf() -> Int? {
    var best: Int?
    for index in leaves.indices {
      guard let split = leaves[index].split else { continue }
      guard let other = best.map({ leaves[$0] }) else {
        best = index
        continue
      }
      if settings.growth == .depthwise, leaves[index].depth != other.depth {
        if leaves[index].depth < other.depth { best = index }
      } else if split.gain > other.split!.gain {
        best = index
      }
    }
    return best
  }

  /// Brings the rows of a leaf that go left before the others; nil where one side has too few rows, in which case the leaf's
  /// rows are counted and it has another split or none.
  private func part(_ index: Int, _ split: Split, _ allowed: [Int], _ limits: RLTreeLimits) -> Int? {
    let leaf = leaves[index]
    let bins = rows.features[split.feature].bins
    var isLeft = [UInt8](repeating: 0, count: BinnedRows.places)
    switch split.sides {
    case .upTo(let threshold, let missingIsLeft):
      for bin in 0...threshold { isLeft[bin] = 1 }
      if bins.hasMissing { isLeft[Int(bins.missing)] = missingIsLeft ? 1 : 0 }
    case .bins(let set): for bin in set { isLeft[bin] = 1 }
    }
    let left = rl_tree_partition(order + leaf.start, leaf.count, rows.codes(split.feature), isLeft, scratch)
    let least = max(1, settings.leastRowsInLeaf)
    if leaf.isCounted || min(left, leaf.count - left) >= least { return left }
    // Rows were counted by their second derivatives, which they differ in.
    let ones = self.ones ?? .allocate(capacity: max(1, rows.rows))
    if self.ones == nil { ones.initialize(repeating: 1, count: rows.rows) }
    self.ones = ones
    let counts = room()
    rl_tree_histogram(
      rows.byRow, rows.stride, rows.features.count, order + leaf.start, leaf.count, ones, block, counts)
    leaves[index].isCounted = true
    leaves[index].split = search.best(for: leaf, allowed: open(allowed, leaf), counts: counts, limits: limits)
    free.append(counts)
    return nil
  }

  private func branch(
    _ index: Int, _ split: Split, leftCount: Int, into tree: inout GrownTree, _ allowed: [Int], _ limits: RLTreeLimits
  ) {
    let parent = leaves[index]
    let node = tree.add(split, parent, rows.features[split.feature], leftCount: leftCount, limits)
    var left = OpenLeaf(
      start: parent.start, count: leftCount, depth: parent.depth + 1, total: split.left, penalty: split.penalty,
      bounds: parent.bounds, parent: node, isLeft: true, used: parent.used)
    var right = OpenLeaf(
      start: parent.start + leftCount, count: parent.count - leftCount, depth: parent.depth + 1,
      total: parent.total &- split.left, penalty: split.penalty, bounds: parent.bounds, parent: node,
      used: parent.used)
    if !interactions.groups.isEmpty, !parent.used.contains(split.feature) {
      left.used.append(split.feature)
      right.used.append(split.feature)
    }
    if !search.directions.isEmpty, search.directions[split.feature] != 0 {
      let (x, y) = (
        limits.value(WordSum(left.total, limits)).clamped(to: parent.bounds),
        limits.value(WordSum(right.total, limits)).clamped(to: parent.bounds)
      )
      let middle = ((x + y) / 2).clamped(to: parent.bounds)
      let (below, above) = (parent.bounds.lowerBound...middle, middle...parent.bounds.upperBound)
      (left.bounds, right.bounds) = search.directions[split.feature] > 0 ? (below, above) : (above, below)
    }
    let open = leaves.count + 1
    if canSplit(left, leaves: open) || canSplit(right, leaves: open) {
      let smaller = histogram(of: left.count <= right.count ? left : right)
      let larger = parent.histogram!
      rl_tree_subtract(larger, smaller, places)
      (left.histogram, right.histogram) = left.count <= right.count ? (smaller, larger) : (larger, smaller)
      if canSplit(left, leaves: open) {
        left.split = search.best(for: left, allowed: self.open(allowed, left), counts: nil, limits: limits)
      }
      if canSplit(right, leaves: open) {
        right.split = search.best(for: right, allowed: self.open(allowed, right), counts: nil, limits: limits)
      }
      leaves[index] = left
      leaves.append(right)
      for place in [index, leaves.count - 1] where leaves[place].split == nil { release(place) }
    } else {
      release(index)
      leaves[index] = left
      leaves.append(right)
    }
  }
}
