import Settings
import Telemetry

/// Why a run went back to a checkpoint, and what it does differently from there on.
package struct Rewind: Sendable, Codable, Hashable {
  /// One hyperparameter before and after.
  package struct Change: Sendable, Codable, Hashable {
    package var name: String
    package var from: HyperparameterValue
    package var to: HyperparameterValue

    package init(name: String, from: HyperparameterValue, to: HyperparameterValue) {
      self.name = name
      self.from = from
      self.to = to
    }
  }

  /// 1, 2, 3, … in the run.
  package var number: Int
  /// What the run went back for. Its own frame, if it has one, is hidden by the rewind.
  package var finding: Finding
  /// What else was found since the checkpoint, in order; hidden too.
  package var others: [Finding]
  package var changes: [Change]
  /// Whether the generators that the agent draws from were given other streams.
  package var movesSeed: Bool

  package init(number: Int, finding: Finding, others: [Finding] = [], changes: [Change], movesSeed: Bool) {
    self.number = number
    self.finding = finding
    self.others = others
    self.changes = changes
    self.movesSeed = movesSeed
  }
}

extension Rewind.Change: CustomStringConvertible {
  /// `learning_rate 0.1 → 0.05`.
  package var description: String { "\(name) \(from) → \(to)" }
}
