import Formats
import Foundation
import Settings
import Telemetry
import Tracker

/// All that a cause is inferred from: what was found in a run, the run's hyperparameters and its series.
struct Symptoms: Sendable {
  /// In the order of time.
  let findings: [Finding]
  let parameters: [String: HyperparameterValue]
  /// Steps asked for; 0 where unknown.
  let budget: Int
  private let series: [Metric: Series]

  init(_ findings: [Finding], of record: RunRecord) {
    self.findings = findings.sorted { ($0.step, $0.subject) < ($1.step, $1.subject) }
    parameters = record.hyperparameters
    budget = record.description.budget
    series = Dictionary(record.series.map { ($0.metric, $0) }) { first, _ in first }
  }

  /// The findings of these rules, in the order of time.
  func findings(of rules: [any DebuggerRule.Type]) -> [Finding] {
    findings.filter { finding in rules.contains { $0.name == finding.rule } }
  }

  func findings(of rules: any DebuggerRule.Type...) -> [Finding] { findings(of: rules) }
  func first(of rules: any DebuggerRule.Type...) -> Finding? { findings(of: rules).first }

  /// A hyperparameter as a number: of a schedule, what it starts from. nil where the run has none.
  func number(_ name: String) -> Double? { parameters[name]?.startingNumber }

  func values(_ metric: Metric) -> [Double] { series[metric]?.values ?? [] }

  /// The finite values of a series up to a share of the budget, or of its steps where there is no budget.
  func values(_ metric: Metric, upTo share: Double) -> [Double] {
    guard let series = series[metric] else { return [] }
    let end = share * Double(budget > 0 ? budget : series.steps.last ?? 0)
    return zip(series.steps, series.values).filter { Double($0) <= end && $1.isFinite }.map(\.1)
  }

  /// The last value of a series at or before a step.
  func value(_ metric: Metric, at step: Int) -> Double? {
    guard let series = series[metric], let index = series.steps.lastIndex(where: { $0 <= step }) else { return nil }
    return series.values[index]
  }

  /// The series whose names match, with what the star stands for.
  func all(_ pattern: NamePattern) -> [(subject: String, series: Series)] {
    series.values.compactMap { one in pattern.subject(of: one.metric).map { ($0, one) } }
      .sorted { $0.subject < $1.subject }
  }

  /// The greatest ‖Δw‖ / ‖w‖ that a finding of `WeightUpdateRatio` saw, of its layer or of all, at its step or the look
  /// before.
  func updateRatio(at finding: Finding) -> Double? {
    all("updates/*/ratio").filter { finding.subject.isEmpty || $0.subject == finding.subject }
      .compactMap { _, series in
        series.steps.lastIndex { $0 <= finding.step }.map { last in
          series.values[max(0, last - 1)...last].filter(\.isFinite).max() ?? 0
        }
      }.max()
  }

  /// The median of ‖Δw‖ / ‖w‖ over all layers in the first fifth of the budget; nil without looks.
  var earlyUpdateRatio: Double? {
    let ratios = all("updates/*/ratio").flatMap { values($0.series.metric, upTo: 0.2) }
    return ratios.isEmpty ? nil : median(ratios)
  }
}

/// What a `CauseTest` concludes.
struct Inference: Sendable {
  /// What is wrong, `learning_rate 0.05 is too high`, without a period.
  var claim: String
  /// What shows it, without a period.
  var evidence: String
  /// What to change, a sentence.
  var change: String
  /// The finding that shows it first.
  var leading: Finding
}

extension Inference {
  /// A finding says it all but the claim.
  init(claim: String, shownBy found: Finding) {
    self.init(claim: claim, evidence: found.evidence, change: found.advice, leading: found)
  }
}

/// Infers one cause from what is known of a run. Pure: the same for a live run and its replayed log.
protocol CauseTest: Sendable {
  /// As in `Diagnosis.Cause.name`.
  static var name: String { get }
  /// The rules whose findings this cause explains, so that they are no causes of their own.
  static var explains: [any DebuggerRule.Type] { get }
  static func examine(_ symptoms: Symptoms) -> Inference?
}

/// The causes there are besides the rules themselves. A new one is its file in Causes and a line here.
enum CauseCatalogue {
  /// What a single rule shows beyond doubt; the first in time is the most likely.
  static let direct: [any CauseTest.Type] = [
    NoUpdate.self, HorizonTooShort.self, NotNormalisedAsTrained.self, RewardsTooLarge.self, TargetNeverUpdated.self,
    ReplayBufferTooSmall.self, WeakModel.self,
  ]

  /// What is concluded from several signs, the more certain first.
  static let inferred: [any CauseTest.Type] = [
    LearningRateZero.self, LearningRateTooLow.self, EntropyBonusTooLarge.self, UnusualSetting.self, UnscaledInputs.self,
    PoorStart.self, WrongDirection.self, EntropyTooLow.self, LearningRateTooHigh.self, LearntAndLost.self,
    EvaluationDiffers.self,
  ]
}

/// Rounded down to 1 or 3 times a power of ten, for a value to try: 0.0079 is 0.003.
func roundedDown(_ value: Double) -> Double {
  guard value > 0, value.isFinite else { return value }
  // A hair below such a number is rounding.
  let value = value * 1.000001
  let exponent = log10(value).rounded(.down)
  // Divided rather than multiplied, so that 0.0003 is the nearest double.
  func number(_ digit: Double) -> Double { exponent < 0 ? digit / pow(10, -exponent) : digit * pow(10, exponent) }
  return value >= number(3) ? number(3) : number(1)
}

/// `4.5 times`, `1,200 times`; beyond a million the number says nothing more.
func times(_ factor: Double) -> String {
  if factor > 1e6 { return "over a million times" }
  return factor >= 10 ? "\(grouped(Int(factor.rounded()))) times" : "\(rounded((factor * 10).rounded() / 10)) times"
}
