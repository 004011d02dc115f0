extension ForestGrower {
  /// A tree, and the same over bins.
  struct Grown {
    var tree: ForestTree
    var overBins: GrownTree
    /// The leaf of each row that it was fitted to, -1 of the others; nil where it is not known.
    var rowLeaves: [Int32]?
  }
}
