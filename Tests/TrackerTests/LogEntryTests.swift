import Telemetry
import Testing

@testable import Tracker

@Suite struct LogEntryTests {
  @Test func `a finding that lasts from the first step to the last is kept`() throws {
    let finding = Finding(
      rule: "x", severity: .error, step: .min, lastStep: .max, evidence: "e", meaning: "m", advice: "a")
    var bytes: [UInt8] = []
    LogEntry.finding(RecordedFinding(finding: finding, wallTime: 0)).encode(into: &bytes)
    guard case .finding(let read) = try LogEntry.decode(.finding, bytes, 0..<bytes.count) else {
      Issue.record("no finding")
      return
    }
    #expect(read.finding == finding)
  }
}
