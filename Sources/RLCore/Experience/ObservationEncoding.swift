import BLASBridge

/// What a network sees of an observation: a box's numbers and bits as they are, every discrete component one-hot.
struct ObservationEncoding: Sendable {
  /// Numbers of an observation in a column.
  let sourceWidth: Int
  /// Numbers of an observation for a network.
  let width: Int
  /// The one-hot components in order; empty where observations are taken as they are.
  private let components: [(count: Int, start: Int)]

  init(_ space: Space) {
    sourceWidth = space.width
    switch space {
    case .discrete(let count, let start): components = [(count, start)]
    case .multiDiscrete(let counts): components = counts.map { ($0, 0) }
    case .box, .multiBinary: components = []
    }
    width = components.isEmpty ? sourceWidth : components.reduce(0) { $0 + $1.count }
  }

  /// Observations `[rows, sourceWidth]` → `features [rows, width]`.
  func encode(_ observations: UnsafePointer<Float>, rows: Int, into features: UnsafeMutablePointer<Float>) {
    if components.isEmpty {
      features.update(from: observations, count: rows * width)
      return
    }
    features.update(repeating: 0, count: rows * width)
    for row in 0..<rows {
      var offset = row * width
      for (index, component) in components.enumerated() {
        features[offset + Int(observations[row * sourceWidth + index]) - component.start] = 1
        offset += component.count
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
