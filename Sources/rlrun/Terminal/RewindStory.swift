import Formats
import Telemetry
import Tracker

/// What a run was sent back for, what it changed, and how it went on: the log hides the rest.
struct RewindStory {
  let lines: [String]

  init(_ record: RunRecord) {
    var lines: [String] = []
    let rewinds = record.rewinds
    for (index, resume) in rewinds.enumerated() {
      guard let rewind = resume.rewind else { continue }
      lines.append("\(localTime(resume.wallTime))  \(resume.line.printable)")
      lines.append("  found: \(rewind.finding.line)")
      lines += rewind.others.map { "  found too: \($0.line)" }
      if index + 1 < rewinds.count, let next = rewinds[index + 1].rewind {
        lines.append("  then: \(next.finding.rule) at step \(next.finding.step)".printable)
      } else {
        let since = record.findings.count { $0.finding.step > resume.step }
        let found = since == 0 ? "nothing found since" : since == 1 ? "1 finding since" : "\(since) findings since"
        lines.append("  then: \(record.status.rawValue) at step \(record.lastStep), \(found)")
      }
    }
    self.lines = lines
  }
}
