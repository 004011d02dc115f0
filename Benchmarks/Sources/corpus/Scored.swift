import Debugger
import Telemetry
import Tracker

/// A run of the corpus and what the rules found in it.
struct Scored {
  let `case`: Case
  /// What was found as the run went on.
  let live: [Finding]
  /// What the same rules find in its log.
  let replayed: [Finding]
  /// What the diagnosis names first, and in a line.
  let firstCause: String?
  let line: String

  init(_ one: Case, _ record: RunRecord) {
    `case` = one
    live = Diagnosis(record.findings.map(\.finding), of: record).chain
    var debugger = RuleEngine()
    let diagnosis = Diagnosis(debugger.replay(record), of: record)
    replayed = diagnosis.chain
    firstCause = diagnosis.causes.first?.name
    line = diagnosis.causes.first?.line ?? ""
  }

  var isFound: Bool { !replayed.isEmpty }

  func namesFirst(_ kind: Kind) -> Bool { firstCause.map(kind.causes.contains) ?? false }

  /// The first step at which something was found.
  var delay: Int? { replayed.map(\.step).min() }

  /// What a reader of the corpus' details sees.
  var details: String {
    let findings = replayed.map { "\($0.rule)@\($0.step)" }.joined(separator: " ")
    return "\(`case`.name): " + (findings.isEmpty ? "nothing" : "[\(firstCause ?? "")] \(findings)\n    \(line)")
  }
}

/// A share with Wilson's interval: what is known of a probability from `hits` of `count`.
struct Share {
  var hits: Int
  var count: Int

  /// Wilson (1927), 95 %.
  var interval: ClosedRange<Double> {
    guard count > 0 else { return 0...1 }
    let (n, z) = (Double(count), 1.959964)
    let p = Double(hits) / n
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, centre - half)...min(1, centre + half)
  }

  var text: String {
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))" }
    guard count > 0 else { return "–" }
    return "\(hits)/\(count) = \(percent(Double(hits) / Double(count))) % "
      + "[\(percent(interval.lowerBound)), \(percent(interval.upperBound))]"
  }
}
