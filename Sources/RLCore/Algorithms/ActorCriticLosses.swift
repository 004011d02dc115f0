import Telemetry

/// The losses of a policy and of its value, summed over updates.
struct ActorCriticLosses {
  var policy = 0.0
  var value = 0.0
  var entropy = 0.0
  var gradientNorm = 0.0

  static func += (sum: inout ActorCriticLosses, losses: ActorCriticLosses) {
    sum.policy += losses.policy
    sum.value += losses.value
    sum.entropy += losses.entropy
    sum.gradientNorm += losses.gradientNorm
  }

  /// Records the means over `count` updates of `network`.
  func report(over count: Double, of network: ActorCritic, learningRate: Double, step: Int, to sink: any MetricSink) {
    sink.record("train/policy_loss", policy / count, step: step)
    sink.record("train/value_loss", value / count, step: step)
    sink.record("train/entropy_loss", -entropy / count, step: step)
    sink.record("train/grad_norm", gradientNorm / count, step: step)
    sink.record("train/learning_rate", learningRate, step: step)
    sink.record("train/n_updates", Double(network.updates), step: step)
    network.reportEntropy(entropy / count, step: step, to: sink)
  }
}
