import Fitting
import Settings
import Telemetry
import Training

/// A run of the corpus: what is done, and what is wrong with it.
struct Case: Sendable {
  enum Work: Sendable {
    case training(TrainingConfiguration)
    case fit(SyntheticTable, String, [String: HyperparameterValue])
  }

  /// The sabotage's name, or `healthy`.
  var kind: String
  /// From 1, within the kind. Odd ones choose the rules' thresholds; even ones are held out.
  var number: Int
  var seed: UInt64
  var work: Work

  var name: String { "\(kind)-\(number)" }
  var isHeldOut: Bool { number % 2 == 0 }
  var isTraining: Bool { if case .training = work { true } else { false } }
}

/// Some runs that differ in their seeds.
struct Recipe: Sendable {
  var runs: Int
  var make: @Sendable (_ seed: UInt64) throws -> Case.Work

  /// A training, with values over the preset's. `fault` names an agent of `sabotagedAgents` in place of the sound one.
  static func training(
    _ runs: Int, _ agent: String, _ environment: String, _ preset: Preset = .default, fault: String? = nil,
    with values: [String: HyperparameterValue]
  ) -> Recipe {
    Recipe(runs: runs) { _ in
      var configuration = try TrainingConfiguration(
        environment: environment, agent: agent, preset: preset, values: values)
      if let fault { configuration.agent = "\(agent)_\(fault)" }
      configuration.plan.evaluationFrequency = max(1, configuration.plan.budget / 5)
      configuration.evaluationEpisodes = 5
      configuration.finalEpisodes = 10
      return .training(configuration)
    }
  }

  static func fit(
    _ runs: Int, _ model: String, _ target: SyntheticTable.Target, rows: Int = 600,
    mislabelled: Double = 0, repeated: Double = 0, leak: Bool = false, drift: Double? = nil,
    _ values: [String: HyperparameterValue] = [:]
  ) -> Recipe {
    Recipe(runs: runs) { seed in
      .fit(
        SyntheticTable(
          target: target, rows: rows, seed: seed, mislabelled: mislabelled, repeated: repeated, hasLeak: leak,
          drift: drift),
        model, values)
    }
  }
}

/// A kind of sabotage, and the causes that name it.
struct Kind: Sendable {
  var name: String
  /// What is done, in one line.
  var description: String
  /// A diagnosis names the sabotage if its first cause is one of these: inferred, or a rule's own.
  var causes: Set<String>
  /// Runs that other debuggers were given; nil: all.
  var peerRuns: Int?
  var recipes: [Recipe]

  /// Thresholds were chosen on runs of other seeds, too: those of an earlier corpus.
  static let firstSeed: UInt64 = 100_000

  func cases(number kind: Int) throws -> [Case] {
    var cases: [Case] = []
    for recipe in recipes {
      for _ in 0..<recipe.runs {
        let number = cases.count + 1
        let seed = Self.firstSeed + UInt64(1000 * kind + number)
        cases.append(Case(kind: name, number: number, seed: seed, work: try recipe.make(seed)))
      }
    }
    return cases
  }
}

// Trainings that learn in seconds.
private let cartPole: [String: HyperparameterValue] = ["n_timesteps": .integer(60_000)]
private let acrobot: [String: HyperparameterValue] = ["n_timesteps": .integer(100_000), "n_envs": .integer(8)]
private let pendulum: [String: HyperparameterValue] = ["n_timesteps": .integer(100_000)]
private let cartPoleDQN: [String: HyperparameterValue] = ["n_timesteps": .integer(40_000)]
private let small: [String: HyperparameterValue] = [
  "n_timesteps": .integer(12_000), "net_arch": .integers([64, 64]), "batch_size": .integer(64),
  "learning_rate": .number(1e-3), "learning_starts": .integer(500),
]

extension [String: HyperparameterValue] {
  fileprivate func with(_ changes: Self) -> Self { merging(changes) { $1 } }
}

private let boostedTooLong: [String: HyperparameterValue] = [
  "n_estimators": .integer(2_000), "learning_rate": .number(0.3),
]
private let fewTrees: [String: HyperparameterValue] = [
  "n_estimators": .integer(200), "learning_rate": .number(0.05), "early_stopping_round": .integer(10),
]

