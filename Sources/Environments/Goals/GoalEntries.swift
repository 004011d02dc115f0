extension EnvironmentCatalogue {
  static let goals: [EnvironmentEntry] = [
    EnvironmentEntry(
      "BitFlip-v0", "make bits equal to others, one flip a step",
      rewards: "−1 a step, 0 for the one that reaches the goal", source: "Andrychowicz et al. 2017, section 3.1",
      options: [EnvironmentOption("bits", .integer(8, in: 1...64), "how many bits there are")]
    ) { options throws(EnvironmentError) in BitFlip(id: options.id, bits: options.integer("bits")) },
    EnvironmentEntry(
      "PointReach-v0", "push a point in a square to a place",
      rewards: "−1 a step away from the goal, 0 at it; with dense the distance's negative",
      source: "rlrun; after the reaching tasks of Plappert et al. 2018",
      options: [
        EnvironmentOption("tolerance", .number(0.05, in: 0...2), "the distance at which the goal is reached"),
        EnvironmentOption("dense", .flag(false), "whether the reward is the distance's negative"),
      ]
    ) { options throws(EnvironmentError) in
      PointReach(id: options.id, tolerance: options.number("tolerance"), isDense: options.flag("dense"))
    },
  ]
}
