import RLCore

/// Wrappers by name, for every environment: `CartPole-v1:frame_stack=4`.
extension EnvironmentCatalogue {
  /// The options that put wrappers around an environment, in the order in which they are put, the innermost first.
  package static let wrapperOptions: [EnvironmentOption] = [
    EnvironmentOption("time_limit", .integer(0, in: 0...1_000_000_000), "steps until an episode is cut; 0: as it is"),
    EnvironmentOption("rescale_action", .flag(false), "actions from −1 to 1, stretched to the bounds"),
    EnvironmentOption("clip_action", .flag(false), "any numbers as actions, clipped to the bounds"),
    EnvironmentOption("time_aware", .flag(false), "the steps taken in the episode beside the observation"),
    EnvironmentOption("normalize_time", .flag(false), "with time_aware: their share of the time limit"),
    EnvironmentOption("frame_stack", .integer(1, in: 1...64), "so many last observations in a row"),
    EnvironmentOption("clip_reward", .number(0, in: 0...1e9), "rewards within plus and minus this; 0: as they are"),
    EnvironmentOption("normalize_observation", .flag(false), "observations by their running mean and std"),
    EnvironmentOption("normalize_reward", .flag(false), "rewards by the running std of the return"),
    EnvironmentOption("reward_gamma", .number(0.99, in: 0...1), "with normalize_reward: the discount of that return"),
  ]

  /// The wrappers of each environment.
  static func wrap(_ environment: any Environment, _ options: EnvironmentOptions) throws(EnvironmentError)
    -> any Environment
  {
    var environment = environment
    if options.integer("time_limit") > 0 { environment = limit(environment, options.integer("time_limit")) }
    if options.flag("rescale_action") { environment = try rescale(environment) }
    if options.flag("clip_action") { environment = try clip(environment) }
    if options.flag("time_aware") { environment = try time(environment, options.flag("normalize_time")) }
    if options.integer("frame_stack") > 1 { environment = stack(environment, options.integer("frame_stack")) }
    return environment
  }

  /// The wrappers of each environment, around environments that live elsewhere; their time limit is theirs.
  static func wrapEach(
    _ vector: any VectorEnvironment, _ options: EnvironmentOptions
  ) throws(EnvironmentError) -> any VectorEnvironment {
    var vector = vector
    if options.flag("rescale_action") {
      vector = try MappedActions(vector) { specification throws(EnvironmentError) in
        try specification.rescaleActions()
      }
    }
    if options.flag("clip_action") {
      vector = try MappedActions(vector) { specification throws(EnvironmentError) in try specification.clipActions() }
    }
    if options.flag("time_aware") { vector = try timeAware(vector, normalized: options.flag("normalize_time")) }
    let frames = options.integer("frame_stack")
    if frames > 1 { vector = frameStack(vector, frames) }
    return vector
  }

  /// The wrappers of all environments together.
  static func wrap(
    _ vector: any VectorEnvironment, _ options: EnvironmentOptions
  ) throws(EnvironmentError) -> any VectorEnvironment {
    var vector = vector
    let bound = options.number("clip_reward")
    if bound > 0 { vector = ClipReward(vector, to: -bound...bound) }
    if options.flag("normalize_observation") { vector = try NormalizeObservation(vector) }
    if options.flag("normalize_reward") { vector = NormalizeReward(vector, gamma: options.number("reward_gamma")) }
    return vector
  }

  /// The first option that asks for a wrapper of a vector.
  static func vectorWrapper(in options: EnvironmentOptions) -> String? {
    if options.number("clip_reward") > 0 { return "clip_reward" }
    return ["normalize_observation", "normalize_reward"].first { options.flag($0) }
  }

  // Each opens the environment's type.

  private static func limit(_ environment: some Environment, _ steps: Int) -> any Environment {
    TimeLimit(environment, steps: steps)
  }
  private static func rescale(_ environment: some Environment) throws(EnvironmentError) -> any Environment {
    try RescaleAction(environment)
  }
  private static func clip(_ environment: some Environment) throws(EnvironmentError) -> any Environment {
    try ClipAction(environment)
  }
  private static func time(_ environment: some Environment, _ normalized: Bool) throws(EnvironmentError)
    -> any Environment
  {
    try TimeAware(environment, normalized: normalized)
  }
  private static func stack(_ environment: some Environment, _ frames: Int) -> any Environment {
    FrameStack(environment, frames: frames)
  }
}
