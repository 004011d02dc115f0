import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// Logs of version 2, as the program wrote that had no other, and what comes after them.
@Suite struct LogVersionTests {
  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try recordedStore("version-2")
    store = try Store(path: folder.path, create: false)
  }

  private func versions(_ id: String) throws -> [UInt32] {
    let place = try #require(try store.folder(ofRun: id))
    return try StoreLayout.readSegments(in: place).compactMap { FileHeader.version(of: $0.bytes) }
  }

  private func addSomething(to id: String) throws {
    let run = try store.append(to: id)
    run.record("later/score", 0.5, step: 9)
    try run.set(["later": .integer(1)])
    try run.saveArtifact([1, 2, 3], name: "plots/a.svg", mediaType: "image/svg+xml")
    try run.sync()
  }

  @Test func `a store of version 2 is read as it was written`() throws {
    let runs = try store.runs(includingDeleted: true)
    #expect(runs.count == 7 && runs.allSatisfy(\.isDescribed))
    #expect(Set(runs.map(\.status)) == [.finished, .open])
    #expect(runs.count { $0.isDeleted } == 1)
    #expect(runs.count { if case .torn = $0.condition { true } else { false } } == 1)
    #expect(runs.contains { $0.rewinds.count == 2 && $0.resumes.count == 3 && !$0.histograms.isEmpty })
    #expect(
      runs.contains { $0.notes == ["a note of old"] && $0.tags["stage"] == "baseline" && $0.artifacts.count == 1 })
    #expect(runs.contains { !$0.findings.isEmpty } && runs.contains { !$0.episodes.isEmpty })
    for id in try store.identifiers() {
      #expect(try versions(id) == [2])
      let verification = try store.verify(id)
      #expect(verification.isSound && verification.remarks.isEmpty, "\(verification)")
    }
    #expect(try store.fields().count == 6 && store.experiments().map(\.name) == ["fits", "imported", "mine", "train"])
    for record in runs {
      for artifact in record.artifacts { #expect(try store.artifactBytes(artifact).count == artifact.size) }
      for checkpoint in record.keptCheckpoints {
        #expect(try store.checkpointBytes(record.id, checkpoint).count == checkpoint.size)
      }
    }
  }

  @Test func `an append to a run of version 2 begins a segment of version 3, and all before it stays`() throws {
    for id in try store.identifiers() {
      let place = try #require(try store.folder(ofRun: id))
      let old = readBytes(place + "/log.rlog")
      let before = try store.load(id, includingSuperseded: true, includingDeleted: true)
      if before.isDeleted { try store.restore(id) }
      try addSomething(to: id)
      try store.annotate(id, tag: "appended", value: "yes")
      #expect(try versions(id) == [2, 3])
      // The old segment is as it was, but for a torn tail.
      let kept = readBytes(place + "/log.rlog")
      #expect(old.starts(with: kept) && old.count - kept.count < 32)
      let after = try store.load(id, includingSuperseded: true)
      #expect(after.condition == .sound && after.status == before.status)
      #expect(Set(facts(after)).isSuperset(of: facts(before)))
      #expect(after.last("later/score") == 0.5 && after.tags["appended"] == "yes")
      #expect(after.parameters["later"] == .integer(1) && after.artifacts.last?.mediaType == "image/svg+xml")
      #expect(try store.verify(id).isSound)
    }
  }

  @Test func `a run of version 2 is resumed in a segment of version 3, and goes on with its series and checkpoints`()
    throws
  {
    let record = try #require(try store.runs().first { $0.rewinds.count == 2 })
    let run = try store.resume(record.id, from: record.lastCheckpoint, steps: 9_000)
    run.record("train/loss", 0.25, step: 9_000)
    try run.saveCheckpoint([7], step: 9_000, best: false)
    try run.finish(status: .finished)
    #expect(try versions(record.id) == [2, 3])
    let after = try store.load(record.id)
    #expect(after.condition == .sound && after.last("train/loss") == 0.25 && after.budget == 9_000)
    #expect(after.keptCheckpoints.last?.step == 9_000 && after.rewinds.count == 2)
    #expect(try store.verify(record.id).isSound)
  }

  @Test func `sealing keeps the version of a segment, and a chain of versions is repaired`() throws {
    let id = try #require(try store.runs().first { !$0.episodes.isEmpty && $0.rewinds.isEmpty }?.id)
    let place = try #require(try store.folder(ofRun: id))
    let before = try store.load(id, includingSuperseded: true)
    try store.annotate(id, note: "one")
    #expect(try SegmentSealer.seal(segment: 1, in: place, system: SystemCalls()))
    #expect(try SegmentSealer.seal(segment: 2, in: place, system: SystemCalls()))
    #expect(try versions(id) == [2, 3])
    try store.annotate(id, note: "two")
    #expect(try versions(id) == [2, 3, 3])
    var record = try store.load(id, includingSuperseded: true)
    #expect(record.condition == .sound && record.notes.suffix(2) == ["one", "two"])
    #expect(Set(facts(record)).isSuperset(of: facts(before)))
    for number in 1...2 {
      var bytes = readBytes(StoreLayout.segment(number, in: place))
      bytes[bytes.count / 2] ^= 4
      try writeBytes(bytes, StoreLayout.segment(number, in: place))
      #expect(try !store.verify(id).isSound)
      #expect(try store.repair(id).damages.count >= 1)
      record = try store.load(id, includingSuperseded: true)
      #expect(record.condition == .sound, "\(record.condition)")
      #expect(try versions(id).starts(with: [2, 3, 3]))
    }
    // A header that does not say its version is written as the newest.
    var bytes = readBytes(StoreLayout.segment(1, in: place))
    bytes[8] ^= 0xFF
    try writeBytes(bytes, StoreLayout.segment(1, in: place))
    _ = try store.repair(id)
    #expect(try store.load(id).condition == .sound && versions(id)[0] == 3)
  }

  @Test func `a follower goes over from a segment of version 2 to one of version 3`() throws {
    let id = try #require(try store.runs().first { $0.status == .open }?.id)
    let follower = try RunFollower(id, in: store)
    var values: [Double] = []
    try follower.advance { values.append($0.value) }
    #expect(values == [2, 1.5])
    let run = try store.append(to: id)
    run.record("loss", 0.5, step: 2)
    try run.finish(status: .finished)
    try follower.advance { values.append($0.value) }
    #expect(values == [2, 1.5, 0.5] && follower.status == .finished)
    #expect(try store.series("loss", of: id)?.values == [2, 1.5, 0.5])
  }

  @Test func `a frame of version 3 in a segment of version 2 is damage, and a segment of version 4 is refused`() throws
  {
    let id = try #require(try store.runs().first { $0.notes == ["a note of old"] }?.id)
    let place = try #require(try store.folder(ofRun: id))
    var bytes = readBytes(place + "/log.rlog")
    let scan = try LogScan([LogSegment(number: 1, bytes: bytes)], run: id)
    var (sequence, crc) = (scan.lastSequence, scan.lastCRC)
    let entry = LogEntry.name("new", wallTime: 0)
    bytes.appendFrame(entry.type, isSealed: false, after: &sequence, &crc) { entry.encode(into: &$0) }
    guard case .damaged(let damages) = try assemble(bytes).record.condition else {
      Issue.record("sound")
      return
    }
    #expect(damages.map(\.reason) == ["frame \(sequence) is of a type this version does not know"])
    try store.annotate(id, name: "new")
    #expect(try store.load(id).description.name == "new")
    let header = FileHeader(segment: 3, framesBefore: 99, previousCRC: 1, tag: 1, version: 4)
    try writeBytes(header.bytes, place + "/log-00003.rlog")
    let refusal = StoreError.otherLogVersion(run: id, version: 4)
    #expect(throws: refusal) { try store.load(id) }
    #expect(throws: refusal) { try store.annotate(id, tag: "a", value: "b") }
    #expect(refusal.description.contains("newer than this program"))
  }

  @Test(arguments: 0..<30)
  func `a disk that fails at any call while a log of version 2 is added to: all that was there stays`(
    seed: UInt64
  ) throws {
    let records = try store.runs()
    let disk = SimulatedDisk(root: folder.path, seed: seed, failureRate: seed % 2 == 0 ? 3 : 9)
    let failing = try Store(path: folder.path, create: false, system: disk.system)
    for before in records {
      var acknowledged: Set<String> = []
      for number in 0..<4 {
        let said: Void? = try? failing.annotate(before.id, tag: "t\(number)", value: "v")
        if said != nil { acknowledged.insert("t\(number)") }
        _ = try? failing.resume(before.id, from: before.lastCheckpoint, steps: 1).finish(status: .interrupted)
      }
      let after = try store.load(before.id, includingSuperseded: true)
      if case .damaged(let damages) = after.condition, case .finished = before.status {
        // A write that stopped halfway in a log that had ended, and could not be cut off.
        #expect(damages.allSatisfy { $0.segment > 1 }, "seed \(seed): \(damages)")
      }
      #expect(acknowledged.isSubset(of: after.tags.keys), "seed \(seed)")
      #expect(Set(facts(after)).isSuperset(of: facts(before)), "seed \(seed)")
      #expect(try versions(before.id).first == 2)
    }
  }
}
