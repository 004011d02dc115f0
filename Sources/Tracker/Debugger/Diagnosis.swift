import Telemetry

/// What a run's findings come to: the most likely cause first, the others in the order of cause and effect.
///
/// A finding explains those of rules further down: what is wrong with the data or the program comes before what is wrong
/// with a network, that before numbers that run away, and these before a return that falls. Findings of one rule are one
/// cause, whatever the number of layers and of times.
public struct Diagnosis: Sendable, Hashable {
  /// A rule with its findings in the order of time.
  public struct Cause: Sendable, Hashable, Codable {
    public var rule: String
    public var findings: [Finding]
  }

  public private(set) var causes: [Cause] = []

  public init(_ findings: [Finding]) {
    let byRule = Dictionary(grouping: findings.sorted { ($0.step, $0.subject) < ($1.step, $1.subject) }, by: \.rule)
    causes = byRule.map { Cause(rule: $0.key, findings: $0.value) }.sorted {
      (Self.rank($0.rule), $0.findings[0].step, $0.rule) < (Self.rank($1.rule), $1.findings[0].step, $1.rule)
    }
  }

  /// The findings in the order of time.
  public var chain: [Finding] {
    causes.flatMap(\.findings).sorted {
      ($0.step, Self.rank($0.rule), $0.subject) < ($1.step, Self.rank($1.rule), $1.subject)
    }
  }

  /// From causes to effects; what happens within a stage, the first in time explains.
  private static let stages: [[any DebuggerRule.Type]] = [
    // What comes in.
    [
      NonFiniteInput.self, ValidationLeak.self, LabelNoise.self, TimeLimitAsTermination.self, FirstRatio.self,
      TargetStale.self, ReplayTooSmall.self, RewardScale.self, ClassImbalance.self, InputShift.self, FlatInput.self,
    ],
    // How the network begins, and values that run away from what they are to predict.
    [PoorWeightInitialization.self, QOverestimation.self, LossRises.self, WeightUpdateRatio.self],
    // What updates do to the policy and the network.
    [
      ApproxKLSpike.self, ClipFraction.self, SaturatedActivation.self, UnchangedTensor.self, AllZero.self,
      DeadRelu.self, EntropyCollapse.self, DeadPolicy.self,
    ],
    [ReturnFalls.self, GradientNormSpike.self, ExplodingTensor.self],
    [
      EntropyStuck.self, ActionsAtBound.self, VanishingGradient.self, ExplainedVariance.self, TensorVariance.self,
    ],
    // What comes out.
    [
      LossNotDecreasing.self, NotLearning.self, ReturnCollapse.self, Confusion.self, Overfit.self, Overtraining.self,
      NoValidation.self, StalledTraining.self, StepOutlier.self, Bottleneck.self,
    ],
  ]

  /// Rules that are not known here, a user's own, come first: they are asked for.
  private static func rank(_ rule: String) -> Int {
    stages.firstIndex { stage in stage.contains { $0.name == rule } } ?? -1
  }
}
