import MuJoCo
import RLCore

extension EnvironmentCatalogue {
  static let muJoCo: [EnvironmentEntry] = [
    robot(
      "Ant-v5", "walk on four legs",
      rewards: "speed forward and 1 for staying healthy, less control and contact forces",
      source: "Schulman et al. 2015, as Gymnasium has it, on MuJoCo",
      options: RobotOptions.locomotion(frameSkip: 5, control: 0.5, noise: 0.1) + RobotOptions.health(1) + [
        RobotOptions.interval("healthy_z_range", 0.2, 1, "heights of the torso that are healthy"),
        RobotOptions.weight("contact_cost_weight", 5e-4, of: "the cost of contact forces"),
        RobotOptions.interval("contact_force_range", -1, 1, "what contact forces are clipped to"),
        EnvironmentOption("main_body", .text("1"), "the body whose speed is rewarded: its number or name"),
        RobotOptions.includes("cfrc_ext", "the contact forces"),
      ]
    ) { options in
      Ant(
        options.locomotion, health: options.health, height: options.interval("healthy_z_range"),
        contactForces: options.interval("contact_force_range"),
        contactCostWeight: options.number("contact_cost_weight"),
        mainBody: options.text("main_body"), includesContactForces: options.flag("include_cfrc_ext_in_observation"))
    },
    robot(
      "HalfCheetah-v5", "run on two legs in a plane", rewards: "speed forward, less control",
      source: "Wawrzyński 2009, as Gymnasium has it, on MuJoCo",
      options: RobotOptions.locomotion(frameSkip: 5, control: 0.1, noise: 0.1)
    ) { HalfCheetah($0.locomotion) },
    robot(
      "Hopper-v5", "hop forward on one leg", rewards: "speed forward and 1 for staying healthy, less control",
      source: "Erez, Tassa and Todorov 2011, as Gymnasium has it, on MuJoCo",
      options: RobotOptions.locomotion(frameSkip: 4, control: 1e-3, noise: 5e-3) + RobotOptions.health(1) + [
        RobotOptions.interval("healthy_state_range", -100, 100, "healthy values of all else that is observed"),
        RobotOptions.interval("healthy_z_range", 0.7, .infinity, "heights of the torso that are healthy"),
        RobotOptions.interval("healthy_angle_range", -0.2, 0.2, "angles of the torso that are healthy"),
      ]
    ) { options in
      Hopper(
        options.locomotion, health: options.health, state: options.interval("healthy_state_range"),
        height: options.interval("healthy_z_range"), angle: options.interval("healthy_angle_range"))
    },
    robot(
      "Humanoid-v5", "walk as a person does",
      rewards: "speed forward and 5 for staying healthy, less control and contact forces",
      source: "Tassa, Erez and Todorov 2012, as Gymnasium has it, on MuJoCo",
      options: RobotOptions.locomotion(frameSkip: 5, forward: 1.25, control: 0.1, noise: 1e-2) + RobotOptions.health(5)
        + [
          RobotOptions.interval("healthy_z_range", 1, 2, "heights of the torso that are healthy"),
          RobotOptions.weight("contact_cost_weight", 5e-7, of: "the cost of contact forces"),
          RobotOptions.interval("contact_cost_range", -.infinity, 10, "what the cost of contact forces is clipped to"),
        ] + RobotOptions.senses
    ) { options in
      Humanoid(
        options.locomotion, health: options.health, height: options.interval("healthy_z_range"),
        contactCosts: options.interval("contact_cost_range"), contactCostWeight: options.number("contact_cost_weight"),
        senses: options.senses)
    },
    robot(
      "HumanoidStandup-v5", "stand up from the ground as a person does",
      rewards: "height over the time of a step of the engine and 1, less control and contact forces",
      source: "Tassa, Erez and Todorov 2012, as Gymnasium has it, on MuJoCo",
      options: [
        RobotOptions.xmlFile, RobotOptions.frameSkip(5), RobotOptions.controlCost(0.1),
        RobotOptions.weight("impact_cost_weight", 5e-7, of: "the cost of contact forces"),
        RobotOptions.interval("impact_cost_range", -.infinity, 10, "what the cost of contact forces is clipped to"),
        RobotOptions.noise(1e-2), RobotOptions.excludesPosition,
      ] + RobotOptions.senses
    ) { options in
      HumanoidStandup(
        xmlFile: options.xmlFile, frameSkip: options.frameSkip, controlCostWeight: options.number("ctrl_cost_weight"),
        impactCostWeight: options.number("impact_cost_weight"), impactCosts: options.interval("impact_cost_range"),
        resetNoiseScale: options.noise, senses: options.senses)
    },
    robot(
      "InvertedDoublePendulum-v5", "balance two poles, one upon the other, on a cart",
      rewards: "10 a step, less the distance of the tip from its place and the speed of the poles",
      source: "Gymnasium, on MuJoCo",
      options: [
        RobotOptions.xmlFile, RobotOptions.frameSkip(5), RobotOptions.healthyReward(10), RobotOptions.noise(0.1),
      ]
    ) { options in
      InvertedDoublePendulum(
        xmlFile: options.xmlFile, frameSkip: options.frameSkip, healthyReward: options.number("healthy_reward"),
        resetNoiseScale: options.noise)
    },
    robot(
      "InvertedPendulum-v5", "balance a pole on a cart by its force, a number",
      rewards: "1 a step, 0 for the one that fails",
      source: "Barto, Sutton and Anderson 1983, as Gymnasium has it, on MuJoCo",
      options: [RobotOptions.xmlFile, RobotOptions.frameSkip(2), RobotOptions.noise(0.01)]
    ) { options in
      InvertedPendulum(xmlFile: options.xmlFile, frameSkip: options.frameSkip, resetNoiseScale: options.noise)
    },
    robot(
      "Pusher-v5", "push a cylinder to a place with an arm",
      rewards: "−(distance of cylinder and place + 0.5 × that of arm and cylinder + 0.1 × control²) a step",
      source: "Gymnasium, on MuJoCo",
      options: [
        RobotOptions.xmlFile, RobotOptions.frameSkip(5),
        RobotOptions.weight("reward_near_weight", 0.5, of: "the distance of arm and cylinder"),
        RobotOptions.weight("reward_dist_weight", 1, of: "the distance of cylinder and place"),
        RobotOptions.weight("reward_control_weight", 0.1, of: "the cost of control"),
      ]
    ) { options in
      Pusher(
        xmlFile: options.xmlFile, frameSkip: options.frameSkip, nearWeight: options.number("reward_near_weight"),
        distanceWeight: options.number("reward_dist_weight"), controlWeight: options.number("reward_control_weight"))
    },
    robot(
      "Reacher-v5", "reach a point with an arm of two links", rewards: "−(distance + control²) a step",
      source: "Gymnasium, on MuJoCo",
      options: [
        RobotOptions.xmlFile, RobotOptions.frameSkip(2),
        RobotOptions.weight("reward_dist_weight", 1, of: "the distance"),
        RobotOptions.weight("reward_control_weight", 1, of: "the cost of control"),
      ]
    ) { options in
      Reacher(
        xmlFile: options.xmlFile, frameSkip: options.frameSkip, distanceWeight: options.number("reward_dist_weight"),
        controlWeight: options.number("reward_control_weight"))
    },
    robot(
      "Swimmer-v5", "swim with three segments", rewards: "speed forward, less control",
      source: "Coulom 2002, as Gymnasium has it, on MuJoCo",
      options: RobotOptions.locomotion(frameSkip: 4, control: 1e-4, noise: 0.1)
    ) { Swimmer($0.locomotion) },
    robot(
      "Walker2d-v5", "walk on two legs in a plane", rewards: "speed forward and 1 for staying healthy, less control",
      source: "Erez, Tassa and Todorov 2011, as Gymnasium has it, on MuJoCo",
      options: RobotOptions.locomotion(frameSkip: 4, control: 1e-3, noise: 5e-3) + RobotOptions.health(1) + [
        RobotOptions.interval("healthy_z_range", 0.8, 2, "heights of the torso that are healthy"),
        RobotOptions.interval("healthy_angle_range", -1, 1, "angles of the torso that are healthy"),
      ]
    ) { options in
      Walker2D(
        options.locomotion, health: options.health, height: options.interval("healthy_z_range"),
        angle: options.interval("healthy_angle_range"))
    },
  ]

  private static func robot(
    _ id: String, _ summary: String, rewards: String, source: String, options: [EnvironmentOption],
    rules: @escaping @Sendable (EnvironmentOptions) -> some Robot
  ) -> EnvironmentEntry {
    EnvironmentEntry(id, summary, rewards: rewards, source: source, needs: "make mujoco", options: options) {
      options throws(EnvironmentError) in
      func environment(_ rules: some Robot) throws(EnvironmentError) -> any Environment {
        do { return try RobotEnvironment(id: options.id, rules) } catch { throw EnvironmentError("\(id): \(error)") }
      }
      return try environment(rules(options))
    }
  }
}
