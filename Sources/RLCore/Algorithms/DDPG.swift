import Learning
import Telemetry

/// Deep deterministic policy gradient (Lillicrap et al. 2016, algorithm 1). Names and defaults are Stable-Baselines3's:
/// no weight decay, no normalisation between layers.
public typealias DDPG = DeterministicPolicyGradient<DDPGConfiguration>

public struct DDPGConfiguration: DeterministicPolicyConfiguration {
  public static let agentName = "ddpg"
  public static let agentSummary = "Deep deterministic policy gradient (Lillicrap et al. 2016)"

  public var learningRate = Schedule.constant(1e-3)
  public var replay = ReplaySettings()
  public var tau = 0.005
  public var explorationNoise = ExplorationNoise.Kind.none
  public var explorationDeviation = 0.1
  public var hiddenWidths = [400, 300]
  public var activation = Activation.relu
  public init() {}

  public let criticCount = 1
  public let policyDelay = 1
  public var targetNoise: (deviation: Double, clip: Double) { (0, 0) }

  public static let hyperparameters: [Hyperparameter<DDPGConfiguration>] = [
    .schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size, of both networks"),
    .integer("buffer_size", \.replay.capacity, .atLeast(1), "transitions that are remembered"),
    .integer("learning_starts", \.replay.learningStarts, .atLeast(0), "transitions before the first update"),
    .integer("batch_size", \.replay.batchSize, .atLeast(1), "transitions an update learns from"),
    .integer("train_freq", \.replay.trainFrequency, .atLeast(1), "steps each copy takes between rounds of updates"),
    .updates("gradient_steps", \.replay.gradientSteps, "updates a round; -1: one a transition"),
    .number("gamma", \.replay.gamma, .unit, "discount factor γ"),
    .integer("n_steps", \.replay.steps, .atLeast(1), "rewards before bootstrapping (n-step returns)"),
    .number("tau", \.tau, .unit, "share of the target networks that their update replaces"),
    .choice("noise_type", \.explorationNoise, "noise that the actor explores with"),
    .number("noise_std", \.explorationDeviation, .nonNegative, "its deviation, in units of actions scaled to −1 … 1"),
    .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
    .choice("activation_fn", \.activation, "what follows each hidden layer"),
  ]
}
