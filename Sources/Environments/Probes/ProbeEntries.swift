extension EnvironmentCatalogue {
  static let probes: [EnvironmentEntry] = [
    probe("Probe-ConstantReward-v0", .constantReward, "reward 1 whatever is done: tests the value"),
    probe("Probe-ObservedReward-v0", .observedReward, "reward equal to the observation: tests what the value sees"),
    probe("Probe-DelayedReward-v0", .delayedReward, "reward 1 after two steps: tests discounting"),
    probe("Probe-ChosenReward-v0", .chosenReward, "reward for one of two actions: tests the policy"),
    probe("Probe-MatchedReward-v0", .matchedReward, "reward for the action the observation asks for: tests both"),
  ]

  private static func probe(_ id: String, _ kind: Probe.Kind, _ summary: String) -> EnvironmentEntry {
    let rewards =
      switch kind {
      case .constantReward: "1"
      case .observedReward: "the observation, −1 or 1"
      case .delayedReward: "0, then 1"
      case .chosenReward: "1 for action 1, −1 for action 0"
      case .matchedReward: "1 for the action that fits the observation, else −1"
      }
    return EnvironmentEntry(
      id, summary, rewards: rewards, source: "for debugging agents; after Jones 2021"
    ) { options throws(EnvironmentError) in
      Probe(kind, id: options.id)
    }
  }
}
