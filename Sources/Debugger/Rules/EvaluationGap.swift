import Formats
import Settings
import Telemetry

/// Evaluations see another world than the training, or the policy does there what it does not in the training
/// (`eval/start_shift`, `eval/start_scale`, `eval/mean_reward`, `rollout/ep_rew_mean`).
///
/// The first observations of episodes depend on no policy: their means are apart by more than three standard deviations,
/// over all columns, or their standard deviations by more than a factor of four, at 2 evaluations in a row: units or a
/// normalisation differ. (Observations scaled by running statistics shift by up to 1.4 and shrink to 0.3 in sound runs, as
/// the statistics follow the policy.) Or the training's mean return keeps half of a clear gain, and 3 evaluations in a row
/// do not show a quarter of it: actions, rewards or rules differ.
package struct EvaluationGap: DebuggerRule {
  package static let name = "EvaluationGap"
  package static let summary = "evaluations see other observations, or far lower returns, than the training"
  package static let scope = RuleScope.agents
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [
    .metric(.rolloutEpRewMean), .metric(.evalMeanReward), .metric(.evalStartShift), .metric(.evalStartScale),
  ]
  package static let evidence: [NamePattern] = [
    .metric(.evalMeanReward), .metric(.evalStartShift), .metric(.evalStartScale),
  ]
  package static let hyperparameters: [Hyperparameter<EvaluationGap>] = [
    .number("shift", \.shift, .positive, "standard deviations that first observations may be apart"),
    .number("scale", \.scale, .positive, "the factor that their standard deviations may be apart by"),
    .integer("start_patience", \.startPatience, .atLeast(1), "evaluations in a row with such observations"),
    .number("share", \.share, .unit, "the share of the training's gain that an evaluation shows at least"),
    .integer("patience", \.patience, .atLeast(1), "evaluations in a row without it"),
  ]

  package var shift = 3.0
  package var scale = 4.0
  package var startPatience = 2
  package var share = 0.25
  package var patience = 3
  private var progress = ReturnProgress()
  private var starts = Streaks()
  private var gap = Streak()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let value = point.value
    guard value.isFinite else { return nil }
    switch point.pattern {
    case 0:
      progress.record(value, step: point.step)
      return nil
    case 1:
      guard let level = progress.level(before: point.step) else { return nil }
      let gain = level.current - level.first
      let isClear = level.holds(0.5) && gain > 0.3 * max(abs(level.first), abs(level.best))
      return gap.verdict(isClear && value < level.first + share * gain, patience: patience) { [patience] in
        Self.finding(
          point,
          evidence: "eval/mean_reward is \(rounded(value)) where rollout/ep_rew_mean is \(rounded(level.current))"
            + (patience == 1 ? "" : ", at \(patience) evaluations in a row"),
          meaning: "The policy does well where it is trained and fails where it is evaluated: the environments differ.",
          advice: "Compare both environments' wrappers, options, actions and rewards.")
      }
    case 2:
      return starts.verdict(value > shift, patience: startPatience, at: point, subject: point.metric.name) {
        Self.differ(point, "their means are \(rounded(value)) standard deviations apart")
      }
    default:
      let isApart = value > scale || value < 1 / scale
      return starts.verdict(isApart, patience: startPatience, at: point, subject: point.metric.name) {
        Self.differ(point, "in evaluations they vary \(rounded(value)) times as much")
      }
    }
  }

  private static func differ(_ point: WatchedPoint, _ what: String) -> Finding {
    finding(
      point, subject: point.metric.name,
      evidence: "the first observations of episodes differ between training and evaluation: \(what)",
      meaning: "The policy is evaluated on observations of other units, or not normalised as those it was trained on.",
      advice: "Give evaluations the training's wrappers and its normalisation statistics.")
  }
}
