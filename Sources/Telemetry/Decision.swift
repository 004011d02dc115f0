/// What is to happen after an iteration or an epoch; the later ones include the earlier.
public enum Decision: Sendable, Hashable {
  case goOn
  /// Save a checkpoint.
  case save
  /// End as if the budget were used up, for a reason in words.
  case stop(String)
  /// Return at once, without saving or evaluating: the run goes back to a checkpoint.
  case rewind

  private var rank: Int {
    switch self {
    case .goOn: 0
    case .save: 1
    case .stop: 2
    case .rewind: 3
    }
  }

  /// The further-reaching of two; the first where they reach equally far.
  public func joined(with other: Decision) -> Decision { other.rank > rank ? other : self }

  /// Whether nothing follows it.
  package var ends: Bool { rank >= 2 }
}
