import Telemetry

/// The first steps of an evaluation, to be shown as tensors `eval/observations`, `eval/actions` and `eval/rewards`.
public final class EvaluationTensors {
  /// Vector steps that are kept.
  static let longest = 1_000
  static let names = ["eval/observations", "eval/actions", "eval/rewards"]

  private var observations: [Float] = []
  private var actions: [Float] = []
  private var rewards: [Float] = []
  private var steps = 0

  func take(_ observations: [Float], _ actions: [Float]) {
    guard steps < Self.longest else { return }
    self.observations += observations
    self.actions += actions
  }

  /// Ends the step.
  func take(rewards: [Double]) {
    if steps < Self.longest { self.rewards += rewards.map { Float($0) } }
    steps += 1
  }

  func record(step: Int, to sink: any MetricSink) {
    for (name, values) in zip(Self.names, [observations, actions, rewards]) {
      values.withUnsafeBufferPointer { sink.record(tensor: name, $0, step: step) }
    }
  }
}
