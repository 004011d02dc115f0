import Formats
import Settings
import Telemetry

/// Some metric is NaN or ±∞.
///
/// One value is enough: nothing trained from it can be trusted. Every metric is watched, and speaks for itself, but for
/// `time/…` and `system/…`, which say nothing of the training, `train/explained_variance`, which is 0/0 wherever all
/// returns of a rollout are the same, and the layers' series, which would say the same of every layer that the loss says.
package struct ExplodingTensor: DebuggerRule {
  package static let name = "ExplodingTensor"
  package static let summary = "a metric is NaN or infinite"
  package static let scope = RuleScope.anyRun
  package static let stage = RuleStage.numbers
  package static let amazon: AmazonRule? = AmazonRule("any NaN or infinity")
  package static let watches: [NamePattern] = ["*"]
  package static let hyperparameters: [Hyperparameter<ExplodingTensor>] = [
    .flag("only_nan", \.onlyNaN, "infinities are ignored")
  ]

  package var onlyNaN = false
  private var exploded = Streaks()
  private var hasExploded = false

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    // Looked at first, since it is all there is to do at nearly every point.
    guard hasExploded || !point.value.isFinite, Self.watches(point.metric) else { return nil }
    hasExploded = true
    let holds = onlyNaN ? point.value.isNaN : !point.value.isFinite
    return exploded.verdict(holds, patience: 1, at: point, subject: point.metric.name) {
      Self.finding(
        point, .error, subject: point.metric.name, evidence: "\(point.metric) is \(shortest(point.value))",
        meaning: "The numbers have left the finite range, and what is trained from them from here on is worthless.",
        advice: [
          .lower("learning_rate"), .lower("max_grad_norm"), "check rewards and observations for huge values",
          "go on from a checkpoint before this step",
        ])
    }
  }

  private static let unwatched = [
    "time/", "system/", "weights/", "gradients/", "updates/", "activations/", "signals/",
  ]

  private static func watches(_ metric: Metric) -> Bool {
    !unwatched.contains { metric.name.hasPrefix($0) } && metric != .trainExplainedVariance
  }
}
