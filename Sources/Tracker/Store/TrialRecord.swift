import Settings

/// What a run tries for a search, its parent: which trial it belongs to, and the settings that were proposed for it. It is in the
/// run's description, so that a proposal and the run that tries it begin to exist in the same moment.
package struct TrialRecord: Sendable, Hashable, Codable {
  /// What the run is for.
  package enum Purpose: String, Sendable, Codable {
    /// To find out how good the settings are.
    case search
    /// To say how good the best settings are, with a seed that had no part in their choice.
    case confirmation
  }

  /// The checkpoint of another run that a run goes on from.
  package struct Origin: Sendable, Hashable, Codable {
    package var run: String
    /// The file's name.
    package var checkpoint: String
    /// The number of the independent random stream that the run goes on with; 0: that of the other run.
    package var stream: Int

    package init(run: String, checkpoint: String, stream: Int) {
      (self.run, self.checkpoint, self.stream) = (run, checkpoint, stream)
    }
  }

  /// 0 for the settings that the search started from, then counted up.
  package var number: Int
  /// The settings that the search varies, as far as they apply.
  package var values: [String: HyperparameterValue]
  package var purpose: Purpose
  /// nil for a run that starts from nothing.
  package var origin: Origin?
  /// The step at which the run ends, before its budget is used up; nil: at its end.
  package var until: Int?

  package init(_ number: Int, values: [String: HyperparameterValue], purpose: Purpose = .search) {
    (self.number, self.values, self.purpose) = (number, values, purpose)
  }
}
