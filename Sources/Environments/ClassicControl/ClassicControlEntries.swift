extension EnvironmentCatalogue {
  static let classicControl: [EnvironmentEntry] = [
    cartPole("CartPole-v0", timeLimit: 200, threshold: 195),
    cartPole("CartPole-v1", timeLimit: 500, threshold: 475),
    EnvironmentEntry(
      "MountainCar-v0", "drive out of a valley with too weak an engine",
      rewards: "−1 a step until the flag is reached",
      source: "Moore 1990, as Gymnasium has it", options: [goalVelocity]
    ) { options throws(EnvironmentError) in
      MountainCar(id: options.id, goalVelocity: options.number("goal_velocity"))
    },
    EnvironmentEntry(
      "MountainCarContinuous-v0", "drive out of a valley with too weak an engine, its force a number",
      rewards: "100 for reaching the flag; −0.1 × force² a step",
      source: "Moore 1990, as Gymnasium has it", options: [goalVelocity]
    ) { options throws(EnvironmentError) in
      MountainCarContinuous(id: options.id, goalVelocity: options.number("goal_velocity"))
    },
    EnvironmentEntry(
      "Acrobot-v1", "swing the tip of a two-link pendulum above a line",
      rewards: "−1 a step, 0 for the step that reaches the line",
      source: "Sutton 1996 and Sutton and Barto's book, as Gymnasium has it"
    ) { options throws(EnvironmentError) in
      Acrobot(id: options.id)
    },
    EnvironmentEntry(
      "Pendulum-v1", "swing a pendulum up and hold it there",
      rewards: "−(angle² + 0.1 × speed² + 0.001 × torque²) a step, the angle from upright", source: "Gymnasium",
      options: [EnvironmentOption("g", .number(10, in: -1000...1000), "gravity in m/s²")]
    ) { options throws(EnvironmentError) in
      Pendulum(id: options.id, gravity: options.number("g"))
    },
  ]

  private static let goalVelocity = EnvironmentOption(
    "goal_velocity", .number(0, in: -1...1), "the least velocity at which the goal counts as reached")

  private static func cartPole(_ id: String, timeLimit: Int, threshold: Double) -> EnvironmentEntry {
    EnvironmentEntry(
      id, "balance a pole on a cart for \(timeLimit) steps", rewards: "1 a step, the one that fails included",
      source: "Barto, Sutton and Anderson 1983, as Gymnasium has it",
      options: [
        EnvironmentOption(
          "sutton_barto_reward", .flag(false), "0 a step and −1 for the step that fails, instead of 1 a step")
      ]
    ) { options throws(EnvironmentError) in
      CartPole(
        id: options.id, timeLimit: timeLimit, threshold: threshold,
        suttonBartoReward: options.flag("sutton_barto_reward"))
    }
  }
}
