import Telemetry
import Tracker

/// A diagnosis of a run from its findings: the most likely cause first, the others in the order of cause and effect. Use it to
/// say in a line what went wrong.
///
/// ```swift
/// import Tracker
///
/// func explain(_ run: RunRecord) {
///   var debugger = RuleEngine()
///   let diagnosis = Diagnosis(debugger.replay(run), of: run)
///   if let cause = diagnosis.causes.first { print(cause.line) }
/// }
/// ```
///
/// A cause is inferred from findings, hyperparameters and series: `learning_rate 0.05 is too high`. Findings that no such cause
/// explains are causes by themselves, all of a rule as one: what is wrong with the data or the program comes before what is
/// wrong with a network, and that before a return that falls.
public struct Diagnosis: Sendable, Hashable {
  /// One cause: what is wrong, what shows it, what to change, and the findings that it explains.
  ///
  /// ```swift
  /// func advice(from diagnosis: Diagnosis) -> [String] { diagnosis.causes.map { "\($0.claim): \($0.change)" } }
  /// ```
  public struct Cause: Sendable, Hashable, Codable {
    /// A cause's name, `LearningRateTooHigh`, or the rule's.
    public var name: String
    /// What is wrong, without a period: `learning_rate 0.05 is too high`.
    public var claim: String
    /// What shows it, without a period.
    public var evidence: String
    /// What to change: a sentence.
    public var change: String
    /// The step from which it shows.
    public var step: Int
    /// Those that it explains; the one that shows it first, then in the order of time.
    public var findings: [Finding]

    /// All of it: `learning_rate 0.05 is too high: approx_kl is 40 times its target from step 512. Try ….`
    public var line: String { "\(claim): \(evidence). \(change)" }
  }

  public private(set) var causes: [Cause] = []

  /// `findings` of the run that `record` tells of.
  public init(_ findings: [Finding], of record: RunRecord) {
    let symptoms = Symptoms(findings, of: record)
    var open = symptoms.findings
    var ranked: [(rank: Rank, cause: Cause)] = []
    let tests =
      CauseCatalogue.direct.map { (Rank.direct, $0) }
      + CauseCatalogue.inferred.enumerated().map { (Rank.inferred($0.offset), $0.element) }
    for (rank, test) in tests {
      guard let inference = test.examine(symptoms), let place = open.firstIndex(of: inference.leading) else { continue }
      open.remove(at: place)
      let isExplained = { (finding: Finding) in test.explains.contains { $0.name == finding.rule } }
      let cause = Cause(
        name: test.name, claim: inference.claim, evidence: inference.evidence, change: inference.change,
        step: inference.leading.step, findings: [inference.leading] + open.filter(isExplained))
      open.removeAll(where: isExplained)
      ranked.append((rank, cause))
    }
    for (rule, findings) in Dictionary(grouping: open, by: \.rule) {
      let first = findings[0]
      let claim = first.meaning.hasSuffix(".") ? String(first.meaning.dropLast()) : first.meaning
      ranked.append(
        (
          .rule(RuleCatalogue.stage(of: rule)),
          Cause(
            name: rule, claim: claim, evidence: first.evidence, change: first.advice, step: first.step,
            findings: findings)
        ))
    }
    causes = ranked.sorted { ($0.rank, $0.cause.step, $0.cause.name) < ($1.rank, $1.cause.step, $1.cause.name) }
      .map(\.cause)
  }

  /// The findings in the order of time.
  public var chain: [Finding] {
    causes.flatMap(\.findings).sorted {
      ($0.step, RuleCatalogue.stage(of: $0.rule), $0.subject) < ($1.step, RuleCatalogue.stage(of: $1.rule), $1.subject)
    }
  }

  /// What is shown directly and what comes in is before what is inferred, and that before what is left, stage by stage.
  private struct Rank: Comparable {
    var number: Int

    static let direct = Rank(number: 0)
    static func inferred(_ place: Int) -> Rank { Rank(number: 1 + place) }
    static func rule(_ stage: RuleStage) -> Rank {
      stage == .input ? direct : Rank(number: 1_000 + stage.rawValue)
    }
    static func < (a: Rank, b: Rank) -> Bool { a.number < b.number }
  }
}
