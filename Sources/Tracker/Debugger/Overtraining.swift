import Telemetry

/// A fit goes on although it no longer gets better (`validation/loss`).
///
/// The best loss, where better means by 1 %, is 50 epochs back, and further back than its own epoch number: the fit has
/// taken twice as long as it needed. Amazon SageMaker Debugger's rule of this name waits for 10 points; early stopping
/// commonly waits that long too, and is no mistake. It speaks once a run.
public struct Overtraining: DebuggerRule {
  public static let name = "Overtraining"
  private var best = Double.infinity
  private var bestEpoch = 0
  private var epoch = 0
  private var late = Streak(patience: 1)

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    guard metric == "validation/loss", value.isFinite else { return nil }
    epoch += 1
    if value < best - 0.01 * abs(best) || best == .infinity { (best, bestEpoch) = (value, epoch) }
    guard late.reaches(epoch - bestEpoch >= max(50, bestEpoch)) else { return nil }
    return Finding(
      rule: Self.name, severity: .warning, step: step,
      evidence: "validation/loss is \(rounded(value)) and has not improved by 1 % on the \(rounded(best)) of "
        + "\(epoch - bestEpoch) points before",
      meaning: "The model was as good long ago; more epochs only cost time or fit it to noise.",
      advice: "Stop early, or use fewer epochs; if the loss is still poor, try another model or learning_rate.")
  }
}
