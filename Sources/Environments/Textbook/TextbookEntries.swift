extension EnvironmentCatalogue {
  static let textbook: [EnvironmentEntry] = [
    EnvironmentEntry(
      "Bandit-v0", "pull levers of unknown worth", rewards: "normal around the worth of the lever",
      source: "Sutton and Barto's book, section 2.3",
      options: [arms, pulls]
    ) { options throws(EnvironmentError) in
      Bandit(id: options.id, contexts: 1, arms: options.integer("arms"), steps: options.integer("steps"))
    },
    EnvironmentEntry(
      "ContextualBandit-v0", "pull levers whose worth depends on what is seen",
      rewards: "normal around the worth of the lever in what is seen",
      source: "Sutton and Barto's book, section 2.9",
      options: [
        EnvironmentOption("contexts", .integer(10, in: 1...1000), "how many there are to be seen"), arms, pulls,
      ]
    ) { options throws(EnvironmentError) in
      Bandit(
        id: options.id, contexts: options.integer("contexts"), arms: options.integer("arms"),
        steps: options.integer("steps"))
    },
    EnvironmentEntry(
      "RandomWalk-v0", "wander along a row of states until one end",
      rewards: "1 at the right end, −1 at the left, 0 else", source: "Sutton and Barto's book, example 7.1",
      options: [EnvironmentOption("states", .integer(19, in: 1...10_000), "how long the row is")]
    ) { options throws(EnvironmentError) in
      TabularEnvironment.randomWalk(id: options.id, states: options.integer("states"))
    },
    EnvironmentEntry(
      "WindyGridworld-v0", "reach a goal across a wind", rewards: "−1 a step",
      source: "Sutton and Barto's book, example 6.5",
      options: [
        EnvironmentOption("kings_moves", .flag(false), "diagonal moves too, as in exercise 6.9"),
        EnvironmentOption("stochastic_wind", .flag(false), "a wind that varies, as in exercise 6.10"), limit,
      ]
    ) { options throws(EnvironmentError) in
      TabularEnvironment.windyGridworld(
        id: options.id, kingsMoves: options.flag("kings_moves"), stochasticWind: options.flag("stochastic_wind"),
        timeLimit: options.integer("limit"))
    },
    EnvironmentEntry(
      "Gridworld-v0", "a custom grid",
      rewards: "step_reward a step, and goal_reward or hole_reward for what ends it",
      source: "Russell and Norvig's book, figure 17.1",
      options: [
        EnvironmentOption(
          "map", .text("FFFG/F#FH/SFFF"), "rows with / between: S start, F free, # wall, G goal, H hole"),
        EnvironmentOption("slip", .number(0.2, in: 0...1), "how probable a move goes to one of its sides"),
        reward("step_reward", -0.04, "of every step"), reward("goal_reward", 1, "of reaching a goal, besides"),
        reward("hole_reward", -1, "of falling into a hole, besides"), limit,
      ]
    ) { options throws(EnvironmentError) in
      let map = try GridMap(options.text("map"), allowed: "SF#GH", option: "map", id: options.id)
      guard map.tiles.contains("G") || map.tiles.contains("H") else {
        throw EnvironmentError("\(options.id): 'map' has neither a goal, 'G', nor a hole, 'H'")
      }
      return TabularEnvironment.gridworld(
        id: options.id, map: map, slip: options.number("slip"), stepReward: options.number("step_reward"),
        goalReward: options.number("goal_reward"), holeReward: options.number("hole_reward"),
        timeLimit: options.integer("limit"))
    },
  ]

  private static let arms = EnvironmentOption("arms", .integer(10, in: 1...1000), "how many levers")
  private static let pulls = EnvironmentOption(
    "steps", .integer(1000, in: 1...1_000_000), "how many pulls an episode has")
  private static let limit = EnvironmentOption(
    "limit", .integer(500, in: 1...1_000_000), "steps until an episode is cut")

  private static func reward(_ name: String, _ value: Double, _ of: String) -> EnvironmentOption {
    EnvironmentOption(name, .number(value, in: -1e6...1e6), "the reward " + of)
  }
}
