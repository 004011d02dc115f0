import Learning
import Settings
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

  public static let hyperparameters: [Hyperparameter<DDPGConfiguration>] =
    [.schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size, of both networks")]
    + ReplaySettings.hyperparameters.map { $0.at(\.replay) } + [
      .number("tau", \.tau, .unit, "share of the target networks that their update replaces"),
      .choice("noise_type", \.explorationNoise, "noise that the actor explores with"),
      .number("noise_std", \.explorationDeviation, .nonNegative, "its deviation, in units of actions scaled to −1 … 1"),
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "what follows each hidden layer"),
    ]
}
