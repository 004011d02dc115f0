import Telemetry

/// Many units of a ReLU layer never fire (`activations/LAYER/dead_fraction`, the share that is 0 on a whole batch).
///
/// More than half of the layer at 3 points in a row; an error where it is all of it, since then nothing passes in either
/// direction. Amazon SageMaker Debugger's rule of this name has the same half of a layer.
public struct DeadRelu: DebuggerRule {
  public static let name = "DeadRelu"
  private static let kind = SeriesKind("activations/*/dead_fraction")
  private var dead = Streaks(patience: 3)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard let layer = Self.kind.subject(of: metric), dead.reaches(value > 0.5, layer) else { return nil }
    return Finding(
      rule: Self.name, severity: value == 1 ? .error : .warning, step: step,
      evidence:
        "\(rounded(100 * value)) % of the units of \(layer) were 0 on a whole batch\(dead.patience.pointsInARow)",
      meaning: value == 1
        ? "Nothing passes through this layer, and no gradient comes back, so what is before it cannot learn."
        : "These units give nothing and get no gradient, so the network is smaller than it looks.",
      advice: "Start again with a lower learning_rate, or with another activation: gelu, silu or tanh do not die.")
  }
}
