import CKernels

/// How numbers become bytes: how many of some bounds are below each, up to 255.
final class NumberCodes: @unchecked Sendable {
  /// How many bounds there are; infinite ones follow.
  let count: Int
  private let bounds: UnsafeMutablePointer<Double>
  private let grid: UnsafeMutablePointer<RLTreeGrid>

  /// Nothing changes after the initializer. `bounds` ascend.
  init(_ own: [Double]) {
    precondition(own.count <= 255, "\(own.count) bounds for a byte")
    count = own.count
    bounds = .allocate(capacity: Self.places)
    bounds.initialize(repeating: .infinity, count: Self.places)
    for (index, bound) in own.enumerated() { bounds[index] = bound }
    grid = .allocate(capacity: 1)
    rl_tree_grid(bounds, count, grid)
  }

  private static let places = 510

  deinit {
    bounds.deallocate()
    grid.deallocate()
  }

  subscript(index: Int) -> Double { bounds[index] }

  /// NaN becomes `missing`.
  func encode(
    _ numbers: UnsafePointer<Double>, _ count: Int, missing: UInt8, into codes: UnsafeMutablePointer<UInt8>
  ) {
    rl_tree_bins(numbers, count, bounds, grid, missing, codes)
  }
}
