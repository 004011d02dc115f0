import Debugger
import Telemetry
import Tracker

/// The series that a finding is about, over the steps that it is about and a tenth of the run to either side.
package struct EvidenceChart {
  package let text: String

  package init?(of finding: Finding, in record: RunRecord, rules: [any DebuggerRule], width: Int = 80) {
    guard let series = Self.series(of: finding, in: record, rules: rules),
      let shown = Self.part(of: series, around: finding, lastStep: record.lastStep)
    else { return nil }
    var around = record
    around.series = [shown]
    let curve = LearningCurve(of: [around], metric: shown.metric)
    if curve.groups.isEmpty { return nil }
    text = TerminalChart(curve, width: max(30, width), height: 8).text
  }

  /// Of the series that the rule looks at those of the finding's subject, else all; of these the one that is greatest at
  /// its step.
  static func series(of finding: Finding, in record: RunRecord, rules: [any DebuggerRule]) -> Series? {
    if let named = record.series.first(where: { $0.metric.name == finding.subject }) { return named }
    guard let rule = rules.first(where: { type(of: $0).name == finding.rule && $0.isAbout(finding) }) else {
      return nil
    }
    for pattern in rule.shown {
      let matching = record.series.compactMap { series in
        pattern.subject(of: series.metric).map { (subject: $0, series: series) }
      }
      let own = matching.filter { $0.subject == finding.subject }
      let candidates = (own.isEmpty ? matching : own).map(\.series)
      let best = candidates.max { value(of: $0, at: finding.step) < value(of: $1, at: finding.step) }
      if let best, best.values.count > 2 { return best }
    }
    return nil
  }

  /// nil where there are no three points.
  static func part(of series: Series, around finding: Finding, lastStep: Int) -> Series? {
    // As Doubles, for steps at both ends of what there is.
    let last = max(1, Double(lastStep))
    var margin = max(1, (last / 10).rounded(.down))
    var kept: [Int] = []
    // Of a series of few points more than that.
    repeat {
      let end = Double(max(finding.lastStep, finding.step)) + margin
      let range = min(max(0, Double(finding.step) - margin), end)...end
      kept = series.steps.indices.filter { range.contains(Double(series.steps[$0])) }
      margin *= 2
    } while kept.count < min(10, series.steps.count) && margin <= 4 * last
    guard kept.count > 2 else { return nil }
    return Series(
      metric: series.metric, steps: kept.map { series.steps[$0] }, wallTimes: kept.map { series.wallTimes[$0] },
      values: kept.map { series.values[$0] })
  }

  /// A series' last value up to a step; −∞ if there is none, or no number.
  private static func value(of series: Series, at step: Int) -> Double {
    guard let index = series.steps.lastIndex(where: { $0 <= step }), !series.values[index].isNaN else {
      return -.infinity
    }
    return series.values[index]
  }
}

extension DebuggerRule {
  /// Custom conditions share their rule's name; each is about series of its own.
  fileprivate func isAbout(_ finding: Finding) -> Bool {
    guard let condition = self as? ConditionRule else { return true }
    return finding.subject.hasPrefix(condition.condition + ": ")
  }
}
