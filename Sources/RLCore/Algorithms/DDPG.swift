import Learning
import Settings
import Telemetry

/// Deep deterministic policy gradient (Lillicrap et al. 2016, algorithm 1). Names and defaults are Stable-Baselines3's:
/// no weight decay, no normalisation between layers.
package typealias DDPG = DeterministicPolicyGradient<DDPGConfiguration>

package struct DDPGConfiguration: DeterministicPolicyConfiguration {
  package static let agentName = "ddpg"
  package static let agentSummary = "Deep deterministic policy gradient (Lillicrap et al. 2016)"

  package var learningRate = Schedule.constant(1e-3)
  package var replay = ReplaySettings()
  package var tau = 0.005
  package var explorationNoise = ExplorationNoise.Kind.none
  package var explorationDeviation = 0.1
  package var hiddenWidths = [400, 300]
  package var activation = Activation.relu
  package init() {}

  package let criticCount = 1
  package let policyDelay = 1
  package var targetNoise: (deviation: Double, clip: Double) { (0, 0) }

  package static let hyperparameters: [Hyperparameter<DDPGConfiguration>] =
    [.schedule("learning_rate", \.learningRate, .nonNegative, "Adam's step size, of both networks")]
    + ReplaySettings.hyperparameters.map { $0.at(\.replay) } + [
      .number("tau", \.tau, .unit, "share of the target networks that their update replaces"),
      .choice("noise_type", \.explorationNoise, "exploration noise of the actor"),
      .number("noise_std", \.explorationDeviation, .nonNegative, "its std, in units of actions scaled to −1 … 1"),
      .widths("net_arch", \.hiddenWidths, "widths of the hidden layers"),
      .choice("activation_fn", \.activation, "activation after each hidden layer"),
    ]
}
