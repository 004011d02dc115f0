import Telemetry
import Tracker

/// What the debugger has to say of a run, as a terminal shows it.
struct DiagnosisPage {
  let text: String

  init(_ diagnosis: Diagnosis, of record: RunRecord, rules: [any DebuggerRule], chart: Bool) {
    var lines = [
      "Run \(record.id): \(record.description.agent) in \(record.description.environment), \(record.status.rawValue)"
    ]
    let reading = rules.count { rule in
      record.series.contains { series in rule.watched.contains { $0.subject(of: series.metric) != nil } }
    }
    if let cause = diagnosis.causes.first {
      let first = cause.findings[0]
      lines += ["", "Most likely: \(first.meaning)"]
      lines += ["  \(cause.rule) at step \(first.step): \(first.evidence).", "  Try: \(first.advice)"]
      if cause.findings.count > 1 { lines.append("  It spoke \(cause.findings.count) times; see below.") }
      if chart, let drawn = Self.chart(around: first, in: record, rules: rules) { lines += ["", drawn] }
      if diagnosis.causes.count > 1 {
        lines += ["", "That may explain:"]
        for effect in diagnosis.causes.dropFirst() {
          lines.append("  \(effect.rule): \(effect.findings[0].meaning)")
        }
      }
      lines += ["", "In the order of time:"]
      var table = TextTable(["step", "until", "rule", "what was seen"])
      for finding in diagnosis.chain {
        table.add([
          "\(finding.step)", finding.lastStep > finding.step ? "\(finding.lastStep)" : "", finding.rule,
          finding.evidence,
        ])
      }
      lines.append(table.text)
    } else {
      lines += ["", "Nothing is wrong, as far as the rules can see."]
    }
    lines += ["", "\(reading) of \(rules.count) rules had something to read; 'rlrun rules' says what each watches."]
    text = lines.joined(separator: "\n")
  }

  /// The series that a finding is about, a fifth of the run to either side; of one about several, where the value is greatest.
  private static func chart(around finding: Finding, in record: RunRecord, rules: [any DebuggerRule]) -> String? {
    guard let rule = rules.first(where: { type(of: $0).name == finding.rule }) else { return nil }
    let watched = rule.watched.reversed().lazy.compactMap { pattern in
      record.series.filter { series in
        guard let subject = pattern.subject(of: series.metric), series.values.count > 2 else { return false }
        return subject == finding.subject || series.metric.name == finding.subject || finding.subject.isEmpty
      }.max { value(of: $0, at: finding.step) < value(of: $1, at: finding.step) }
    }.first
    guard var series = watched else { return nil }
    let margin = max(1, record.lastStep / 5)
    // As Doubles, for steps at both ends of what there is.
    let kept = series.steps.indices.filter { abs(Double(series.steps[$0]) - Double(finding.step)) <= Double(margin) }
    guard kept.count > 2 else { return nil }
    series.steps = kept.map { series.steps[$0] }
    series.wallTimes = kept.map { series.wallTimes[$0] }
    series.values = kept.map { series.values[$0] }
    var around = record
    around.series = [series]
    let curve = LearningCurve(of: [around], metric: series.metric)
    return curve.groups.isEmpty ? nil : TerminalChart(curve, height: 8).text
  }

  /// A series' last value up to a step; −∞ where there is none, or no number.
  private static func value(of series: Series, at step: Int) -> Double {
    guard let index = series.steps.lastIndex(where: { $0 <= step }), !series.values[index].isNaN else {
      return -.infinity
    }
    return series.values[index]
  }
}
