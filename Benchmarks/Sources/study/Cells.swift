/// One agent in one world with the zoo's values, learnt from several seeds.
struct Cell: Hashable {
  var agent: String
  var environment: String
  /// 1: a seed takes up to 3 minutes; 2: up to 20; 3: longer.
  var tier: Int

  /// How many seeds there must be of a peer that is trained beside us.
  var peerSeeds: Int { [10, 5, 3][tier - 1] }

  /// How many seeds there must be of ours.
  var seeds: Int {
    // Where a training either finds the solution or does not, it takes more of them to tell two programs apart.
    switch (agent, environment) {
    case ("dqn", "CartPole-v1"), ("dqn", "MountainCar-v0"): 25
    case ("a2c", "MountainCarContinuous-v0"), ("ppo", "MountainCarContinuous-v0"): 25
    case ("dqn", "LunarLander-v3"): 30
    case (_, "HalfCheetah-v5"), (_, "Hopper-v5"): 3
    default: peerSeeds
    }
  }
}

/// What the study is about. A cell's tier is by the time a seed took on a core of a small server.
let cells: [Cell] =
  ["CartPole-v1", "MountainCar-v0", "Acrobot-v1", "LunarLander-v3"].flatMap { environment in
    ["a2c", "ppo", "dqn"].map { Cell(agent: $0, environment: environment, tier: 1) }
  }
  + [
    Cell(agent: "a2c", environment: "Pendulum-v1", tier: 1),
    Cell(agent: "ppo", environment: "Pendulum-v1", tier: 1),
    Cell(agent: "ddpg", environment: "Pendulum-v1", tier: 1),
    Cell(agent: "td3", environment: "Pendulum-v1", tier: 1),
    Cell(agent: "sac", environment: "Pendulum-v1", tier: 1),
    Cell(agent: "a2c", environment: "MountainCarContinuous-v0", tier: 1),
    Cell(agent: "ppo", environment: "MountainCarContinuous-v0", tier: 1),
    Cell(agent: "ddpg", environment: "MountainCarContinuous-v0", tier: 3),
    Cell(agent: "td3", environment: "MountainCarContinuous-v0", tier: 3),
    Cell(agent: "sac", environment: "MountainCarContinuous-v0", tier: 1),
    Cell(agent: "a2c", environment: "LunarLanderContinuous-v3", tier: 2),
    Cell(agent: "ppo", environment: "LunarLanderContinuous-v3", tier: 1),
    Cell(agent: "ddpg", environment: "LunarLanderContinuous-v3", tier: 3),
    Cell(agent: "td3", environment: "LunarLanderContinuous-v3", tier: 3),
    Cell(agent: "sac", environment: "LunarLanderContinuous-v3", tier: 3),
    Cell(agent: "ppo", environment: "BipedalWalker-v3", tier: 2),
    Cell(agent: "sac", environment: "BipedalWalker-v3", tier: 3),
    Cell(agent: "ppo", environment: "HalfCheetah-v5", tier: 2),
    Cell(agent: "sac", environment: "HalfCheetah-v5", tier: 3),
    Cell(agent: "ppo", environment: "Hopper-v5", tier: 2),
    Cell(agent: "sac", environment: "Hopper-v5", tier: 3),
  ]
