import Formats
import Settings
import Telemetry

/// Columns of the observations, or of a table's training rows, that say nothing: constant ones, or copies of others
/// (`inputs/constant_columns`, `inputs/duplicate_columns`, `data/constant_columns`, `data/duplicate_columns`).
///
/// EnvironmentCatalogue have such columns for good reasons (a lander's legs before it lands), so this is for those who ask.
package struct FlatInput: DebuggerRule {
  package static let name = "FlatInput"
  package static let summary = "columns of the inputs are constant, or duplicates of others"
  package static let scope = RuleScope.anyRun
  package static let stage = RuleStage.asked
  package static let watches: [NamePattern] = [
    .metric(.inputsConstantColumns), .metric(.inputsDuplicateColumns), .metric(.dataConstantColumns),
    .metric(.dataDuplicateColumns),
  ]
  package static let hyperparameters: [Hyperparameter<FlatInput>] = [
    .integer("patience", \.patience, .atLeast(1), "points in a row, of an agent's observations")
  ]

  package var patience = 5
  private var flat = Streaks()

  package init() {}

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let patience = point.pattern < 2 ? patience : 1
    return flat.verdict(point.value > 0, patience: patience, at: point, subject: point.metric.name) {
      Self.finding(
        point, subject: point.metric.name,
        evidence: "\(point.metric) is \(rounded(point.value))\(patience.pointsInARow)",
        meaning: "These columns tell the model nothing that others do not, or a sensor does not work.",
        advice: "Check these columns, and drop those that are meant to be so.")
    }
  }
}
