import Formats
import Telemetry

/// A network that is dead, saturated or symmetric from its first look on.
enum PoorStart: CauseTest {
  static let name = "PoorStart"
  static let explains: [any DebuggerRule.Type] = [
    PoorWeightInitialization.self, DeadRelu.self, SaturatedActivation.self, AllZero.self, UnchangedTensor.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    let change = "Start from orthogonal, Kaiming's (ReLU) or Xavier's (tanh) weights and biases of 0; scale the inputs."
    if let found = symptoms.first(of: PoorWeightInitialization.self) {
      return Inference(
        claim: "the network's first weights are unsuitable", evidence: found.evidence, change: change, leading: found)
    }
    let kinds: [(rule: any DebuggerRule.Type, series: String, words: String)] = [
      (DeadRelu.self, "dead_fraction", "units of LAYER are 0 for every input"),
      (SaturatedActivation.self, "saturated_fraction", "outputs of LAYER are at the activation's limits"),
    ]
    for (rule, series, words) in kinds {
      for found in symptoms.findings(of: rule) {
        guard let first = symptoms.values(Metric("activations/\(found.subject)/\(series)")).first, first > 0.5 else {
          continue
        }
        return Inference(
          claim: "the network starts with \(rule == DeadRelu.self ? "dead" : "saturated") units",
          evidence: "\(rounded(100 * first)) % of the "
            + words.replacing("LAYER", with: found.subject) + " in the first diagnostics",
          change: change, leading: found)
      }
    }
    return nil
  }
}

/// A hyperparameter that is far from all usual values, and a finding that it brings about.
enum UnusualSetting: CauseTest {
  static let name = "UnusualSetting"
  static let explains: [any DebuggerRule.Type] = [
    ApproxKLSpike.self, ClipFraction.self, ReturnCollapse.self, NotLearning.self, ReturnFalls.self,
    GradientNormSpike.self, EntropyCollapse.self, DeadPolicy.self,
  ]

  private struct Bound: Sendable {
    var name: String
    var isOdd: @Sendable (Double) -> Bool
    var rules: [any DebuggerRule.Type]
    var claim: String
    var change: String
  }

  private static let bounds: [Bound] = [
    Bound(
      name: "clip_range", isOdd: { $0 >= 0.8 }, rules: [ApproxKLSpike.self, ReturnCollapse.self, EntropyCollapse.self],
      claim: "is too wide: hardly any update is clipped", change: "Try clip_range 0.2."),
    Bound(
      name: "n_epochs", isOdd: { $0 >= 50 }, rules: [ApproxKLSpike.self, ClipFraction.self, ReturnCollapse.self],
      claim: "passes over the same samples are too many", change: "Try n_epochs 10."),
    Bound(
      name: "batch_size", isOdd: { $0 <= 4 },
      rules: [
        NotLearning.self, ReturnFalls.self, ReturnCollapse.self, ApproxKLSpike.self, GradientNormSpike.self,
        EntropyCollapse.self, DeadPolicy.self,
      ],
      claim: "is too small: gradients are mostly noise", change: "Try batch_size 64."),
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    for bound in bounds {
      guard let value = symptoms.number(bound.name), bound.isOdd(value),
        let leading = symptoms.findings(of: bound.rules).first
      else { continue }
      return Inference(
        claim: "\(bound.name) \(shortest(value)) \(bound.claim)", evidence: leading.evidence, change: bound.change,
        leading: leading)
    }
    return nil
  }
}
