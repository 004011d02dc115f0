import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Formats
@testable import Tracker

@Suite struct StoreTests {
  let folder = TemporaryFolder()

  private func makeStore() throws -> Store { try Store(path: folder.path, create: true, system: quietSystem()) }

  /// Records points at `steps` with values equal to them, a checkpoint after each step in `saving`, and lets go.
  @discardableResult
  private func record(
    _ store: Store, _ id: String? = nil, from checkpoint: Int? = nil, steps: ClosedRange<Int>, saving: Set<Int> = [],
    best: Set<Int> = [], finish: Bool = false
  ) throws -> String {
    let run: RunWriter
    if let id {
      let kept = try store.load(id).keptCheckpoints
      run = try store.resume(id, from: kept.last { $0.step == checkpoint }, steps: 100)
    } else {
      run = try store.start(exampleDescription())
    }
    for step in steps {
      run.record("a", Double(step), step: step)
      run.record(Episode(phase: .training, reward: Double(step), length: 1, truncated: false), step: step)
      if saving.contains(step) { try run.saveCheckpoint([UInt8(step)], step: step, best: best.contains(step)) }
    }
    if finish { try run.finish(status: .finished) } else { try run.flush() }
    return run.id
  }

  @Test("A run is listed, running, before its first point; crashed when its writer is gone without a Finish frame")
  func statuses() throws {
    let store = try makeStore()
    func start() throws -> String {
      let run = try store.start(exampleDescription())
      let listed = try store.runs()
      #expect(listed.map(\.id) == [run.id])
      #expect(listed[0].status == .running)
      #expect(listed[0].description == exampleDescription())
      run.record("a", 1, step: 1)
      return run.id
    }
    let id = try start()
    #expect(try store.load(id).status == .crashed)
    #expect(try store.load(id).last("a") == 1)
    let failed = try store.start(exampleDescription())
    try failed.finish(status: .failed, message: "the world ended")
    let record = try store.load(failed.id)
    #expect(record.status == .failed)
    #expect(record.message == "the world ended")
    #expect(record.end != nil)
  }

  @Test("A second writer is refused, and so are annotating and deleting while a run is written")
  func liveRun() throws {
    let store = try makeStore()
    let run = try store.start(exampleDescription())
    #expect(throws: StoreError.live(run.id)) { try store.resume(run.id, from: nil, steps: 1) }
    #expect(throws: StoreError.live(run.id)) { try store.annotate(run.id, note: "no") }
    #expect(throws: StoreError.live(run.id)) { try store.delete(run.id) }
    try run.finish(status: .finished)
    try store.annotate(run.id, note: "yes")
    try store.annotate(run.id, tag: "machine", value: "two")
    let record = try store.load(run.id)
    #expect(record.notes == ["yes"])
    #expect(record.tags == ["machine": "two"])
    #expect(record.status == .finished)
    #expect(record.condition == .sound)
  }

  @Test("Resume hides what came after the checkpoint, and nothing else")
  func resumeHides() throws {
    let store = try makeStore()
    let id = try record(store, steps: 1...5, saving: [2, 4])
    try store.annotate(id, note: "before")
    try record(store, id, from: 2, steps: 3...4, saving: [4], finish: true)
    let record = try store.load(id)
    #expect(record.series("a")?.values == [1, 2, 3, 4])
    #expect(record.episodes.map(\.step) == [1, 2, 3, 4])
    #expect(record.checkpoints.map(\.step) == [2, 4])
    #expect(record.notes == ["before"])
    #expect(record.budget == 100)
    #expect(record.status == .finished)
    let everything = try store.load(id, includingSuperseded: true)
    #expect(everything.series("a")?.values == [1, 2, 3, 4, 5, 3, 4])
    #expect(everything.checkpoints.map(\.step) == [2, 4, 4])
    // The superseded file at step 4 was not written over before the log vouched for the new one.
    #expect(record.checkpoints.last?.file == "step-000000000004-2.safetensors")
    #expect(try store.verify(id).isSound)
  }

  @Test("Resumes nest: a later one may go back before an earlier one, and from step 0")
  func resumesNest() throws {
    let store = try makeStore()
    let id = try record(store, steps: 1...3, saving: [2])
    try record(store, id, from: 2, steps: 3...6, saving: [4, 6])
    try record(store, id, from: 4, steps: 5...5)
    #expect(try store.load(id).series("a")?.values == [1, 2, 3, 4, 5])
    try record(store, id, from: nil, steps: 1...1)
    let record = try store.load(id)
    #expect(record.series("a")?.values == [1])
    #expect(record.checkpoints.isEmpty)
    #expect(record.resumes.map(\.checkpoint) == [record.resumes[0].checkpoint, record.resumes[1].checkpoint, nil])
    #expect(try store.verify(id).isSound)
  }

