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
    sink.record(.trainValueLoss, value / count, step: step)
    sink.record(.trainEntropyLoss, -entropy / count, step: step)
    sink.record(.trainGradNorm, gradientNorm / count, step: step)
    sink.record(.trainLearningRate, learningRate, step: step)
    sink.record(.trainNUpdates, Double(network.updates), step: step)
    network.reportEntropy(entropy / count, step: step, to: sink)
  }
}
