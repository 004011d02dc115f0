import CKernels

extension Space {
  /// The first row of a column of actions `[N, A]` that an environment does not take; nil where it takes all.
  package func firstRefused(in actions: Span<Float>) -> Int? {
    if acceptsAll(actions) { return nil }
    return (0..<actions.count / width).first { !acceptsAction(actions.extracting($0 * width..<($0 + 1) * width)) }
  }

  /// Whether a vectorised look finds nothing wrong. False also for spaces that have to be looked at row by row, which
  /// takes no memory either.
  private func acceptsAll(_ actions: Span<Float>) -> Bool {
    actions.withUnsafeBufferPointer { actions in
      guard let first = actions.baseAddress else { return true }
      return switch self {
      case .discrete(let count, let start):
        rl_are_integers(first, actions.count, Float(start), Float(start + count)) != 0
      case .multiBinary: rl_are_integers(first, actions.count, 0, 2) != 0
      case .box: rl_are_finite(first, actions.count) != 0
      default: false
      }
    }
  }
}