let healthy = Kind(
  name: "healthy", description: "sound configurations that learn", causes: [], peerRuns: 130,
  recipes: [
    .training(14, "ppo", "CartPole-v1", .zoo, with: cartPole),
    .training(8, "ppo", "CartPole-v1", with: cartPole),
    .training(6, "ppo", "Acrobot-v1", .zoo, with: ["n_timesteps": .integer(150_000)]),
    .training(8, "ppo", "Pendulum-v1", .zoo, with: pendulum),
    .training(2, "ppo", "LunarLander-v3", .zoo, with: ["n_timesteps": .integer(300_000)]),
    .training(8, "a2c", "CartPole-v1", .zoo, with: ["n_timesteps": .integer(200_000)]),
    .training(4, "a2c", "Acrobot-v1", .zoo, with: ["n_timesteps": .integer(200_000)]),
    .training(12, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN),
    .training(12, "sac", "Pendulum-v1", with: small),
    .training(6, "td3", "Pendulum-v1", with: small.with(["noise_type": .text("normal"), "noise_std": .number(0.1)])),
    .training(6, "ddpg", "Pendulum-v1", with: small.with(["noise_type": .text("normal"), "noise_std": .number(0.1)])),
    .training(4, "q_learning", "FrozenLake-v1:is_slippery=false", with: ["n_timesteps": .integer(50_000)]),
    .training(4, "q_learning", "Taxi-v4", with: ["n_timesteps": .integer(200_000)]),
    .fit(12, "mlp", .classes),
    .fit(10, "mlp", .number),
    .fit(6, "logistic", .classes),
    .fit(6, "ridge", .number),
    .fit(2, "linear", .number),
    // Counterparts of what a horizon, a normalisation or a model can do wrong.
    .training(4, "ppo", "CartPole-v1", .zoo, with: cartPole.with(["gamma": .number(0.95)])),
    .training(4, "sac", "Pendulum-v1", with: small.with(["gamma": .number(0.9)])),
    .training(4, "ppo", "CartPole-v1:normalize_observation=true", .zoo, with: cartPole),
    .training(2, "ppo", "Acrobot-v1:normalize_observation=true", with: acrobot),
    .training(2, "ppo", "Pendulum-v1", .zoo, with: pendulum.with(["normalize": .flag(true)])),
    .fit(4, "mlp", .parity, rows: 2_000),
    // Of new seeds, once the rules had been looked at on those before.
    .training(12, "ppo", "CartPole-v1", .zoo, with: cartPole),
    .training(8, "ppo", "CartPole-v1", with: cartPole),
    .training(4, "ppo", "Acrobot-v1", .zoo, with: ["n_timesteps": .integer(150_000)]),
    .training(8, "ppo", "Pendulum-v1", .zoo, with: pendulum),
    .training(16, "a2c", "CartPole-v1", .zoo, with: ["n_timesteps": .integer(200_000)]),
    .training(4, "a2c", "Acrobot-v1", .zoo, with: ["n_timesteps": .integer(200_000)]),
    .training(16, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN),
    .training(10, "sac", "Pendulum-v1", with: small),
    .training(6, "td3", "Pendulum-v1", with: small.with(["noise_type": .text("normal"), "noise_std": .number(0.1)])),
    .training(6, "ddpg", "Pendulum-v1", with: small.with(["noise_type": .text("normal"), "noise_std": .number(0.1)])),
    .training(6, "ppo", "CartPole-v1:normalize_observation=true", .zoo, with: cartPole),
    .training(4, "ppo", "Acrobot-v1:normalize_observation=true", with: acrobot),
    // Of trees, and counterparts of what a column, a class or a split can do wrong.
    .fit(10, "gbdt", .classes, fewTrees),
    .fit(10, "gbdt", .number, fewTrees),
    .fit(6, "random_forest", .classes),
    .fit(6, "random_forest", .number),
    .fit(8, "gbdt", .dominated, rows: 1_500, fewTrees),
    .fit(6, "gbdt", .number, rows: 1_500, drift: 0, fewTrees),
    .fit(6, "logistic", .classes, drift: 0),
    .fit(6, "gbdt", .uneven, fewTrees),
  ])

