import Formats
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
    // Steps that go too far, or what comes in, do this too.
    let input: [any DebuggerRule.Type] = [
      RewardScale.self, TargetStale.self, ReplayTooSmall.self, InputShift.self, NonFiniteInput.self,
    ]
    if !symptoms.findings(of: input).isEmpty || LearningRateTooHigh.isClear(symptoms) { return nil }
    let gains = symptoms.values(.trainPolicyGradientLoss, upTo: 0.5)
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
      shownBy: found)
  }
}

/// Something was learnt, and is lost.
enum LearntAndLost: CauseTest {
  static let name = "ReturnCollapse"
  static let explains: [any DebuggerRule.Type] = [
    ReturnCollapse.self, DeadPolicy.self, EntropyCollapse.self, UnchangedTensor.self, VanishingGradient.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: ReturnCollapse.self) else { return nil }
    return Inference(
      claim: "what had been learnt was lost before step \(grouped(found.step))", evidence: found.evidence,
      change: found.advice + " Look for what changed in the environment then.", leading: found)
  }
}
