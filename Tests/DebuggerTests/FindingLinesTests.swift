import Formats
import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Tracker

@Suite struct FindingLinesTests {
  private func finding(_ step: Int, _ rule: String = "ApproxKLSpike", _ evidence: String = "it is 3") -> Finding {
    Finding(rule: rule, severity: .warning, step: step, evidence: evidence, meaning: "M.", advice: "A.")
  }

  @Test func `a pipe gets a line once, and the sum at the end`() {
    var lines = FindingLines()
    #expect(
      lines.take(finding(2_048), seed: 1, label: "seed 1: ", rows: nil, width: 20)
        == .new("seed 1: warning: ApproxKLSpike at step 2,048: it is 3"))
    for step in 1...12 {
      #expect(lines.take(finding(2_048 + step), seed: 1, label: "seed 1: ", rows: nil, width: 20) == .counted)
    }
    #expect(lines.take(finding(36_864), seed: 1, label: "seed 1: ", rows: nil, width: 20) == .counted)
    #expect(lines.take(finding(9, "DeadRelu"), seed: 2, label: "seed 2: ", rows: nil, width: 20) != .counted)
    #expect(lines.summary == ["seed 1: warning: ApproxKLSpike ×14, steps 2,048–36,864"])
  }

  @Test func `a terminal's line is changed where it stands`() {
    var lines = FindingLines()
    _ = lines.take(finding(1_000), seed: 1, label: "", rows: 24, width: 80)
    _ = lines.take(finding(1_500, "DeadRelu"), seed: 1, label: "", rows: 24, width: 80)
    lines.countLine()
    #expect(
      lines.take(finding(2_000), seed: 1, label: "", rows: 24, width: 80)
        == .replaced("warning: ApproxKLSpike ×2, steps 1,000–2,000: it is 3", above: 3))
    #expect(
      lines.take(finding(2_000, "DeadRelu"), seed: 1, label: "", rows: 24, width: 40)
        == .replaced("warning: DeadRelu ×2, steps 1,500–2,000…", above: 2))
    // What has left the screen is written anew.
    for _ in 0..<22 { lines.countLine() }
    #expect(
      lines.take(finding(3_000), seed: 1, label: "", rows: 24, width: 80)
        == .new("warning: ApproxKLSpike ×3, steps 1,000–3,000: it is 3"))
    #expect(
      lines.take(finding(4_000), seed: 1, label: "", rows: 24, width: 80)
        == .replaced("warning: ApproxKLSpike ×4, steps 1,000–4,000: it is 3", above: 1))
  }

  @Test func `findings are a line a rule`() {
    let lines = [finding(100), finding(300), finding(200, "DeadRelu", "80 % of q.0")].linesByRule
    #expect(
      lines == [
        "warning: ApproxKLSpike ×2, steps 100–300: it is 3", "warning: DeadRelu at step 200: 80 % of q.0",
      ])
    #expect([0, 999, 1_000, 1_234_567, -1_500].map(grouped) == ["0", "999", "1,000", "1,234,567", "-1,500"])
  }

  @Test func `several seeds with one cause are one line`() {
    func record(_ seed: UInt64, _ findings: [Finding]) -> RunRecord {
      var record = sickRun(["buffer_size": .integer(128)], [("replay/capacity", constant(128, 3))])
      record.id = "run\(seed)"
      record.description.seed = seed
      record.findings = findings.map { RecordedFinding(finding: $0, wallTime: 0) }
      return record
    }
    let small = finding(250, "ReplayTooSmall", "the replay buffer holds 128 transitions")
    let records = [record(1, [small]), record(2, []), record(3, [small]), record(4, [finding(5, "DeadRelu", "x")])]
    let lines = CauseSummary(records).lines
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("2 of 4 seeds (1, 3): buffer_size 128 is too small: the replay buffer holds 128"))
    #expect(lines[0].hasSuffix("More: rlrun debug run1"))
    #expect(lines[1].hasPrefix("seed 4: "))
    #expect(CauseSummary([record(2, [])]).lines.isEmpty)
    #expect(CauseSummary([record(1, [small])]).lines[0].hasPrefix("buffer_size 128"))
  }
}
