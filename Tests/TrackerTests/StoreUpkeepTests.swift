import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

@Suite struct StoreUpkeepTests {
  @Test("A repaired log is sound, has all that was sound, keeps the broken one, and says so in a note")
  func repair() throws {
    let (folder, store, id) = try segmentedRun(points: 4_000, segmentLimit: 20_000)
    defer { withExtendedLifetime(folder) {} }
    let directory = try #require(try store.folder(ofRun: id))
    let segments = try StoreLayout.readSegments(in: directory)
    let whole = try store.load(id, includingSuperseded: true)
    #expect(try store.repair(id).original == nil)
    func restore() throws {
      for segment in try StoreLayout.segments(in: directory) {
        try FileManager.default.removeItem(atPath: StoreLayout.segment(segment, in: directory))
      }
      for segment in segments { try writeBytes(segment.bytes, StoreLayout.segment(segment.number, in: directory)) }
    }
    let middle = segments[1].bytes.count / 2
    let harms: [(name: String, harm: (String) throws -> Void)] = [
      (
        "a bit of a block",
        { _ in
          var bytes = segments[1].bytes
          bytes[middle] ^= 4
          try writeBytes(bytes, StoreLayout.segment(2, in: directory))
        }
      ),
      (
        "half a segment",
        { _ in try writeBytes(Array(segments[1].bytes[..<middle]), StoreLayout.segment(2, in: directory)) }
      ),
      ("a segment", { _ in try FileManager.default.removeItem(atPath: StoreLayout.segment(2, in: directory)) }),
      (
        "a header",
        { _ in
          var bytes = segments[0].bytes
          bytes[20] ^= 1
          try writeBytes(bytes, StoreLayout.segment(1, in: directory))
        }
      ),
      (
        "the last segment's end",
        { _ in
          let last = segments.last!
          try writeBytes(last.bytes.dropLast(9), StoreLayout.segment(last.number, in: directory))
        }
      ),
    ]
    for (round, (name, harm)) in harms.enumerated() {
      try restore()
      try harm(directory)
      let salvaged = try store.load(id, includingSuperseded: true, mode: .salvage)
      let repair = try store.repair(id)
      #expect(!repair.damages.isEmpty, "\(name)")
      #expect(repair.original == directory + "/broken-\(round + 1)")
      let mended = try store.load(id, includingSuperseded: true)
      #expect(mended.condition == .sound, "\(name): \(mended.condition)")
      #expect(Set(facts(mended)).isSuperset(of: facts(salvaged)), "\(name)")
      #expect(Set(facts(whole)).union(mended.notes).isSuperset(of: facts(mended)), "\(name)")
      #expect(mended.notes.last?.contains("broken-\(round + 1)") == true)
      #expect(try store.repair(id).original == nil)
      // What was broken is there as it was.
      let broken = try StoreLayout.readSegments(in: try #require(repair.original))
      #expect(broken.count >= segments.count - 1)
      // And a writer can go on.
      try store.resume(id, from: nil, steps: 1).finish(status: .finished)
      #expect(try store.load(id).condition == .sound)
    }
  }

  @Test("A small log whose names are lost is repaired: its points are there under a name that says so")
  func repairNames() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true, system: quietSystem())
    let run = try store.start(exampleDescription())
    run.record("loss", 0.5, step: 1)
    try run.finish(status: .finished)
    let log = run.directory + "/log.rlog"
    var bytes = readBytes(log)
    for frame in try LogScan([LogSegment(number: 1, bytes: bytes)], run: "").frames where frame.type == .series {
      bytes[frame.payload.lowerBound] ^= 0xFF
      bytes[frame.payload.upperBound + FrameHeader.size] ^= 0xFF
    }
    try writeBytes(bytes, log)
    #expect(try store.load(run.id).series.isEmpty)
    #expect(try store.repair(run.id).damages.count == 3)
    let record = try store.load(run.id)
    #expect(record.condition == .sound && record.status == .finished)
    #expect(record.series("unnamed/0")?.values == [0.5])
  }

  @Test("gc removes deleted runs, artifacts of no run and unfinished files, and nothing else")
  func garbage() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    var ids: [String] = []
    for seed in 0..<3 {
      let run = try store.start(exampleDescription(seed: UInt64(seed)))
      try run.saveArtifact(Array("shared".utf8), name: "a.txt")
      try run.saveArtifact([UInt8(seed)], name: "own.bin")
      try run.finish(status: .finished)
      ids.append(run.id)
      try writeBytes([1, 2], run.directory + "/.log.rlog.77.1")
    }
    let artifacts = folder.path + "/.artifacts"
    func files() throws -> Int {
      try Folder.names(in: artifacts).reduce(0) { try $0 + Folder.names(in: artifacts + "/" + $1).count }
    }
    #expect(try files() == 4)
    let live = try store.start(exampleDescription(seed: 9))
    try live.saveArtifact([99], name: "own.bin")
    try store.delete(ids[0])
    let planned = try store.collectGarbage(dryRun: true, artifactAge: 0)
    #expect(planned.runs == [ids[0]] && planned.artifacts == 1 && planned.files == 2)
    #expect(try files() == 5)
    #expect(try store.collectGarbage(artifactAge: 0).runs == [ids[0]])
    #expect(try store.collectGarbage(artifactAge: 0) == Garbage())
    #expect(try files() == 4)
    #expect(try Set(store.runs(includingDeleted: true).map(\.id)) == [ids[1], ids[2], live.id])
    for id in ids[1...] {
      #expect(try store.verify(id).artifacts == 2)
      let artifact = try #require(try store.load(id).artifacts.first)
      #expect(try store.artifactBytes(artifact) == Array("shared".utf8))
    }
    try live.finish(status: .finished)
  }

  @Test("gc compacts the segments of a run that was killed")
  func compaction() throws {
    let (folder, store, id) = try segmentedRun(points: 9_000, segmentLimit: 1 << 30, finish: false)
    defer { withExtendedLifetime(folder) {} }
    let before = try store.load(id, includingSuperseded: true)
    #expect(try store.collectGarbage().compacted == 1)
    let after = try store.load(id, includingSuperseded: true)
    #expect(facts(after) == facts(before) && after.condition == .sound)
    #expect(try store.verify(id).sealedSegments == 2)
  }

  @Test("Artifacts that were changed on the disk are found")
  func damagedArtifact() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let run = try store.start(exampleDescription())
    try run.saveArtifact(Array("text".utf8), name: "a.txt")
    try run.finish(status: .finished)
    let artifact = try #require(try store.load(run.id).artifacts.first)
    try writeBytes(Array("tExt".utf8), StoreLayout.artifact(artifact.sha256, in: folder.path))
    #expect(throws: StoreError.self) { try store.artifactBytes(artifact) }
    #expect(try !store.verify(run.id).isSound)
  }

  @Test("A histogram's reductions are those of its values, and NaN is counted apart")
  func histograms() throws {
    let histogram = Histogram(of: [1, 2, 3, 4, .infinity, .nan, -2] as [Double], bins: 3)
    #expect(histogram.count == 7 && histogram.nonFinite == 2)
    #expect(histogram.minimum == -2 && histogram.maximum == 4 && abs(histogram.mean - 1.6) < 1e-15)
    #expect(histogram.norm1 == 12 && histogram.norm2 == Double(34).squareRoot())
    #expect(abs(histogram.standardDeviation - Double(4.24).squareRoot()) < 1e-14)
    #expect(histogram.bins == [1, 1, 3])
    #expect(Histogram(of: [] as [Float]).minimum.isNaN)
    #expect(Histogram(of: [3, 3] as [Float], bins: 2).bins == [2, 0])
    #expect(Histogram(of: [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude], bins: 2).bins == [1, 1])
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let run = try store.start(exampleDescription())
    run.record(histogram, as: "weights", step: 4)
    run.record(hyperparameter: "learning_rate", 0.25, step: 5)
    try run.finish(status: .finished)
    let record = try store.load(run.id)
    #expect(record.histograms.map(\.histogram) == [histogram] && record.histograms[0].step == 4)
    #expect(record.series("params/learning_rate")?.values == [0.25])
  }
}
