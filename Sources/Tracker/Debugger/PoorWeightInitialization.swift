import Telemetry

/// A layer's weights start in a way that training does not get over easily; judged by each series' first point alone.
///
/// Either all units are alike (`weights/LAYER/unit_spread` below 0.01; about 1 for random weights): they get the same
/// gradient and stay alike. Or the signal is lost or blown up on its way (`activations/LAYER/variance` below 1e-7 or
/// above 10,000 with inputs that should have 1). Amazon SageMaker Debugger's rule of this name compares the variances of
/// layers, at most 10 times each other, during 10 steps, which layers of unlike widths do not keep; its other bound, 90 %
/// of the activations within 0.001, is about our lower one.
public struct PoorWeightInitialization: DebuggerRule {
  public static let name = "PoorWeightInitialization"
  private static let spread = SeriesKind("weights/*/unit_spread")
  private static let variance = SeriesKind("activations/*/variance")
  private var judged: Set<Metric> = []

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    if let layer = Self.spread.subject(of: metric) {
      guard judged.insert(metric).inserted, value < 0.01 else { return nil }
      return finding(
        step, "the units of \(layer) start alike: their weights differ by \(rounded(value)) of the weights' size",
        "Units that are alike get the same gradient and stay alike, so the layer works like a single unit.")
    }
    guard let layer = Self.variance.subject(of: metric), judged.insert(metric).inserted else { return nil }
    if value < 1e-7 {
      return finding(
        step, "the outputs of \(layer) start with a variance of \(rounded(value)) over a batch, below 1e-07",
        "The layer gives nearly the same for every input, so that little of a difference reaches what follows.")
    }
    guard value > 10_000 else { return nil }
    return finding(
      step, "the outputs of \(layer) start with a variance of \(rounded(value)) over a batch, above 10000",
      "The numbers grow from layer to layer, and the first updates will be huge.")
  }

  private func finding(_ step: Int, _ evidence: String, _ meaning: String) -> Finding {
    Finding(
      rule: Self.name, severity: .warning, step: step, evidence: evidence, meaning: meaning,
      advice: "Use orthogonal weights, Kaiming's for ReLU or Xavier's for tanh, and scale the inputs to deviation 1.")
  }
}
