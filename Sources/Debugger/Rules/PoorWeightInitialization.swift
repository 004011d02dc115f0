import Formats
import Settings
import Telemetry

/// A layer's weights start in a way that training does not get over easily; judged by each series' first point alone.
///
/// Either all units are alike (`weights/LAYER/unit_spread` below 0.01; about 1 for random weights): they get the same
/// gradient and stay alike. Or the signal is lost or blown up on its way (`activations/LAYER/variance` below 1e-7 or
/// above 10,000 with inputs that should have 1). Amazon compares the variances of layers, which layers of unlike widths do
/// not keep; its other bound, 90 % of the activations within 0.001, is about our lower one.
package struct PoorWeightInitialization: DebuggerRule {
  package static let name = "PoorWeightInitialization"
  package static let summary = "a layer starts with units that are alike, or with outputs that vanish or explode"
  package static let scope = RuleScope.networks
  package static let stage = RuleStage.beginning
  package static let amazon: AmazonRule? = AmazonRule(
    "variances of layers' inputs 10 times apart, or 90 % of activations within 0.001, in the first 10 steps",
    ["spread": .number(0), "least_variance": .number(1e-7)])
  package static let watches: [NamePattern] = ["weights/*/unit_spread", "activations/*/variance"]
  package static let hyperparameters: [Hyperparameter<PoorWeightInitialization>] = [
    .number("spread", \.spread, .nonNegative, "units whose weights differ by less of the weights' size are alike"),
    .number("least_variance", \.leastVariance, .nonNegative, "outputs of less variance vanish"),
    .number("greatest_variance", \.greatestVariance, .positive, "outputs of more variance explode"),
  ]

  package var spread = 0.01
  package var leastVariance = 1e-7
  package var greatestVariance = 10_000.0
  private var isJudged = PerSeries(false)

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    if isJudged[point] { return nil }
    isJudged[point] = true
    let (layer, value) = (point.subject, point.value)
    if point.pattern == 0 {
      guard value < spread else { return nil }
      return Self.poor(
        point, "the units of \(layer) start alike: their weights differ by \(rounded(value)) of the weights' size",
        "Units that are alike get the same gradient and stay alike, so the layer works like a single unit.")
    }
    if value < leastVariance {
      return Self.poor(
        point,
        "the outputs of \(layer) start with a variance of \(rounded(value)) over a batch, below \(rounded(leastVariance))",
        "The layer gives nearly the same for every input, so that little of a difference reaches what follows.")
    }
    guard value > greatestVariance else { return nil }
    return Self.poor(
      point,
      "the outputs of \(layer) start with a variance of \(rounded(value)) over a batch, above \(rounded(greatestVariance))",
      "The numbers grow from layer to layer, and the first updates will be huge.")
  }

  private static func poor(_ point: WatchedPoint, _ evidence: String, _ meaning: String) -> Verdict {
    .begins(
      Self.finding(
        point, evidence: evidence, meaning: meaning,
        advice: "Use orthogonal weights, Kaiming's (ReLU) or Xavier's (tanh), and scale the inputs to unit variance.")
    )
  }
}
