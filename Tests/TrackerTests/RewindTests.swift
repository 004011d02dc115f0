import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct RewindTests {
  private let finding = Finding(
    rule: "ReturnCollapse", severity: .warning, subject: "a", step: 6, evidence: "it fell", meaning: "m", advice: "a")

  private func rewind(_ number: Int) -> Rewind {
    Rewind(
      number: number, finding: finding, others: [finding],
      changes: [.init(name: "learning_rate", from: .text("lin_0.1"), to: .number(0.05))], movesSeed: true)
  }

  @Test func `the last four milestones stay besides the last two and the best`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let run = try store.start(exampleDescription())
    for step in 1...9 {
      try run.saveCheckpoint([UInt8(step)], step: step, best: step == 2, milestone: step % 2 == 1 && step > 1)
    }
    #expect(run.milestones.map(\.step) == [3, 5, 7, 9])
    let kept = try store.load(run.id).keptCheckpoints
    #expect(kept.map(\.step) == [2, 3, 5, 7, 8, 9])
    for checkpoint in kept {
      #expect(try store.checkpointBytes(run.id, checkpoint) == [UInt8(checkpoint.step)])
    }
  }

  @Test func `a rewind hides what came after its checkpoint and carries what it is for`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let run = try store.start(exampleDescription())
    for step in 1...6 {
      run.record("a", Double(step), step: step)
      if step % 2 == 0 { try run.saveCheckpoint([UInt8(step)], step: step, best: false, milestone: true) }
    }
    run.record(finding)
    let resume = try run.rewind(to: run.milestones[0], steps: 100, rewind(1))
    #expect(run.milestones.map(\.step) == [2])
    run.record("a", -3, step: 3)
    try run.flush()
    let record = try store.load(run.id)
    #expect(record.status == .running)
    #expect(record.rewinds == [resume] && resume.rewind == rewind(1) && resume.step == 2)
    #expect(record.series("a")?.values == [1, 2, -3])
    #expect(record.findings.isEmpty && record.keptCheckpoints.map(\.step) == [2])
    #expect(try store.load(run.id, includingSuperseded: true).findings.map(\.finding) == [finding])
    // A second one, to the start; then somebody resumes the run.
    _ = try run.rewind(to: nil, steps: 100, rewind(2))
    run.record("a", -1, step: 1)
    try run.finish(status: .interrupted)
    let resumed = try store.resume(run.id, from: nil, steps: 100)
    try resumed.finish(status: .finished)
    let last = try store.load(run.id)
    #expect(last.resumes.count == 3 && last.rewinds.map(\.rewind?.number) == [1, 2])
    #expect(try store.verify(run.id).isSound)
  }
}
