import Foundation

/// The dimensions of a space in bins, for trees that predict scores.
struct BinnedSpace: Sendable {
  struct Side: Sendable {
    /// The share of the dimension that each bin takes.
    var weights: [Double]
    /// Whether a split may put any bins together, or only neighbours.
    var isOrdered: Bool
    /// Where the bins end; none for categories.
    var edges: [Double]
  }

  private static let continuousBins = 128
  let sides: [Side]

  init(_ coding: SpaceCoding) {
    sides = coding.dimensions.map { dimension in
      switch dimension.kind {
      case .continuous: Self.ordered((0...Self.continuousBins).map { Double($0) / Double(Self.continuousBins) })
      case .ordinal(let edges): Self.ordered(edges)
      case .categorical(let count):
        Side(weights: [Double](repeating: 1 / Double(count), count: count), isOrdered: false, edges: [])
      }
    }
  }

  private static func ordered(_ edges: [Double]) -> Side {
    Side(weights: zip(edges.dropFirst(), edges).map { $0 - $1 }, isOrdered: true, edges: edges)
  }

  /// The bins of a point; -1 where it lacks the dimension.
  func bins(_ point: [Double], _ coding: SpaceCoding) -> [Int] {
    point.indices.map { index in
      if point[index].isNaN { return -1 }
      if coding.dimensions[index].kind != .continuous { return Int(point[index]) }
      let count = sides[index].weights.count
      return max(0, min(count - 1, Int(point[index] * Double(count))))
    }
  }

  /// The bins that hold `shares` of the sides' wholes.
  func bins(at shares: [Double], _ coding: SpaceCoding) -> [Int] {
    bins(shares.indices.map { coding.coordinate($0, at: shares[$0]) }, coding)
  }
}
