import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Tracker

/// What `verify` says of a store that somebody has been at.
@Suite struct VerificationTests {
  private let folder = TemporaryFolder()
  private let files = FileManager.default

  private func store() throws -> Store { try Store(path: folder.path, create: true, system: quietSystem()) }

  /// A finished run with a checkpoint, of an experiment.
  private func run(_ store: Store, _ experiment: String = "a", seed: UInt64 = 1) throws -> (id: String, folder: String)
  {
    var description = exampleDescription(seed: seed)
    description.experiment = experiment
    let writer = try store.start(description)
    writer.record("loss", 0.5, step: 1)
    try writer.saveCheckpoint([1, 2, 3], step: 1, best: true)
    try writer.finish(status: .finished)
    return (writer.id, writer.directory)
  }

  private func verifyAll(_ store: Store) throws -> (runs: [Verification], remains: StoreRemains) {
    var runs: [Verification] = []
    let remains = try store.verify { runs.append($0) }
    return (runs, remains)
  }

  @Test func `a store that nobody touched has no problem and no remark`() throws {
    let store = try store()
    for seed: UInt64 in 0..<3 { try store.saveArtifact(of: run(store, "a/b", seed: seed).id) }
    let (runs, remains) = try verifyAll(store)
    #expect(runs.count == 3 && runs.allSatisfy { $0.isSound && $0.remarks.isEmpty && $0.checkpoints == 1 })
    #expect(remains == StoreRemains())
  }

  @Test func `an emptied log is damaged, and nothing can be added to it until it is repaired`() throws {
    let store = try store()
    let (id, place) = try run(store)
    try writeBytes([], place + "/log.rlog")
    let verification = try store.verify(id)
    #expect(!verification.isSound)
    #expect(verification.condition == .damaged([LogDamage(offset: 0, reason: "the segment is empty")]))
    #expect(throws: StoreError.self) { try store.annotate(id, tag: "a", value: "b") }
    #expect(readBytes(place + "/log.rlog").isEmpty)
    #expect(try store.runs().map(\.condition) == [verification.condition])
    _ = try store.repair(id)
    #expect(try store.verify(id).condition == .sound)
    try store.annotate(id, tag: "a", value: "b")
    #expect(try store.load(id).tags["a"] == "b")
  }

  @Test func `a segment that is emptied, cut before its first frame, or gone is damage`() throws {
    let (folder, store, id) = try segmentedRun(points: 4_000, segmentLimit: 20_000)
    defer { withExtendedLifetime(folder) {} }
    let place = try #require(try store.folder(ofRun: id))
    let numbers = try StoreLayout.segments(in: place)
    try #require(numbers.count > 2)
    for number in numbers {
      let path = StoreLayout.segment(number, in: place)
      let bytes = readBytes(path)
      for size in [0, 20, FileHeader.size, FileHeader.size + 9] {
        try writeBytes(Array(bytes.prefix(size)), path)
        #expect(try !store.verify(id).isSound, "segment \(number) cut at \(size)")
      }
      try files.removeItem(atPath: path)
      // That the last one is gone nothing tells.
      if number != numbers.last { #expect(try !store.verify(id).isSound, "segment \(number) is gone") }
      try writeBytes(bytes, path)
      #expect(try store.verify(id).isSound)
    }
  }

  @Test func `a folder copied under its own name is a problem of both, and each is read for itself`() throws {
    let store = try store()
    let (id, place) = try run(store)
    try files.createDirectory(atPath: folder.path + "/b", withIntermediateDirectories: true)
    try files.copyItem(atPath: place, toPath: folder.path + "/b/" + id)
    try writeBytes([9], "\(folder.path)/b/\(id)/checkpoints/step-000000000001.safetensors")
    let (runs, _) = try verifyAll(store)
    #expect(runs.map(\.id) == [id, id] && runs.allSatisfy { !$0.isSound })
    let twice =
      "run \(id) is there 2 times, in \(place) and \(folder.path)/b/\(id), and only the first is read by its id: "
      + "rename or remove the copy"
    #expect(runs[0].problems == [twice])
    #expect(runs[1].problems.count == 2 && runs[1].problems[0].contains("1 bytes where the log says 3"))
    #expect(runs[1].remarks.count == 1 && runs[1].remarks[0].contains("was started in experiment 'a'"))
    #expect(try store.verify(id).problems == [twice])
  }

  @Test func `a folder that was moved, or copied under another name, is said and is no damage`() throws {
    let store = try store()
    let (id, place) = try run(store)
    try files.createDirectory(atPath: folder.path + "/b", withIntermediateDirectories: true)
    try files.moveItem(atPath: place, toPath: folder.path + "/b/" + id)
    #expect(try store.verify(id).isSound)
    #expect(
      try store.verify(id).remarks == [
        "it lies in \(folder.path)/b, and was started in experiment 'a': --experiment finds it under the folder's name"
      ])
    try files.moveItem(atPath: folder.path + "/b/" + id, toPath: place)
    try files.copyItem(atPath: place, toPath: folder.path + "/a/zzzzzzzz")
    let (runs, remains) = try verifyAll(store)
    #expect(runs.allSatisfy(\.isSound) && remains.problems.isEmpty)
    #expect(runs.map(\.remarks.count) == [0, 1] && runs[1].remarks[0].contains("as run \(id)'s does"))
  }

  @Test func `a run's folder without a log is a problem, other files and folders are remarked`() throws {
    let store = try store()
    let (id, place) = try run(store)
    _ = try run(store, seed: 2)
    let strange = [
      "\(place)/notes.txt", "\(place)/checkpoints/best.zip", "\(folder.path)/README", "\(folder.path)/a/x",
    ]
    for path in strange.dropLast() { try writeBytes([1], path) }
    try files.createDirectory(atPath: strange[3], withIntermediateDirectories: true)
    var (runs, remains) = try verifyAll(store)
    #expect(runs.allSatisfy(\.isSound) && remains.problems.isEmpty)
    #expect(runs.flatMap(\.remarks) == strange[..<2].map { "\($0) is no file of rlrun's" })
    #expect(remains.remarks == ["\(strange[2]) is no file of rlrun's", "\(strange[3]) is no run of rlrun's"])
    try files.removeItem(atPath: place + "/log.rlog")
    (runs, remains) = try verifyAll(store)
    #expect(runs.count == 1)
    #expect(remains.problems == ["\(place) is a run's folder without a log: log.rlog is missing"])
    #expect(try store.find("latest") != id)
  }
}

extension Store {
  fileprivate func saveArtifact(of id: String) throws {
    let writer = try append(to: id)
    try writer.saveArtifact(Array(id.utf8), name: "a.txt")
    try writer.sync()
  }
}
