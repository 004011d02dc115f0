import Telemetry

/// What is followed leads away from the objective.
enum WrongDirection: CauseTest {
  static let name = "WrongDirection"
  static let explains: [any DebuggerRule.Type] = [
    LossRises.self, ReturnFalls.self, QOverestimation.self, NotLearning.self, LossNotDecreasing.self,
    GradientNormSpike.self, EntropyCollapse.self, DeadPolicy.self, ReturnCollapse.self, ApproxKLSpike.self,
    ClipFraction.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let leading = symptoms.first(of: LossRises.self, QOverestimation.self, ReturnFalls.self),
      symptoms.first(of: LossRises.self, ReturnFalls.self) != nil
    else { return nil }
    // Steps that go too far, or rewards of another scale, do this too.
    if symptoms.first(of: RewardScale.self, TargetStale.self, ReplayTooSmall.self, InputShift.self, NonFiniteInput.self)
      != nil
      || symptoms.findings(of: WeightUpdateRatio.self).contains(where: { (symptoms.updateRatio(at: $0) ?? 0) > 0.1 })
    {
      return nil
    }
    let gains = symptoms.values("train/policy_gradient_loss", upTo: 0.5)
    // An update lowers the policy's loss below the 0 that it starts from, unless it goes up.
    let rises = gains.count >= 3 && gains.count { $0 > 0 } * 10 >= gains.count * 9
    return Inference(
      claim: "updates lead away from the objective, as with a wrong sign",
      evidence: rises ? "train/policy_gradient_loss is above 0 after nearly every update" : leading.evidence,
      change: "Check the signs of the loss, of the update and of the rewards.", leading: leading)
  }
}

/// Training and evaluation are not the same task.
enum EvaluationDiffers: CauseTest {
  static let name = "EvaluationDiffers"
  static let explains: [any DebuggerRule.Type] = [EvaluationGap.self]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: EvaluationGap.self) else { return nil }
    return Inference(
      claim: "the evaluation's environment differs from the training's",
      evidence: found.evidence, change: found.advice, leading: found)
  }
}
