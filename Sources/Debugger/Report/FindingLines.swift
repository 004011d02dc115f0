import Formats
import Telemetry

/// What is said of findings while runs go on: one line a run and rule, with a count.
///
/// On a terminal the line is changed in place as long as it is on the screen; in a pipe it is written once, and what came
/// after it is summed up at the end.
package struct FindingLines: Sendable {
  private struct Key: Hashable, Sendable {
    var seed: UInt64
    var rule: String
  }

  private struct Entry: Sendable {
    var label: String
    var rule: String
    var severity: Finding.Severity
    /// Of the first finding.
    var evidence: String
    var steps: ClosedRange<Int>
    var count = 1
    /// The number of lines that were written before it.
    var place: Int
  }

  /// What is to be written for a finding.
  package enum Change: Equatable, Sendable {
    /// A line at the end.
    case new(String)
    /// The line that is so many lines above the cursor's becomes another.
    case replaced(String, above: Int)
    /// Nothing.
    case counted
  }

  private var entries: [Key: Entry] = [:]
  private var written = 0

  package init() {}

  /// Another line was written below.
  package mutating func countLine() { written += 1 }

  /// `label`: what stands before the line, `seed 3: ` or nothing. `rows`: of the terminal, nil where lines cannot be
  /// changed. Lines are cut to `width`.
  package mutating func take(_ finding: Finding, seed: UInt64, label: String, rows: Int?, width: Int) -> Change {
    let key = Key(seed: seed, rule: finding.rule)
    guard var entry = entries[key] else {
      let entry = Entry(
        label: label, rule: finding.rule, severity: finding.severity, evidence: finding.evidence,
        steps: finding.step...finding.step, place: written)
      entries[key] = entry
      written += 1
      return .new(Self.line(entry, width: rows == nil ? nil : width))
    }
    entry.count += 1
    entry.steps = min(entry.steps.lowerBound, finding.step)...max(entry.steps.upperBound, finding.step)
    if finding.severity == .error { entry.severity = .error }
    guard let rows else {
      entries[key] = entry
      return .counted
    }
    // The line of the progress bar is the last one, and a line that has left the screen is written again.
    let above = written - entry.place
    if above >= rows - 1 {
      entry.place = written
      written += 1
    }
    entries[key] = entry
    let line = Self.line(entry, width: width)
    return above >= rows - 1 ? .new(line) : .replaced(line, above: above)
  }

  /// A line for each rule that spoke again after its line was written, in the order in which they were.
  package var summary: [String] {
    entries.values.filter { $0.count > 1 }.sorted { $0.place < $1.place }.map(Self.count)
  }

  /// `warning: ApproxKLSpike ×14, steps 2,048–36,864: train/approx_kl is 1.3`
  private static func line(_ entry: Entry, width: Int?) -> String {
    let head =
      entry.count == 1
      ? "\(entry.label)\(entry.severity.rawValue): \(entry.rule) at step \(grouped(entry.steps.lowerBound))"
      : count(entry)
    let line = "\(head): \(entry.evidence)"
    guard let width, line.count > width else { return line }
    return line.prefix(width - 1) + "…"
  }

  private static func count(_ entry: Entry) -> String {
    "\(entry.label)\(entry.severity.rawValue): \(entry.rule) "
      + FindingCount(count: entry.count, steps: entry.steps).text
  }
}

/// `×14, steps 2,048–36,864`
package struct FindingCount {
  package var count: Int
  package var steps: ClosedRange<Int>

  package init(count: Int, steps: ClosedRange<Int>) { (self.count, self.steps) = (count, steps) }

  package var text: String {
    let range =
      steps.lowerBound == steps.upperBound
      ? "step \(grouped(steps.lowerBound))" : "steps \(grouped(steps.lowerBound))–\(grouped(steps.upperBound))"
    return "×\(count), \(range)"
  }
}

extension [Finding] {
  /// A line a rule, in the order in which they first spoke: `ApproxKLSpike ×14, steps 2,048–36,864: …`
  package var linesByRule: [String] {
    var order: [String] = []
    var byRule: [String: [Finding]] = [:]
    for finding in self {
      if byRule[finding.rule] == nil { order.append(finding.rule) }
      byRule[finding.rule, default: []].append(finding)
    }
    return order.map { rule in
      let findings = byRule[rule]!
      let first = findings[0]
      if findings.count == 1, first.lastStep == first.step {
        return "\(first.severity.rawValue): \(rule) at step \(grouped(first.step)): \(first.evidence)"
      }
      let steps = findings.map(\.step).min()!...findings.map(\.lastStep).max()!
      let severity = findings.contains { $0.severity == .error } ? Finding.Severity.error : .warning
      return "\(severity.rawValue): \(rule) \(FindingCount(count: findings.count, steps: steps).text): "
        + first.evidence
    }
  }
}
