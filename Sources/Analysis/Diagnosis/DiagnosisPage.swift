import Debugger
import Formats
import Telemetry
import Tracker

/// What the debugger has to say of a run, as a terminal shows it: the main cause, the series that shows it, what it may
/// explain, and everything that was found in the order of time.
package struct DiagnosisPage {
  package let text: String

  /// Lines are at most `width` wide; `listsAll`: every finding, instead of a rule's first few.
  package init(
    _ diagnosis: Diagnosis, of record: RunRecord, rules: [any DebuggerRule], chart: Bool, width: Int = 80,
    listsAll: Bool = false
  ) {
    var lines = [
      "Run \(record.id): \(record.description.subject) in \(record.description.target), \(record.status.rawValue)"
    ]
    let reading = rules.count { rule in
      record.series.contains { series in rule.watched.contains { $0.subject(of: series.metric) != nil } }
    }
    if let cause = diagnosis.causes.first {
      lines += ["", "Most likely: \(cause.claim).", "  \(cause.evidence)".sentence, "  \(cause.change)"]
      let found = cause.findings[0]
      if cause.name != found.rule { lines.append("  Found by \(found.rule) at step \(grouped(found.step)).") }
      if diagnosis.causes.count > 1 {
        lines += ["", "That may explain:"]
        lines += diagnosis.causes.dropFirst().map { "  \($0.name): \($0.claim)." }
      }
      if chart, let drawn = EvidenceChart(of: found, in: record, rules: rules, width: width) {
        lines += ["", drawn.text]
      }
      lines += ["", "In the order of time:"] + Self.chain(diagnosis.chain, listsAll: listsAll)
    } else {
      lines += ["", "Nothing is wrong, as far as the rules can see."]
    }
    lines += ["", "\(reading) of \(rules.count) rules had something to read; 'rlrun rules' lists what each watches."]
    text = lines.map { line in
      // A chart has its own width.
      if line.contains("\n") { return line }
      let indent = String(repeating: " ", count: 2 + line.prefix { $0 == " " }.count)
      return line.broken(indent: indent) { $0.count <= width }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// Of each rule that are shown.
  private static let shown = 3

  /// Rules in the order in which they first spoke, each with its first findings.
  private static func chain(_ findings: [Finding], listsAll: Bool) -> [String] {
    var order: [String] = []
    var byRule: [String: [Finding]] = [:]
    for finding in findings {
      if byRule[finding.rule] == nil { order.append(finding.rule) }
      byRule[finding.rule, default: []].append(finding)
    }
    return order.flatMap { rule -> [String] in
      let all = byRule[rule]!
      let steps = all[0].step...all.map(\.lastStep).max()!
      let head = "  \(rule) \(FindingCount(count: all.count, steps: steps).text)".replacing(" ×1,", with: ",")
      let kept = listsAll ? all[...] : all.prefix(shown)
      let rest = all.count > kept.count ? ["    … \(all.count - kept.count) more; --all lists them"] : []
      return [head]
        + kept.map { all.count == 1 ? "    \($0.evidence)" : "    step \(grouped($0.step)): \($0.evidence)" } + rest
    }
  }
}

extension String {
  /// With a period at its end.
  fileprivate var sentence: String { hasSuffix(".") ? self : self + "." }
}
