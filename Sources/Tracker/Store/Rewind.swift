import Settings
import Telemetry

/// Why a run went back to a checkpoint, and what it does differently from there on.
public struct Rewind: Sendable, Codable, Hashable {
  /// One hyperparameter before and after.
  public struct Change: Sendable, Codable, Hashable {
    public var name: String
    public var from: HyperparameterValue
    public var to: HyperparameterValue

    public init(name: String, from: HyperparameterValue, to: HyperparameterValue) {
      self.name = name
      self.from = from
      self.to = to
    }
  }

  /// 1, 2, 3, … in the run.
  public var number: Int
  /// What the run went back for. Its own frame, if it has one, is hidden by the rewind.
  public var finding: Finding
  /// What else was found since the checkpoint, in order; hidden too.
  public var others: [Finding]
  public var changes: [Change]
  /// Whether the generators that the agent draws from were given other streams.
  public var movesSeed: Bool

  public init(number: Int, finding: Finding, others: [Finding] = [], changes: [Change], movesSeed: Bool) {
    self.number = number
    self.finding = finding
    self.others = others
    self.changes = changes
    self.movesSeed = movesSeed
  }
}

extension Rewind.Change: CustomStringConvertible {
  /// `learning_rate 0.1 → 0.05`.
  public var description: String { "\(name) \(from) → \(to)" }
}
