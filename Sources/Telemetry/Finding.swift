/// What a debugger rule has to say about a run.
public struct Finding: Hashable, Sendable, Codable {
  public enum Severity: String, Sendable, Codable, CaseIterable { case warning, error }

  /// The rule's name, `ExplodingTensor`.
  public var rule: String
  public var severity: Severity
  /// The step (transitions over all copies, or epochs) at which the rule was sure.
  public var step: Int
  /// The numbers that made it sure.
  public var evidence: String
  /// What they mean, in one sentence.
  public var meaning: String
  /// What to try, in one sentence.
  public var advice: String

  public init(
    rule: String, severity: Severity, step: Int, evidence: String, meaning: String, advice: String
  ) {
    self.rule = rule
    self.severity = severity
    self.step = step
    self.evidence = evidence
    self.meaning = meaning
    self.advice = advice
  }
}
