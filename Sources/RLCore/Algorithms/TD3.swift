import Learning
import Settings
import Telemetry

/// Twin delayed deep deterministic policy gradient (Fujimoto, van Hoof and Meger 2018, algorithm 1): two critics, a
/// delayed actor, and smoothed targets. Names and defaults are Stable-Baselines3's.
package typealias TD3 = DeterministicPolicyGradient<TD3Configuration>

package struct TD3Configuration: DeterministicPolicyConfiguration {
  package static let agentName = "td3"
  package static let agentSummary = "Twin delayed DDPG (Fujimoto et al. 2018)"

  package var learningRate = Schedule.constant(1e-3)
  package var replay = ReplaySettings()
  package var tau = 0.005
  package var policyDelay = 2
  package var targetPolicyNoise = 0.2
  package var targetNoiseClip = 0.5
  package var explorationNoise = ExplorationNoise.Kind.none
  package var explorationDeviation = 0.1
  package var hiddenWidths = [400, 300]
  package var activation = Activation.relu
  package init() {}

  package let criticCount = 2
  package var targetNoise: (deviation: Double, clip: Double) { (targetPolicyNoise, targetNoiseClip) }

  package static let hyperparameters: [Hyperparameter<TD3Configuration>] =
    [.schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size, of all networks")]
    + ReplaySettings.hyperparameters.map { $0.at(\.replay) } + [
      .number("tau", \.tau, .unit, "share of the target networks that their update replaces"),
      .integer("policy_delay", \.policyDelay, .atLeast(1), "critic updates per update of the actor and the targets"),
      .number("target_policy_noise", \.targetPolicyNoise, .nonNegative, "std of the noise on target actions"),
      .number("target_noise_clip", \.targetNoiseClip, .nonNegative, "the noise on target actions is clipped to this"),
      .choice("noise_type", \.explorationNoise, "exploration noise of the actor"),
      .number("noise_std", \.explorationDeviation, .nonNegative, "its std, in units of actions scaled to −1 … 1"),
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "activation after each hidden layer"),
    ]
}
