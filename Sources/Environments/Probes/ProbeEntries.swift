extension Worlds {
  static let probes: [WorldEntry] = [
    probe("Probe-ConstantReward-v0", .constantReward, "reward 1 whatever is done: tests the value"),
    probe("Probe-ObservedReward-v0", .observedReward, "reward equal to the observation: tests what the value sees"),
    probe("Probe-DelayedReward-v0", .delayedReward, "reward 1 after two steps: tests discounting"),
    probe("Probe-ChosenReward-v0", .chosenReward, "reward for one of two actions: tests the policy"),
    probe("Probe-MatchedReward-v0", .matchedReward, "reward for the action the observation asks for: tests both"),
  ]

  private static func probe(_ id: String, _ kind: Probe.Kind, _ summary: String) -> WorldEntry {
    WorldEntry(id, summary, source: "for debugging agents; after Jones 2021") { options throws(EnvironmentError) in
      Probe(kind, id: options.id)
    }
  }
}
