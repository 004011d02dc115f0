import MuJoCo

/// The options of robots, by Gymnasium's names and with its defaults.
enum RobotOptions {
  private static let anything = -1e9...1e9
  private static let anyInterval = -Double.infinity...Double.infinity

  static func frameSkip(_ steps: Int) -> EnvironmentOption {
    EnvironmentOption("frame_skip", .integer(steps, in: 1...1000), "steps of the engine a step")
  }

  static let xmlFile = EnvironmentOption("xml_file", .path, "a MuJoCo model in place of Gymnasium's: a file")

  static func weight(_ name: String, _ value: Double, of what: String) -> EnvironmentOption {
    EnvironmentOption(name, .number(value, in: anything), "the weight of \(what)")
  }

  static func forwardReward(_ value: Double) -> EnvironmentOption {
    weight("forward_reward_weight", value, of: "the speed forward")
  }

  static func controlCost(_ value: Double) -> EnvironmentOption {
    weight("ctrl_cost_weight", value, of: "the cost of control")
  }

  static func noise(_ scale: Double) -> EnvironmentOption {
    EnvironmentOption("reset_noise_scale", .number(scale, in: 0...1000), "how much the starts of episodes differ")
  }

  static let excludesPosition = EnvironmentOption(
    "exclude_current_positions_from_observation", .flag(true), "whether observations leave out where the robot is")

  static func healthyReward(_ value: Double) -> EnvironmentOption {
    EnvironmentOption("healthy_reward", .number(value, in: anything), "the reward of a step that ends healthy")
  }

  static let terminates = EnvironmentOption(
    "terminate_when_unhealthy", .flag(true), "whether an episode ends where the robot is not healthy")

  static func interval(_ name: String, _ low: Double, _ high: Double, _ meaning: String) -> EnvironmentOption {
    EnvironmentOption(name, .interval(low...high), meaning)
  }

  static func includes(_ name: String, _ what: String) -> EnvironmentOption {
    EnvironmentOption("include_\(name)_in_observation", .flag(true), "whether observations have \(what)")
  }

  static func locomotion(frameSkip steps: Int, forward: Double = 1, control: Double, noise scale: Double)
    -> [EnvironmentOption]
  {
    [xmlFile, frameSkip(steps), forwardReward(forward), controlCost(control), noise(scale), excludesPosition]
  }

  static func health(_ reward: Double) -> [EnvironmentOption] { [healthyReward(reward), terminates] }

  static let senses = [
    includes("cinert", "the bodies' inertias"), includes("cvel", "the bodies' velocities"),
    includes("qfrc_actuator", "the actuators' forces"), includes("cfrc_ext", "the contact forces"),
  ]
}

extension EnvironmentOptions {
  var xmlFile: String? { path("xml_file") }
  var frameSkip: Int { integer("frame_skip") }
  var noise: Double { number("reset_noise_scale") }

  var locomotion: Locomotion {
    Locomotion(
      xmlFile: xmlFile, frameSkip: frameSkip, forwardRewardWeight: number("forward_reward_weight"),
      controlCostWeight: number("ctrl_cost_weight"), resetNoiseScale: noise,
      excludesPosition: flag("exclude_current_positions_from_observation"))
  }

  var health: Health { Health(reward: number("healthy_reward"), terminates: flag("terminate_when_unhealthy")) }

  var senses: HumanoidSenses {
    HumanoidSenses(
      excludesPosition: flag("exclude_current_positions_from_observation"),
      inertias: flag("include_cinert_in_observation"), velocities: flag("include_cvel_in_observation"),
      actuatorForces: flag("include_qfrc_actuator_in_observation"),
      contactForces: flag("include_cfrc_ext_in_observation"))
  }
}
