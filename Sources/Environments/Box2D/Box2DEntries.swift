extension EnvironmentCatalogue {
  static let box2D: [EnvironmentEntry] = [
    lunarLander("LunarLander-v3", isContinuous: false),
    lunarLander("LunarLanderContinuous-v3", isContinuous: true),
    bipedalWalker("BipedalWalker-v3", "teach a two-legged robot to walk", isHardcore: false),
    bipedalWalker(
      "BipedalWalkerHardcore-v3", "teach a two-legged robot to walk over pits, stumps and stairs", isHardcore: true),
  ]

  private static func lunarLander(_ id: String, isContinuous: Bool) -> EnvironmentEntry {
    EnvironmentEntry(
      id, "land a craft softly between two flags" + (isContinuous ? ", its engines' throttles numbers" : ""),
      rewards:
        "nearing the pad, slowing down, standing upright and each leg on the ground, less fuel; 100 for coming to rest, "
        + "−100 for crashing",
      source: "O. Klimov, as Gymnasium has it, on Box2D",
      options: [
        EnvironmentOption("gravity", .number(-10, in: -11.999...(-0.001)), "gravity in the world's units"),
        EnvironmentOption("enable_wind", .flag(false), "whether gusts push and turn the craft in flight"),
        EnvironmentOption("wind_power", .number(15, in: 0...20), "the greatest force of a gust"),
        EnvironmentOption("turbulence_power", .number(1.5, in: 0...2), "the greatest torque of a gust"),
      ]
    ) { options throws(EnvironmentError) in
      LunarLander(
        id: options.id, isContinuous: isContinuous, gravity: options.number("gravity"),
        hasWind: options.flag("enable_wind"), windPower: options.number("wind_power"),
        turbulencePower: options.number("turbulence_power"))
    }
  }

  private static func bipedalWalker(_ id: String, _ summary: String, isHardcore: Bool) -> EnvironmentEntry {
    EnvironmentEntry(
      id, summary, rewards: "progress, less tilt and torque; −100 for falling",
      source: "O. Klimov, as Gymnasium has it, on Box2D"
    ) {
      options throws(EnvironmentError) in
      BipedalWalker(id: options.id, isHardcore: isHardcore)
    }
  }
}
