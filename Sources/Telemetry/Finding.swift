/// What a debugger rule has found in a run: where, the evidence, what it means and what to try. A rule of your own makes them;
/// `RunRecord.findings` and `Diagnosis` have those of a run.
///
/// ```swift
/// let finding = Finding(
///   rule: "SlowEpisodes", severity: .warning, step: 5_000, evidence: "rollout/ep_len_mean is 3",
///   meaning: "Episodes are over before they begin.", advice: "Look at what ends them.")
/// print("\(finding.rule) at step \(finding.step): \(finding.evidence)")  // SlowEpisodes at step 5000: rollout/ep_len_mean is 3
/// ```
public struct Finding: Hashable, Sendable, Codable {
  public enum Severity: String, Sendable, Codable, CaseIterable { case warning, error }

  /// The rule's name, `ExplodingTensor`.
  public var rule: String
  public var severity: Severity
  /// The layer, class or series that it is about; empty where there is only one.
  public var subject: String
  /// The step (transitions over all environments, or epochs) at which the rule was sure.
  public var step: Int
  /// The last step at which the condition held; `step` where it went away at once, or as long as nobody has looked.
  public var lastStep: Int
  /// The numbers that made it sure.
  public var evidence: String
  /// What they mean, in one sentence.
  public var meaning: String
  /// What to try, in one sentence.
  public var advice: String

  public init(
    rule: String, severity: Severity, subject: String = "", step: Int, lastStep: Int? = nil, evidence: String,
    meaning: String, advice: String
  ) {
    self.rule = rule
    self.severity = severity
    self.subject = subject
    self.step = step
    self.lastStep = lastStep ?? step
    self.evidence = evidence
    self.meaning = meaning
    self.advice = advice
  }

  /// What two tellings of the same finding share.
  public struct Identity: Hashable, Sendable {
    var rule: String
    var subject: String
    var step: Int
  }

  public var identity: Identity { Identity(rule: rule, subject: subject, step: step) }
}
