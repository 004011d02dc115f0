import Formats
import Settings
import Telemetry

/// Many labels contradict a model that is sure of another class (`data/label_issues`, the share of the validation rows).
///
/// Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels",
/// section 3.1): a row labelled i counts where its probability of a class j ≠ i is at least the mean that the rows labelled
/// j have of j. Rows near a border between classes are unsure, and do not count.
package struct LabelNoise: DebuggerRule {
  package static let name = "LabelNoise"
  package static let summary = "many labels contradict a model that is sure of another class"
  package static let scope = RuleScope.classifiers
  package static let stage = RuleStage.input
  package static let watches: [NamePattern] = [.metric(.dataLabelIssues)]
  package static let hyperparameters: [Hyperparameter<LabelNoise>] = [
    .number("share", \.share, .unit, "the share of the validation rows")
  ]

  package var share = 0.12
  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    guard point.value > share else { return nil }
    return .begins(
      Self.finding(
        point,
        evidence: "\(rounded(100 * point.value)) % of the validation rows have a label that the model contradicts",
        meaning: "Labels are wrong, or rows and labels are misaligned.",
        advice: "Look at these rows' labels, and at how tables were joined and shuffled."))
  }
}
