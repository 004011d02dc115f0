import BLASBridge

/// What a network sees of an observation: a box's numbers and bits as they are, every discrete component one-hot, parts one after the
/// other. That is Gymnasium's `flatten`.
struct ObservationEncoding: Sendable {
  /// Numbers of an observation in a column.
  let sourceWidth: Int
  /// Numbers of an observation for a network.
  let width: Int
  /// In order; empty where observations are taken as they are.
  let components: [Component]

  enum Component {
    /// One number of the observation, `start ..< start + count`.
    case oneHot(count: Int, start: Int)
    case plain(count: Int)

    var width: Int {
      switch self {
      case .oneHot(let count, _), .plain(let count): count
      }
    }
  }

  init(_ space: Space) {
    sourceWidth = space.width
    let components: [Component] = space.leaves.flatMap { leaf -> [Component] in
      switch leaf {
      case .discrete(let count, let start): [.oneHot(count: count, start: start)]
      case .multiDiscrete(let counts): counts.map { .oneHot(count: $0, start: 0) }
      case .box, .multiBinary, .tuple, .dict: [.plain(count: leaf.width)]
      }
    }
    width = components.reduce(0) { $0 + $1.width }
    let isPlain = components.allSatisfy { if case .plain = $0 { true } else { false } }
    self.components = isPlain ? [] : components
  }

  /// Observations `[rows, sourceWidth]` → `features [rows, width]`.
  func encode(_ observations: UnsafePointer<Float>, rows: Int, into features: UnsafeMutablePointer<Float>) {
    if components.isEmpty {
      features.update(from: observations, count: rows * width)
      return
    }
    features.update(repeating: 0, count: rows * width)
    for row in 0..<rows {
      var (source, offset) = (row * sourceWidth, row * width)
      for component in components {
        switch component {
        case .oneHot(let count, let start):
          features[offset + Int(observations[source]) - start] = 1
          source += 1
          offset += count
        case .plain(let count):
          (features + offset).update(from: observations + source, count: count)
          source += count
          offset += count
        }
      }
    }
  }

  /// Traps where columns for `count` rows have another size.
  func check(_ observations: Span<Float>, _ actionNumbers: Int, count: Int, actionWidth: Int) {
    require(
      observations.count == count * sourceWidth && actionNumbers == count * actionWidth,
      "\(count) rows need \(count * sourceWidth) observations and \(count * actionWidth) actions, "
        + "not \(observations.count) and \(actionNumbers)")
  }
}
