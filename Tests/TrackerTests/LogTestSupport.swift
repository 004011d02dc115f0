import Foundation
import Telemetry
import TestSupport

@testable import Files
@testable import Tracker

/// A small log with every type of frame, a resumed stretch, and floats that test bits: as the file's bytes.
func exampleLog(finished: Bool = true) throws -> [UInt8] {
  let folder = TemporaryFolder()
  let store = try Store(path: folder.path, create: true, system: quietSystem())
  let id = try recordFirstStretch(in: store)
  let run = try store.resume(id, from: try store.load(id).lastCheckpoint, steps: 10)
  run.record("train/loss", -.infinity, step: 2)
  run.record(exampleFinding)
  run.record(Episode(phase: .evaluation, reward: -1.5, length: 500, truncated: true), step: 3)
  try run.tag("kept", "yes")
  try run.note("a note")
  try run.flush()
  if finished { try run.finish(status: .finished) }
  return readBytes(run.directory + "/log.rlog")
}

private func recordFirstStretch(in store: Store) throws -> String {
  let run = try store.start(exampleDescription())
  run.record("train/loss", 0.5, step: 1)
  run.record("train/approx_kl", Double(bitPattern: 0x7FF4_0000_0000_1234), step: 1)
  run.record(Episode(phase: .training, reward: 21, length: 21, truncated: false), step: 1)
  try run.saveCheckpoint([1, 2, 3], step: 1, best: true)
  run.record("train/loss", 0.4, step: 2)
  try run.flush()
  return run.id
}

func assemble(
  _ bytes: [UInt8], includingSuperseded: Bool = false, mode: DamageMode = .salvage
) throws -> RunAssembly {
  var assembly = try RunAssembly(
    [LogSegment(number: 1, bytes: bytes)], id: "example", experiment: "cp", includingSuperseded: includingSuperseded,
    mode: mode)
  assembly.settle(isLocked: false)
  return assembly
}

/// Every value of a record that a reader may lose but must never get wrong, as words that compare bit for bit.
func facts(_ record: RunRecord) -> [String] {
  var facts: [String] = []
  for series in record.series {
    for i in series.values.indices {
      facts.append(
        "\(series.metric) \(series.steps[i]) \(series.wallTimes[i]) \(String(series.values[i].bitPattern, radix: 16))")
    }
  }
  facts += record.episodes.map { "\($0)" }
  facts += record.histograms.map { "\($0)" }
  facts += record.artifacts.map { "\($0)" }
  facts += record.findings.map { "\($0)" }
  facts += record.checkpoints.map { "\($0)" }
  // Not what follows from the frames before: whether it extends the run, and when.
  facts += record.resumes.map { resume in
    "\(resume.checkpoint ?? "start") \(resume.step) \(resume.steps) \(resume.rewind.map { "\($0)" } ?? "")"
  }
  facts += record.notes
  facts += record.tags.map { "\($0.key)=\($0.value)" }.sorted()
  return facts
}
