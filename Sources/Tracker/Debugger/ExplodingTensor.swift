import Telemetry

/// Some metric is NaN or ±∞.
///
/// One value is enough: nothing trained from it can be trusted. Every metric is watched, and speaks for itself, but for
/// `time/…` and `system/…`, which say nothing of the training, `train/explained_variance`, which is 0/0 wherever all
/// returns of a rollout are the same, and the layers' series, which would say the same of every layer that the loss
/// says. Amazon SageMaker Debugger has the rule by this name, with these values.
public struct ExplodingTensor: DebuggerRule {
  public static let name = "ExplodingTensor"
  private var exploded: Set<Metric> = []

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    if value.isFinite {
      if !exploded.isEmpty { exploded.remove(metric) }
      return nil
    }
    guard Self.watches(metric), exploded.insert(metric).inserted else { return nil }
    return Finding(
      rule: Self.name, severity: .error, step: step, evidence: "\(metric) is \(shortest(value))",
      meaning: "The numbers have left the finite range, and what is trained from them from here on is worthless.",
      advice: "Lower learning_rate or max_grad_norm, check rewards and observations for huge values, "
        + "and go on from a checkpoint before this step.")
  }

  private static let unwatched = ["time/", "system/", "weights/", "gradients/", "updates/", "activations/"]

  private static func watches(_ metric: Metric) -> Bool {
    !unwatched.contains { metric.name.hasPrefix($0) } && metric != "train/explained_variance"
  }
}
