/// The set an observation or an action comes from.
///
/// In a column a member of a space is `width` floats: the number itself for `discrete`, one float a component else.
public enum Space: Sendable, Hashable {
  /// The integers `start ..< start + count`.
  case discrete(count: Int, start: Int = 0)
  /// A box with inclusive bounds, one a component; ±infinity where unbounded.
  case box(low: [Float], high: [Float])
  /// A vector of integers, component i in `0 ..< counts[i]`.
  case multiDiscrete([Int])
  /// A vector of zeros and ones.
  case multiBinary(Int)

  /// The number of floats a member takes in a column.
  public var width: Int {
    switch self {
    case .discrete: 1
    case .box(let low, _): low.count
    case .multiDiscrete(let counts): counts.count
    case .multiBinary(let count): count
    }
  }

  /// Whether `member` lies in the space; false for a wrong width and for NaN.
  public func contains(_ member: Span<Float>) -> Bool {
    guard member.count == width else { return false }
    func isInteger(_ value: Float, in range: Range<Int>) -> Bool {
      value >= Float(range.lowerBound) && value < Float(range.upperBound) && Float(Int(value)) == value
    }
    switch self {
    case .discrete(let count, let start):
      return isInteger(member[0], in: start..<start + count)
    case .box(let low, let high):
      return low.indices.allSatisfy { member[$0] >= low[$0] && member[$0] <= high[$0] }
    case .multiDiscrete(let counts):
      return counts.indices.allSatisfy { isInteger(member[$0], in: 0..<counts[$0]) }
    case .multiBinary(let count):
      return (0..<count).allSatisfy { isInteger(member[$0], in: 0..<2) }
    }
  }

  /// Whether an environment takes `action`: a member, or for a box any finite numbers, which the environment clips.
  public func acceptsAction(_ action: Span<Float>) -> Bool {
    guard case .box = self else { return contains(action) }
    return action.count == width && action.indices.allSatisfy { action[$0].isFinite }
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
    }
  }
}
