import Telemetry

/// A layer's weights, or their gradient, are all zero (`weights/LAYER/norm`, `gradients/LAYER/norm`).
///
/// Weights: one point is enough, since it comes after an update. A gradient: 3 points in a row, because one batch may be
/// fitted exactly. Amazon SageMaker Debugger's rule of this name has no patience.
public struct AllZero: DebuggerRule {
  public static let name = "AllZero"
  private static let weights = SeriesKind("weights/*/norm")
  private static let gradients = SeriesKind("gradients/*/norm")
  private var zeroWeights = Streaks(patience: 1)
  private var zeroGradients = Streaks(patience: 3)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    if let layer = Self.weights.subject(of: metric) {
      guard zeroWeights.reaches(value == 0, layer) else { return nil }
      return Finding(
        rule: Self.name, severity: .error, step: step, evidence: "all weights of \(layer) are 0",
        meaning: "The layer passes nothing on, and its units are all alike and would stay so.",
        advice: "Start from random weights: orthogonal, Kaiming's for ReLU, or Xavier's for tanh.")
    }
    guard let layer = Self.gradients.subject(of: metric), zeroGradients.reaches(value == 0, layer) else { return nil }
    return Finding(
      rule: Self.name, severity: .error, step: step,
      evidence: "the gradient by the weights of \(layer) was 0\(zeroGradients.patience.pointsInARow)",
      meaning: "Nothing of the loss reaches this layer, so it does not learn.",
      advice: "Look at the layers after it for dead units or weights of zero, and lower learning_rate.")
  }
}
