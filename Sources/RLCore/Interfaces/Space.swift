/// The set an observation or an action comes from: Gymnasium's Discrete, Box, MultiDiscrete, MultiBinary, Tuple and Dict. An
/// ``EnvironmentSpecification`` has two.
///
/// ```swift
/// let space = Space.box(low: [-1, 0], high: [1, .infinity])
/// let point: [Float] = [0.5, 2]
/// print(space.width, space.contains(point.span))  // 2 true
/// print(Space.multiDiscrete([3, 2]), Space.discrete(count: 4))  // MultiDiscrete([3, 2]) Discrete(4)
/// ```
///
/// In a column a member of a space is `width` floats: the number itself for `discrete`, one float a component for `box`,
/// `multiDiscrete` and `multiBinary`, and the members of the parts one after the other for `tuple` and `dict`.
public enum Space: Sendable, Hashable {
  /// The integers `start ..< start + count`.
  case discrete(count: Int, start: Int = 0)
  /// A box with inclusive bounds, one a component; ±infinity where unbounded.
  case box(low: [Float], high: [Float])
  /// A vector of integers, component i in `0 ..< counts[i]`.
  case multiDiscrete([Int])
  /// A vector of zeros and ones.
  case multiBinary(Int)
  /// A member of each of several spaces.
  case tuple([Space])
  /// A member of each of several spaces that have names. `dict(_:)` puts them into Gymnasium's order.
  case dict(keys: [String], spaces: [Space])

  /// Spaces with names, in the order of the names by code point, as Gymnasium's `Dict` has them and flattens them.
  public static func dict(_ spaces: [String: Space]) -> Space {
    let keys = spaces.keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    return .dict(keys: keys, spaces: keys.map { spaces[$0]! })
  }

  /// The number of floats a member takes in a column.
  public var width: Int {
    switch self {
    case .discrete: 1
    case .box(let low, _): low.count
    case .multiDiscrete(let counts): counts.count
    case .multiBinary(let count): count
    case .tuple(let spaces), .dict(_, let spaces): spaces.reduce(0) { $0 + $1.width }
    }
  }

  /// The spaces that this one is put together from, in the order of their columns: itself but for `tuple` and `dict`.
  public var leaves: [Space] {
    switch self {
    case .discrete, .box, .multiDiscrete, .multiBinary: [self]
    case .tuple(let spaces), .dict(_, let spaces): spaces.flatMap(\.leaves)
    }
  }

  /// Whether `member` lies in the space; false for a wrong width and for NaN.
  public func contains(_ member: Span<Float>) -> Bool {
    guard member.count == width else { return false }
    switch self {
    case .discrete(let count, let start):
      return Self.isInteger(member[0], in: start..<start + count)
    case .box(let low, let high):
      return low.indices.allSatisfy { member[$0] >= low[$0] && member[$0] <= high[$0] }
    case .multiDiscrete(let counts):
      return counts.indices.allSatisfy { Self.isInteger(member[$0], in: 0..<counts[$0]) }
    case .multiBinary(let count):
      return (0..<count).allSatisfy { Self.isInteger(member[$0], in: 0..<2) }
    case .tuple(let spaces), .dict(_, let spaces):
      return Self.all(of: spaces, in: member) { $0.contains($1) }
    }
  }

  /// Whether an environment takes `action`: a member, or for a box any finite numbers, which the environment clips.
  public func acceptsAction(_ action: Span<Float>) -> Bool {
    guard action.count == width else { return false }
    switch self {
    case .box: return action.indices.allSatisfy { action[$0].isFinite }
    case .tuple(let spaces), .dict(_, let spaces):
      return Self.all(of: spaces, in: action) { $0.acceptsAction($1) }
    case .discrete, .multiDiscrete, .multiBinary: return contains(action)
    }
  }

  /// What is wrong with the space itself, as the rest of a sentence that begins with its name; nil for a sound one.
  public var flaw: String? {
    switch self {
    case .discrete(let count, _): return count < 1 ? "has no members" : nil
    case .box(let low, let high):
      if low.count != high.count { return "has \(low.count) lower bounds and \(high.count) upper ones" }
      if low.isEmpty { return "has no components" }
      return low.indices.first { !(low[$0] <= high[$0]) }.map {
        "has the lower bound \(low[$0]) and the upper bound \(high[$0]) for component \($0)"
      }
    case .multiDiscrete(let counts):
      if counts.isEmpty { return "has no components" }
      return counts.firstIndex { $0 < 1 }.map { "has \(counts[$0]) values for component \($0)" }
    case .multiBinary(let count): return count < 1 ? "has no components" : nil
    case .tuple(let spaces), .dict(_, let spaces):
      if spaces.isEmpty { return "has no parts" }
      return spaces.lazy.compactMap { space in space.flaw.map { "has a part, \(space), that \($0)" } }.first
    }
  }

  private static func isInteger(_ value: Float, in range: Range<Int>) -> Bool {
    value >= Float(range.lowerBound) && value < Float(range.upperBound) && Float(Int(value)) == value
  }

  /// Whether each part of `member` does with its space.
  private static func all(
    of spaces: [Space], in member: Span<Float>, satisfy: (Space, Span<Float>) -> Bool
  ) -> Bool {
    var start = 0
    for space in spaces {
      let end = start + space.width
      if !satisfy(space, member.extracting(start..<end)) { return false }
      start = end
    }
    return true
  }
}

/// As Gymnasium prints a space.
extension Space: CustomStringConvertible {
  public var description: String {
    switch self {
    case .discrete(let count, start: 0): "Discrete(\(count))"
    case .discrete(let count, let start): "Discrete(\(count), start=\(start))"
    case .box(let low, let high): "Box(\(low), \(high))"
    case .multiDiscrete(let counts): "MultiDiscrete(\(counts))"
    case .multiBinary(let count): "MultiBinary(\(count))"
    case .tuple(let spaces): "Tuple(\(spaces.map(\.description).joined(separator: ", ")))"
    case .dict(let keys, let spaces):
      "Dict(\(zip(keys, spaces).map { "'\($0)': \($1)" }.joined(separator: ", ")))"
    }
  }
}
