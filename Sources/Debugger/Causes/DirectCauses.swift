import Formats
import Telemetry

// Causes that one rule shows by itself, with the value that is to blame.

/// `learning_starts` or `train_freq` leave no update.
enum NoUpdate: CauseTest {
  static let name = "NoUpdates"
  static let explains: [any DebuggerRule.Type] = [
    NoUpdates.self, NotLearning.self, ReturnFalls.self, DeadPolicy.self, UnchangedTensor.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: NoUpdates.self) else { return nil }
    let budget = symptoms.budget > 0 ? " of \(grouped(symptoms.budget)) steps" : ""
    if let starts = symptoms.number("learning_starts"), starts >= Double(found.step) {
      return Inference(
        claim: "learning_starts \(grouped(Int(starts))) leaves no update within the budget\(budget)",
        evidence: "no update was made up to step \(grouped(found.step))", change: found.advice, leading: found)
    }
    let frequency = symptoms.parameters["train_freq"].map { "train_freq \($0)" } ?? "the update frequency"
    return Inference(
      claim: "\(frequency) leaves no update within the budget\(budget)",
      evidence: "no update was made up to step \(grouped(found.step))", change: found.advice, leading: found)
  }
}

/// γ, or a horizon far shorter than an episode.
enum HorizonTooShort: CauseTest {
  static let name = "ShortHorizon"
  static let explains: [any DebuggerRule.Type] = [
    ShortHorizon.self, NotLearning.self, ReturnFalls.self, VanishingGradient.self, EntropyStuck.self,
    ReturnCollapse.self, ExplainedVariance.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: ShortHorizon.self) else { return nil }
    let gamma = symptoms.number("gamma")
    let claim = gamma.map { $0 == 0 ? "gamma 0 counts no reward but the next" : "gamma \(shortest($0)) is too low" }
    return Inference(
      claim: claim ?? "the discount factor is too low", shownBy: found)
  }
}

/// Evaluations show observations of another scale.
enum NotNormalisedAsTrained: CauseTest {
  static let name = "NotNormalisedAsTrained"
  static let explains: [any DebuggerRule.Type] = [EvaluationGap.self]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.findings(of: EvaluationGap.self).first(where: { !$0.subject.isEmpty }) else {
      return nil
    }
    return Inference(
      claim: "evaluations show observations that are not normalised or scaled as in training",
      shownBy: found)
  }
}

/// The scale of rewards.
enum RewardsTooLarge: CauseTest {
  static let name = "RewardScale"
  static let explains: [any DebuggerRule.Type] = [
    RewardScale.self, QOverestimation.self, GradientNormSpike.self, LossRises.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: RewardScale.self) else { return nil }
    let reward = symptoms.value(.rolloutRewardAbsMax, at: found.step)
    let unscaled =
      symptoms.parameters["normalize_advantage"] == .flag(false) ? ", and advantages are not normalised" : ""
    return Inference(
      claim: reward.map { "rewards of magnitude \(rounded($0)) are too large" } ?? "the rewards are too large",
      evidence: "values and gradients take their scale\(unscaled)", change: found.advice, leading: found)
  }
}

/// `target_update_interval` is never reached.
enum TargetNeverUpdated: CauseTest {
  static let name = "TargetStale"
  static let explains: [any DebuggerRule.Type] = [TargetStale.self]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: TargetStale.self) else { return nil }
    let interval = symptoms.number("target_update_interval").flatMap { Int(exactly: $0) }
    return Inference(
      claim: interval.map { "target_update_interval \(grouped($0)) is too long" }
        ?? "the target network is never updated",
      shownBy: found)
  }
}

/// `buffer_size` hardly holds a minibatch.
enum ReplayBufferTooSmall: CauseTest {
  static let name = "ReplayTooSmall"
  static let explains: [any DebuggerRule.Type] = [ReplayTooSmall.self]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    guard let found = symptoms.first(of: ReplayTooSmall.self) else { return nil }
    let size = symptoms.number("buffer_size").flatMap { Int(exactly: $0) }
    return Inference(
      claim: size.map { "buffer_size \(grouped($0)) is too small" } ?? "the replay buffer is too small",
      shownBy: found)
  }
}

/// A model that cannot fit says nothing of the labels.
enum WeakModel: CauseTest {
  static let name = "ModelTooWeak"
  static let explains: [any DebuggerRule.Type] = [
    LossNotDecreasing.self, LabelNoise.self, Confusion.self, ClassImbalance.self,
  ]

  static func examine(_ symptoms: Symptoms) -> Inference? {
    // A model that is fitted epoch by epoch may have been fitted badly.
    guard symptoms.values(.trainEpochs).first == 1, let found = symptoms.first(of: LossNotDecreasing.self) else {
      return nil
    }
    return Inference(
      claim: "the model is too weak for these rows, or their features are uninformative",
      shownBy: found)
  }
}