let sabotages: [Kind] = [
  Kind(
    name: "learning_rate_too_high", description: "the learning rate is 100 times the sound one",
    causes: ["LearningRateTooHigh"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, with: cartPole.with(["learning_rate": .number(0.1)])),
      .training(2, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN.with(["learning_rate": .number(0.23)])),
      .training(2, "sac", "Pendulum-v1", with: small.with(["learning_rate": .number(0.1)])),
      .fit(2, "mlp", .classes, ["learning_rate": .number(0.3)]),
    ]),
  Kind(
    name: "learning_rate_too_low", description: "the learning rate is 10,000 times smaller than the sound one",
    causes: ["LearningRateTooLow"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, with: cartPole.with(["learning_rate": .number(1e-7)])),
      .training(2, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN.with(["learning_rate": .number(2.3e-7)])),
      .training(2, "sac", "Pendulum-v1", with: small.with(["learning_rate": .number(1e-7)])),
      .fit(2, "mlp", .classes, ["learning_rate": .number(1e-7)]),
    ]),
  Kind(
    name: "advantages_not_normalised", description: "rewards times 1000, advantages not normalised",
    causes: ["RewardScale"],
    recipes: [
      .training(
        4, "ppo", "CartPole-v1", .zoo, fault: "large_rewards",
        with: cartPole.with(["normalize_advantage": .flag(false)])),
      .training(
        4, "ppo", "Acrobot-v1", fault: "large_rewards", with: acrobot.with(["normalize_advantage": .flag(false)])),
      .training(
        2, "ppo", "Pendulum-v1", .zoo, fault: "large_rewards",
        with: pendulum.with(["normalize_advantage": .flag(false)])),
    ]),
  Kind(
    name: "wrong_sign", description: "the gradient is followed in the wrong direction",
    causes: ["WrongDirection"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "wrong_sign", with: cartPole),
      .training(2, "ppo", "Pendulum-v1", .zoo, fault: "wrong_sign", with: pendulum),
      .training(2, "dqn", "CartPole-v1", .zoo, fault: "wrong_sign", with: cartPoleDQN),
      .training(2, "sac", "Pendulum-v1", fault: "wrong_sign", with: small),
    ]),
  Kind(
    name: "time_limit_as_termination", description: "the time limit is reported as a termination",
    causes: ["TimeLimitAsTermination"],
    recipes: [
      .training(4, "ppo", "Pendulum-v1", .zoo, fault: "time_limit_as_termination", with: pendulum),
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "time_limit_as_termination", with: cartPole),
      .training(2, "sac", "Pendulum-v1", fault: "time_limit_as_termination", with: small),
    ]),
  Kind(
    name: "stale_log_probabilities", description: "segments are collected by the policy of the iteration before",
    causes: ["FirstRatio"],
    recipes: [
      .training(6, "ppo", "CartPole-v1", .zoo, fault: "stale_policy", with: cartPole),
      .training(4, "ppo", "Pendulum-v1", fault: "stale_policy", with: pendulum),
    ]),
  Kind(
    name: "entropy_too_high", description: "the weight of the entropy bonus is 1 and more",
    causes: ["EntropyBonusTooLarge"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, with: cartPole.with(["ent_coef": .number(1)])),
      .training(4, "ppo", "Acrobot-v1", with: acrobot.with(["ent_coef": .number(1)])),
      .training(2, "sac", "Pendulum-v1", with: small.with(["ent_coef": .number(50)])),
    ]),
  Kind(
    name: "entropy_penalised", description: "the entropy bonus has the wrong sign, so that certainty is rewarded",
    causes: ["EntropyTooLow"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "certainty", with: cartPole),
      .training(4, "ppo", "Acrobot-v1", fault: "certainty", with: acrobot),
      .training(
        2, "ppo", "MountainCar-v0", fault: "certainty",
        with: ["n_timesteps": .integer(100_000), "n_envs": .integer(8)]),
    ]),
  Kind(
    name: "rewards_times_1000", description: "rewards times 1000",
    causes: ["RewardScale"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "large_rewards", with: cartPole),
      .training(4, "dqn", "CartPole-v1", .zoo, fault: "large_rewards", with: cartPoleDQN),
      .training(2, "sac", "Pendulum-v1", fault: "large_rewards", with: small),
    ]),
  Kind(
    name: "target_never_updated", description: "the target network stays what it was at the start",
    causes: ["TargetStale"],
    recipes: [
      .training(
        6, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN.with(["target_update_interval": .integer(10_000_000)])),
      .training(4, "sac", "Pendulum-v1", with: small.with(["target_update_interval": .integer(10_000_000)])),
    ]),
  Kind(
    name: "replay_too_small", description: "the replay buffer holds hardly more than a minibatch",
    causes: ["ReplayTooSmall"],
    recipes: [
      .training(
        6, "dqn", "CartPole-v1", .zoo,
        with: cartPoleDQN.with(["buffer_size": .integer(128), "learning_starts": .integer(100)])),
      .training(
        4, "sac", "Pendulum-v1", with: small.with(["buffer_size": .integer(128), "learning_starts": .integer(100)])),
    ]),
  Kind(
    name: "dead_relus", description: "nine of ten units of the first layer are 0 for every input",
    causes: ["PoorStart"],
    recipes: [
      .training(
        6, "ppo", "CartPole-v1", .zoo, fault: "dead_units", with: cartPole.with(["activation_fn": .text("relu")])),
      .training(4, "dqn", "CartPole-v1", .zoo, fault: "dead_units", with: cartPoleDQN),
    ]),
  Kind(
    name: "saturated_tanh", description: "the first layer's weights start 300 times too large",
    causes: ["PoorStart"],
    recipes: [
      .training(6, "ppo", "CartPole-v1", .zoo, fault: "saturated_units", with: cartPole),
      .training(4, "ppo", "Pendulum-v1", .zoo, fault: "saturated_units", with: pendulum),
    ]),
  Kind(
    name: "nan_observation", description: "an observation holds NaN after half of the training",
    causes: ["NonFiniteInput", "ExplodingTensor"],
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "nan_observation", with: cartPole),
      .training(4, "dqn", "CartPole-v1", .zoo, fault: "nan_observation", with: cartPoleDQN),
      .training(2, "sac", "Pendulum-v1", fault: "nan_observation", with: small),
    ]),
  Kind(
    name: "sensor_drift", description: "after half of the training half of the sensors read 5 x + 3",
    causes: ["InputShift", "ReturnCollapse"],
    recipes: [
      .training(6, "ppo", "CartPole-v1", .zoo, fault: "sensor_drift", with: cartPole),
      .training(4, "dqn", "CartPole-v1", .zoo, fault: "sensor_drift", with: cartPoleDQN),
    ]),
  Kind(
    name: "mislabelled_data", description: "40 % of the targets are those of other rows",
    causes: ["LabelNoise", "Confusion"],
    recipes: [
      .fit(6, "mlp", .classes, mislabelled: 0.4),
      .fit(4, "logistic", .classes, mislabelled: 0.4),
    ]),
  Kind(
    name: "leak", description: "40 % of the rows are copies, so that training rows are validated with",
    causes: ["ValidationLeak"],
    recipes: [
      .fit(4, "mlp", .classes, repeated: 0.4),
      .fit(4, "mlp", .number, repeated: 0.4),
      .fit(2, "ridge", .number, repeated: 0.4),
    ]),
  Kind(
    name: "gamma_zero", description: "the discount factor is 0: no reward but the next counts",
    causes: ["ShortHorizon"], peerRuns: 0,
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, with: cartPole.with(["gamma": .number(0)])),
      .training(2, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN.with(["gamma": .number(0)])),
      .training(2, "ppo", "Pendulum-v1", .zoo, with: pendulum.with(["gamma": .number(0)])),
      .training(2, "sac", "Pendulum-v1", with: small.with(["gamma": .number(0)])),
    ]),
  Kind(
    name: "horizon_too_short", description: "1 / (1 − γ) is 2 to 5 steps, of episodes of hundreds",
    causes: ["ShortHorizon"], peerRuns: 0,
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, with: cartPole.with(["gamma": .number(0.5)])),
      .training(2, "dqn", "CartPole-v1", .zoo, with: cartPoleDQN.with(["gamma": .number(0.5)])),
      .training(2, "ppo", "Acrobot-v1", with: acrobot.with(["gamma": .number(0.8)])),
      .training(2, "sac", "Pendulum-v1", with: small.with(["gamma": .number(0.5)])),
    ]),
  Kind(
    name: "evaluation_differs", description: "actions mean the opposite in evaluations",
    causes: ["EvaluationDiffers"], peerRuns: 0,
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "reversed_actions", with: cartPole),
      .training(2, "ppo", "Acrobot-v1", fault: "reversed_actions", with: acrobot),
      .training(2, "dqn", "CartPole-v1", .zoo, fault: "reversed_actions", with: cartPoleDQN),
      .training(2, "sac", "Pendulum-v1", fault: "reversed_actions", with: small),
    ]),
  Kind(
    name: "not_normalised_as_trained",
    description: "observations are scaled by their running statistics in the training, and not in evaluations",
    causes: ["NotNormalisedAsTrained"], peerRuns: 0,
    recipes: [
      .training(4, "ppo", "CartPole-v1", .zoo, fault: "normalised_observations", with: cartPole),
      .training(4, "ppo", "Acrobot-v1", fault: "normalised_observations", with: acrobot),
      .training(2, "dqn", "CartPole-v1", .zoo, fault: "normalised_observations", with: cartPoleDQN),
    ]),
  Kind(
    name: "no_update", description: "learning_starts or train_freq is beyond the budget",
    causes: ["NoUpdates"], peerRuns: 0,
    recipes: [
      .training(
        4, "dqn", "CartPole-v1", .zoo,
        with: ["n_timesteps": .integer(5_000), "learning_starts": .integer(10_000)]),
      .training(
        2, "dqn", "CartPole-v1", .zoo, with: ["n_timesteps": .integer(5_000), "train_freq": .integer(100_000)]),
      .training(
        4, "sac", "Pendulum-v1",
        with: small.with(["n_timesteps": .integer(5_000), "learning_starts": .integer(10_000)])),
    ]),
  Kind(
    name: "model_too_weak", description: "a linear model of a target that depends on a product of two features",
    causes: ["ModelTooWeak"], peerRuns: 0,
    recipes: [
      .fit(6, "logistic", .parity),
      .fit(2, "ridge", .product),
      .fit(2, "linear", .product),
    ]),
  Kind(
    name: "target_among_columns", description: "one more column is made of the target", causes: ["LeakingColumn"],
    peerRuns: 0,
    recipes: [
      .fit(5, "gbdt", .classes, leak: true, fewTrees),
      .fit(5, "gbdt", .number, leak: true, fewTrees),
      .fit(4, "decision_tree", .classes, leak: true),
      .fit(4, "random_forest", .number, leak: true, ["max_features": .text("all")]),
    ]),
  Kind(
    name: "class_never_predicted", description: "a class of a quarter of the rows hardly differs from the other",
    causes: ["ClassNeverPredicted", "ModelTooWeak"], peerRuns: 0,
    recipes: [
      .fit(6, "logistic", .faint), .fit(4, "gbdt", .faint, ["n_estimators": .integer(10)]),
    ]),
  Kind(
    name: "target_moves", description: "the target moves with time, and the last rows validate",
    causes: ["TargetShift"], peerRuns: 0,
    recipes: [
      .fit(4, "gbdt", .number, drift: 3, fewTrees), .fit(4, "ridge", .number, drift: 3),
      .fit(4, "logistic", .classes, drift: 3),
    ]),
  Kind(
    name: "boosted_too_long", description: "2,000 rounds of large steps without early stopping",
    causes: ["Overtraining", "Overfit"], peerRuns: 0,
    recipes: [
      .fit(5, "gbdt", .classes, boostedTooLong), .fit(5, "gbdt", .number, mislabelled: 0.3, boostedTooLong),
    ]),
]