  @Test("A finished run that is resumed is no longer finished, and a superseded checkpoint cannot be resumed from")
  func resumeFinished() throws {
    let store = try makeStore()
    let id = try record(store, steps: 1...4, saving: [2, 4], finish: true)
    let superseded = try #require(try store.load(id).lastCheckpoint)
    try record(store, id, from: 2, steps: 3...3)
    #expect(try store.load(id).status == .crashed)
    #expect(throws: StoreError.unknownCheckpoint(run: id, file: superseded.file)) {
      try store.resume(id, from: superseded, steps: 9)
    }
  }

  @Test("A torn tail is cut off by the next writer, and not before; a damaged log goes on behind the damage")
  func brokenTails() throws {
    let store = try makeStore()
    let id = try record(store, steps: 1...3, saving: [2])
    let log = try #require(try store.folder(ofRun: id)) + "/log.rlog"
    let whole = readBytes(log)
    for (cut, damage) in [(1, false), (33, false), (1, true), (33, true)] {
      var bytes = Array(whole.dropLast(cut))
      if damage { bytes[40] ^= 1 }
      try writeBytes(bytes, log)
      let condition = try store.load(id).condition
      #expect(readBytes(log) == bytes)
      try record(store, id, from: 2, steps: 3...4)
      let record = try store.load(id)
      #expect(record.series("a")?.values == [1, 2, 3, 4])
      if case .torn(_, let offset) = condition {
        #expect(record.condition == .sound)
        #expect(readBytes(log).starts(with: bytes[..<offset]))
      } else {
        #expect(damage)
        #expect(readBytes(log).starts(with: bytes))
        guard case .damaged = record.condition else {
          Issue.record("damage was forgotten")
          continue
        }
      }
    }
  }

  @Test("A run keeps its last two checkpoints and the best, and the log vouches for their bytes")
  func checkpoints() throws {
    let store = try makeStore()
    let id = try record(store, steps: 1...9, saving: [1, 3, 5, 7, 9], best: [3], finish: true)
    let record = try store.load(id)
    #expect(record.checkpoints.map(\.step) == [1, 3, 5, 7, 9])
    #expect(record.keptCheckpoints.map(\.step) == [3, 7, 9])
    #expect(record.lastCheckpoint?.step == 9)
    let best = try #require(record.bestCheckpoint)
    #expect(best.step == 3)
    let files = try store.folder(ofRun: id)! + "/checkpoints/"
    #expect(try Folder.names(in: files, includingHidden: true) == record.keptCheckpoints.map(\.file))
    #expect(try store.checkpointBytes(id, best) == [3])
    #expect(try store.verify(id).checkpoints == 3)

    try writeBytes([4], files + best.file)
    #expect(throws: StoreError.self) { try store.checkpointBytes(id, best) }
    #expect(try store.verify(id).problems.first?.contains("SHA-256") == true)
    try writeBytes([3, 3], files + best.file)
    #expect(try store.verify(id).problems.first?.contains("2 bytes where the log says 1") == true)
    try FileManager.default.removeItem(atPath: files + best.file)
    #expect(try store.verify(id).problems.count == 1)
    #expect(try !store.verify(id).isSound)
  }

  @Test("latest, prefixes, near misses")
  func find() throws {
    let store = try makeStore()
    #expect(throws: StoreError.noRuns(path: folder.path)) { try store.find("latest") }
    var ids: [String] = []
    for (seed, start) in [(1, 10), (3, 20), (2, 20)] as [(UInt64, Int64)] {
      let run = try store.start(exampleDescription(seed: seed, start: start))
      try run.finish(status: .finished)
      ids.append(run.id)
    }
    #expect(try store.find("latest") == ids[1])
    for id in ids {
      #expect(id.count == 8)
      #expect(try store.find(id) == id)
      #expect(try store.find(String(id.prefix(7))) == id)
    }
    let typo = String(ids[0].dropLast()) + "!"
    #expect(throws: StoreError.unknownRun(typo, nearest: ids[0])) { try store.find(typo) }
    #expect(throws: StoreError.unknownRun("", nearest: nil)) { try store.find("") }
    #expect(throws: StoreError.self) { try store.load("../cp/" + ids[0]) }
    try store.delete(ids[1])
    #expect(try store.find("latest") == ids[2])
    #expect(throws: StoreError.deleted(ids[1])) { try store.load(ids[1]) }
    #expect(try store.load(ids[1], includingDeleted: true).isDeleted)
    #expect(try store.runs().map(\.id) == [ids[0], ids[2]])
    #expect(try store.runs(includingDeleted: true).count == 3)
    #expect(try store.runs(experiment: "other").isEmpty)
  }

  @Test("An ambiguous prefix lists what it could be")
  func ambiguous() throws {
    let store = try makeStore()
    let run = try store.start(exampleDescription())
    try run.finish(status: .finished)
    let twin = String(run.id.dropLast()) + (run.id.hasSuffix("0") ? "1" : "0")
    try FileManager.default.copyItem(atPath: run.directory, toPath: folder.path + "/cp/" + twin)
    #expect(throws: StoreError.ambiguous(String(run.id.prefix(7)), matches: [run.id, twin].sorted())) {
      try store.find(String(run.id.prefix(7)))
    }
  }

  @Test("What is not a store, or a newer one, is refused; a name that a folder cannot have is escaped")
  func stores() throws {
    #expect(throws: StoreError.missing(path: folder.path)) { try Store(path: folder.path, create: false) }
    let store = try makeStore()
    #expect(try Store(path: folder.path + "/", create: false).path == folder.path)
    for name in ["a/b", "..", "%", "ünï code", "a\nb"] {
      var description = exampleDescription()
      description.experiment = name
      try store.start(description).finish(status: .finished)
      #expect(try store.runs(experiment: name).map(\.description.experiment) == [name])
    }
    #expect(try StoreLayout.folder(forExperiment: "../x") == "%2E.%2Fx")
    #expect(throws: StoreError.self) { try StoreLayout.folder(forExperiment: "") }
    #expect(throws: StoreError.self) { try StoreLayout.folder(forExperiment: String(repeating: "x", count: 256)) }

    try writeBytes(Array("2\n".utf8), folder.path + "/" + StoreLayout.versionFile)
    #expect(throws: StoreError.newerStore(path: folder.path, version: "2")) {
      try Store(path: folder.path, create: true)
    }
    try FileManager.default.removeItem(atPath: folder.path + "/" + StoreLayout.versionFile)
    #expect(throws: StoreError.notAStore(path: folder.path)) { try Store(path: folder.path, create: true) }
  }

  @Test("One unreadable run does not hide the others")
  func unreadableRun() throws {
    let store = try makeStore()
    let good = try record(store, steps: 1...2, finish: true)
    let bad = try record(store, steps: 1...2, finish: true)
    let log = try store.folder(ofRun: bad)! + "/log.rlog"
    var bytes = readBytes(log)
    bytes.replace(at: 8, littleEndian: UInt32(9))
    bytes.replace(at: 12, littleEndian: CRC32C.checksum(bytes, 0..<12))
    try writeBytes(bytes, log)
    let runs = try store.runs()
    #expect(Set(runs.map(\.id)) == [good, bad])
    guard case .damaged(let damages)? = runs.first(where: { $0.id == bad })?.condition else {
      Issue.record("the unreadable run looks sound")
      return
    }
    #expect(damages[0].reason.contains("newer than this program"))
  }

  @Test("An observer sees every point, and what it finds is in the log")
  func observer() throws {
    struct Above: PointObserver {
      var limit: Double
      mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
        guard value > limit else { return [] }
        limit = value
        return [
          Finding(rule: "Above", severity: .warning, step: step, evidence: "\(value)", meaning: "m", advice: "a")
        ]
      }
    }
    let store = try makeStore()
    let run = try store.start(exampleDescription())
    run.watch = Above(limit: 2)
    for (step, value) in [1.0, 3, 2, 4].enumerated() { run.record("a", value, step: step) }
    try run.finish(status: .interrupted)
    let record = try store.load(run.id)
    #expect(record.findings.map(\.finding.step) == [1, 3])
    #expect(record.series("a")?.values == [1, 3, 2, 4])
    #expect(record.status == .interrupted)
  }

  @Test("More points than fit in memory, of many series in changing order, come back in order")
  func manyPoints() throws {
    let store = try makeStore()
    let run = try store.start(exampleDescription())
    let metrics = (0..<7).map { Metric("m/\($0)") }
    var expected = [[Double]](repeating: [], count: 7)
    var state: UInt64 = 1
    for step in 0..<30_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let index = step % 3 == 0 ? Int(state >> 40) % 7 : step % 7
      let value = Double(bitPattern: state)
      run.record(metrics[index], value, step: step / 7)
      expected[index].append(value)
    }
    try run.finish(status: .finished)
    let record = try store.load(run.id)
    for (index, metric) in metrics.enumerated() {
      #expect(record.series(metric)?.values.map(\.bitPattern) == expected[index].map(\.bitPattern))
    }
  }
}
