import Formats
import Telemetry

/// The policy is paid more for chance than for reward.
enum EntropyBonusTooLarge: CauseTest {
  static let name = "EntropyBonusTooLarge"
  static let explains: [any DebuggerRule.Type] = [
    EntropyStuck.self, NotLearning.self, ReturnFalls.self, VanishingGradient.self, DeadRelu.self, LossRises.self,
    GradientNormSpike.self, QOverestimation.self, WeightUpdateRatio.self,
  ]

  /// Larger weights than any that the zoo has.
  private static let large = 0.1

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let weight = symptoms.number("ent_coef"), weight >= large else { return nil }
    let hasStuck = symptoms.first(of: EntropyStuck.self)
    guard let leading = hasStuck ?? symptoms.first(of: NotLearning.self, ReturnFalls.self) else { return nil }
    let fractions = symptoms.values(.trainEntropyFraction)
    if let last = fractions.last, hasStuck == nil, last < 0.7 { return nil }
    let isLearnt = symptoms.parameters["initial_ent_coef"] != nil
    return Inference(
      claim: "ent_coef \(shortest(weight)) is too high",
      evidence: fractions.last.map {
        "at the end the policy's entropy is \(rounded(100 * $0)) % of its maximum"
      }
        ?? leading.evidence,
      change: isLearnt ? "Set ent_coef to null, so that it is learnt, or try ≤ 0.2." : "Try ent_coef ≤ 0.01.",
      leading: leading)
  }
}

/// The policy becomes certain before it has learnt anything.
enum EntropyTooLow: CauseTest {
  static let name = "EntropyTooLow"
  static let explains: [any DebuggerRule.Type] = [
    EntropyCollapse.self, DeadPolicy.self, ApproxKLSpike.self, NotLearning.self, ReturnFalls.self,
    VanishingGradient.self, UnchangedTensor.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let leading = symptoms.first(of: EntropyCollapse.self, DeadPolicy.self, NotLearning.self, ApproxKLSpike.self),
      let lowest = symptoms.values(.trainEntropyFraction, upTo: 0.5).min(), lowest < 0.1,
      symptoms.first(of: EntropyCollapse.self, DeadPolicy.self, NotLearning.self) != nil
    else { return nil }
    // Steps that go too far make a policy certain, too; and what is lost was learnt before.
    if LearningRateTooHigh.isClear(symptoms) || symptoms.first(of: ReturnCollapse.self) != nil { return nil }
    let weight = symptoms.number("ent_coef")
    return Inference(
      claim: "the policy becomes certain before it has learnt",
      evidence:
        "its entropy falls to \(rounded(100 * lowest)) % of its maximum in the first half of the training",
      change: "Check the sign of the entropy bonus"
        + (weight.map { $0 < 0.01 ? ", and try ent_coef 0.01 (now \(shortest($0)))." : "." } ?? "."),
      leading: leading)
  }
}
