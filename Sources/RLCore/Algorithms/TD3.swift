import Learning
import Settings
import Telemetry

/// Twin delayed deep deterministic policy gradient (Fujimoto, van Hoof and Meger 2018, algorithm 1): two critics, a
/// delayed actor, and smoothed targets. Names and defaults are Stable-Baselines3's.
public typealias TD3 = DeterministicPolicyGradient<TD3Configuration>

public struct TD3Configuration: DeterministicPolicyConfiguration {
  public static let agentName = "td3"
  public static let agentSummary = "Twin delayed DDPG (Fujimoto et al. 2018)"

  public var learningRate = Schedule.constant(1e-3)
  public var replay = ReplaySettings()
  public var tau = 0.005
  public var policyDelay = 2
  public var targetPolicyNoise = 0.2
  public var targetNoiseClip = 0.5
  public var explorationNoise = ExplorationNoise.Kind.none
  public var explorationDeviation = 0.1
  public var hiddenWidths = [400, 300]
  public var activation = Activation.relu
  public init() {}

  public let criticCount = 2
  public var targetNoise: (deviation: Double, clip: Double) { (targetPolicyNoise, targetNoiseClip) }

  public static let hyperparameters: [Hyperparameter<TD3Configuration>] =
    [.schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size, of all networks")]
    + ReplaySettings.hyperparameters.map { $0.at(\.replay) } + [
      .number("tau", \.tau, .unit, "share of the target networks that their update replaces"),
      .integer("policy_delay", \.policyDelay, .atLeast(1), "critic updates per update of the actor and the targets"),
      .number("target_policy_noise", \.targetPolicyNoise, .nonNegative, "deviation of the noise on target actions"),
      .number("target_noise_clip", \.targetNoiseClip, .nonNegative, "the noise on target actions is clipped to this"),
      .choice("noise_type", \.explorationNoise, "noise that the actor explores with"),
      .number("noise_std", \.explorationDeviation, .nonNegative, "its deviation, in units of actions scaled to −1 … 1"),
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "what follows each hidden layer"),
    ]
}
