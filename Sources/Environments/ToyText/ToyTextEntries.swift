extension EnvironmentCatalogue {
  static let toyText: [EnvironmentEntry] = [
    frozenLake("FrozenLake-v1", map: "4x4", timeLimit: 100, threshold: 0.7),
    frozenLake("FrozenLake8x8-v1", map: "8x8", timeLimit: 200, threshold: 0.85),
    cliffWalking("CliffWalking-v1", isSlippery: false),
    cliffWalking("CliffWalkingSlippery-v1", isSlippery: true),
    EnvironmentEntry(
      "Taxi-v4", "fetch a passenger and bring them where they want to go",
      rewards: "−1 a step, 20 for bringing the passenger there, −10 for picking up or dropping off wrongly",
      source: "Dietterich 2000, as Gymnasium has it",
      options: [
        EnvironmentOption("is_rainy", .flag(false), "moves may slip to either side"),
        EnvironmentOption("fickle_passenger", .flag(false), "the passenger may change their mind on the first move"),
        EnvironmentOption(
          "rainy_probability", .number(0.8, in: 0...1), "how probable a move in the rain does not slip"),
        EnvironmentOption(
          "fickle_probability", .number(0.3, in: 0...1), "how probable a fickle passenger changes their mind"),
      ]
    ) { options throws(EnvironmentError) in
      Taxi(
        id: options.id, rainProbability: options.flag("is_rainy") ? options.number("rainy_probability") : nil,
        fickleProbability: options.flag("fickle_passenger") ? options.number("fickle_probability") : nil)
    },
    EnvironmentEntry(
      "Blackjack-v1", "draw cards up to 21 against a dealer",
      rewards: "1 for winning, 0 for a draw, −1 for losing",
      source: "Sutton and Barto's book, example 5.1, as Gymnasium has it",
      options: [
        EnvironmentOption(
          "natural", .flag(false), "an ace and a ten at the start pay 1.5 where they win; not with sab"),
        EnvironmentOption(
          "sab", .flag(true), "the book's rule: an ace and a ten at the start win against all but the same"),
      ]
    ) { options throws(EnvironmentError) in
      Blackjack(
        id: options.id, naturals: options.flag("sab") ? .win : options.flag("natural") ? .payMore : .nothing)
    },
  ]

  private static let lakes = [
    "4x4": "SFFF/FHFH/FFFH/HFFG",
    "8x8": "SFFFFFFF/FFFFFFFF/FFFHFFFF/FFFFFHFF/FFFHFFFF/FHHFFFHF/FHFFHFHF/FFFHFFFG",
  ]

  private static func frozenLake(_ id: String, map: String, timeLimit: Int, threshold: Double) -> EnvironmentEntry {
    EnvironmentEntry(
      id, "cross a \(map == "4x4" ? "" : "larger ")frozen lake without falling into a hole",
      rewards: "1 for reaching the goal, 0 else", source: "OpenAI Gym, as Gymnasium has it",
      options: [
        EnvironmentOption("map_name", .choice(map, of: ["4x4", "8x8"]), "a map that is given"),
        EnvironmentOption(
          "desc", .text("none"), "a custom map, rows with / between: S start, F ice, H hole, G goal"),
        EnvironmentOption("is_slippery", .flag(true), "moves may slip to either side"),
        EnvironmentOption(
          "success_rate", .number(1 / 3, in: 0...1), "how probable a move on slippery ice does not slip"),
      ]
    ) { options throws(EnvironmentError) in
      let own = options.text("desc")
      let lake = try GridMap(
        own == "none" ? lakes[options.text("map_name")]! : own, allowed: "SFHG", option: "desc", id: options.id)
      return TabularEnvironment.frozenLake(
        id: options.id, map: lake, isSlippery: options.flag("is_slippery"), successRate: options.number("success_rate"),
        timeLimit: timeLimit, threshold: threshold)
    }
  }

  private static func cliffWalking(_ id: String, isSlippery: Bool) -> EnvironmentEntry {
    EnvironmentEntry(
      id, "walk from start to goal along a cliff" + (isSlippery ? " on slippery ground" : ""),
      rewards: "−1 a step, −100 for falling off the cliff, which leads back to the start",
      source: "Sutton and Barto's book, example 6.6, as Gymnasium has it",
      options: [EnvironmentOption("is_slippery", .flag(isSlippery), "moves may slip to either side")]
    ) { options throws(EnvironmentError) in
      TabularEnvironment.cliffWalking(id: options.id, isSlippery: options.flag("is_slippery"))
    }
  }
}
