/// How a step left its episode. Tell the two endings apart where you bootstrap: a terminated step has no future; a truncated
/// one has, and bootstraps from the value of its final observation.
///
/// ```swift
/// func target(reward: Double, ending: Ending, nextValue: Double, finalValue: Double, gamma: Double) -> Double {
///   switch ending {
///   case .none: reward + gamma * nextValue
///   case .truncated: reward + gamma * finalValue
///   case .terminated: reward
///   }
/// }
/// print(target(reward: 1, ending: .terminated, nextValue: 5, finalValue: 7, gamma: 0.5))  // 1.0
/// ```
public enum Ending: UInt8, Sendable, CaseIterable {
  case none
  case terminated
  case truncated
}

/// The reward of a step and how it left the episode: what `Environment.step` returns.
///
/// ```swift
/// func outcome(height: Double) -> Outcome {
///   Outcome(reward: height, ending: height <= 0 ? .terminated : .none)
/// }
/// print(outcome(height: -1).ending)  // terminated
/// ```
public struct Outcome: Hashable, Sendable {
  public var reward: Double
  public var ending: Ending

  public init(reward: Double, ending: Ending) {
    self.reward = reward
    self.ending = ending
  }
}
