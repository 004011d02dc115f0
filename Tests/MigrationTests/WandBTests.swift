import Formats
import Foundation
import Interchange
import Settings
import Telemetry
import TestSupport
import Testing

@testable import Migration
@testable import Tracker

/// Runs that W&B recorded offline, against what its own messages say.
@Suite struct `Runs of Weights & Biases` {
  private static func file(_ name: String) throws -> String {
    let root = Recorded.path("wandb/wandb")
    let folder = try #require(
      FileManager.default.contentsOfDirectory(atPath: root).first { $0.hasSuffix("-\(name)-1") })
    return "\(root)/\(folder)/run-\(name)-1.wandb"
  }

  @Test(arguments: ["first", "failed"])
  func `every number of the history is imported`(name: String) throws {
    let imported = try Imported()
    try imported.take(Recorded.path("wandb"))
    let expected = try #require(try Recorded.json("wandb/read.json")["run-\(name)-1.wandb"] as? [String: [[Any]]])
    let run = try imported.run(named: name)
    let history = run.series.filter { !$0.metric.name.hasPrefix("system/") && $0.metric != "best" }
    #expect(Set(history.map(\.metric.name)) == Set(expected.keys))
    #expect(expected.count == 6)
    for series in history {
      let points = try #require(expected[series.metric.name])
      #expect(series.steps == points.map { $0[0] as? Int })
      for (value, point) in zip(series.values, points) {
        let known = try #require((point[1] as? String).flatMap(Double.init))
        #expect(value == known || value.isNaN && known.isNaN)
      }
      // Later than the start, each not before the one before.
      #expect(series.wallTimes == series.wallTimes.sorted() && series.wallTimes[0] > run.description.start)
    }
  }

  @Test func `what is known of a run is its description`() throws {
    let imported = try Imported()
    let (report, losses) = try imported.take(Recorded.path("wandb/wandb"))
    #expect(report.imported.sorted() == ["failed-1", "first-1"])
    let run = try imported.run(named: "first")
    #expect(run.id == "first-1" && run.description.experiment == "digits")
    #expect(
      run.parameters == [
        "lr": .number(0.001), "layers": .integers([64, 64]), "opt/name": .text("adam"), "opt/eps": .number(1e-8),
        "opt/deep/n": .integer(3), "none": .none, "flag": .flag(true), "text": .text("x"), "big": .number(1e20),
        "api_key": .text("***"), "later": .integer(5),
      ])
    #expect(
      run.tags == [
        "a": "", "b": "", "wandb.group": "g1", "wandb.job_type": "train", "wandb.run": "digits/first-1",
        "summary/word": "w",
      ])
    #expect(run.text == "Some notes,\ntwo lines")
    #expect(run.description.surroundings.host == "box" && run.description.surroundings.cores > 0)
    #expect(run.description.surroundings.programVersion.hasPrefix("wandb 0."))
    #expect(run.description.surroundings.commandLine.first == "train.py")
    // A summary that no history has.
    #expect(run.series.first { $0.metric == "best" }?.values == [0.9])
    let counted = losses.filter { $0.contains("run-first-1") }.map { $0.split(separator: ": ").last ?? "" }
    #expect(
      counted == [
        "5 values of 'word' without a number, left out.", "1 value of the kind histogram, left out.",
        "1 value of the kind image-file, left out.",
      ])
  }

  @Test func `system metrics are recorded, and how a run ended`() throws {
    let imported = try Imported()
    try imported.take(Recorded.path("wandb"))
    let (first, failed) = (try imported.run(named: "first"), try imported.run(named: "failed"))
    let system = first.series.filter { $0.metric.name.hasPrefix("system/") }
    #expect(system.contains { $0.metric == "system/memory_percent" && $0.values.allSatisfy { $0 > 0 && $0 < 100 } })
    #expect(first.status == .finished && failed.status == .failed)
    #expect(failed.message == "exit status 3")
    #expect(try #require(first.end) > first.description.start)
  }

  @Test func `importing again adds nothing`() throws {
    let imported = try Imported()
    try imported.take(Recorded.path("wandb"))
    let before = try imported.store.stamps()
    let (report, _) = try imported.take(Recorded.path("wandb"))
    #expect(report.imported.isEmpty && report.present == 2)
    #expect(try imported.store.stamps() == before)
  }

  @Test func `a run whose id another has gets an id of its own, once`() throws {
    let imported = try Imported()
    try imported.store.place(
      RunDescription(
        kind: "program", experiment: "mine", subject: "a", target: "", seed: 0, hyperparameters: [:],
        surroundings: Surroundings(
          programVersion: "", gitCommit: nil, host: "", cores: 0, blasCoreType: "", blasThreads: 0, kernelVariant: "",
          commandLine: []), start: 1), as: "first-1"
    ) { try $0.finish(status: .finished) }
    let (report, _) = try imported.take(try Self.file("first"))
    #expect(report.imported.count == 1 && report.imported != ["first-1"])
    #expect(try imported.take(try Self.file("first")).report.present == 1)
  }

  /// A killed program's file ends anywhere.
  @Test func `a file that ends too early is read up to there`() throws {
    let bytes = readBytes(try Self.file("first"))
    var (last, cuts) = (0, 0)
    for end in stride(from: 7, through: bytes.count, by: 53) {
      var (log, recording) = (RecordLog(Array(bytes[..<end])), WandBRecording())
      while let record = log.next() { recording.add(record) }
      let points = recording.series.reduce(0) { $0 + $1.values.count }
      #expect(log.damaged == 0 && recording.unreadable == 0 && points >= last)
      if log.isCut { cuts += 1 }
      last = points
    }
    #expect(last > 40 && cuts > 80)
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/run-first-1.wandb"
    try writeBytes(Array(bytes[..<(bytes.count / 2)]), path)
    let imported = try Imported()
    let (report, losses) = try imported.take(path)
    #expect(
      report.imported == ["first-1"] && losses.contains("\(path) ends inside a record: nothing before it is missing."))
    #expect(try imported.store.load("first-1").status == .crashed)
  }

  @Test func `records go over blocks, and a damaged one costs itself alone`() {
    let records = [10, 40_000, 5, 32_740, 3, 100_000, 0, 7].map { size in (0..<size).map { UInt8($0 * 7 & 255) } }
    var bytes = Self.logged(records)
    var log = RecordLog(bytes)
    var found: [[UInt8]] = []
    while let record = log.next() { found.append(record) }
    #expect(found == records && log.damaged == 0 && !log.isCut)
    // In the first piece of the second record.
    bytes[100] ^= 1
    log = RecordLog(bytes)
    found = []
    while let record = log.next() { found.append(record) }
    #expect(found == [records[0]] + records[2...] && log.damaged == 1)
  }

  /// In LevelDB's log format.
  private static func logged(_ records: [[UInt8]]) -> [UInt8] {
    var bytes = RecordLog.magic + [0xE1, 0xBE, 0]
    for record in records {
      var (rest, isFirst) = (record[...], true)
      repeat {
        var left = 32_768 - bytes.count % 32_768
        if left < 7 {
          bytes += [UInt8](repeating: 0, count: left)
          left = 32_768
        }
        let part = rest.prefix(left - 7)
        rest = rest.dropFirst(part.count)
        let piece: [UInt8] = [isFirst ? (rest.isEmpty ? 1 : 2) : (rest.isEmpty ? 4 : 3)] + part
        bytes.append(littleEndian: RecordLog.checksum(piece, piece.indices))
        bytes.append(littleEndian: UInt16(part.count))
        bytes += piece
        isFirst = false
      } while !rest.isEmpty
    }
    return bytes
  }

  @Test func `runs that differ by their seed are of one configuration`() {
    func run(seed: Int) -> RunDescription {
      var recording = WandBRecording()
      recording.config = [["seed"]: .integer(seed), ["lr"]: .number(0.1)]
      return WandBRun(recording).run.description
    }
    #expect(run(seed: 1).configurationHash == run(seed: 2).configurationHash)
    #expect(run(seed: 2).seed == 2 && run(seed: 2).hyperparameters == ["lr": .number(0.1)])
  }

  @Test func `changed bytes never trap`() throws {
    let whole = readBytes(try Self.file("first"))
    var fuzz = Fuzz(seed: 83)
    for round in 0..<Fuzz.rounds / 5 {
      var (log, recording) = (RecordLog(whole), WandBRecording())
      if round % 2 == 0 {
        var bytes = whole
        fuzz.change(&bytes)
        log = RecordLog(bytes)
        while let record = log.next() { recording.add(record) }
      } else {
        // Behind the checksums.
        while var record = log.next() {
          if fuzz.below(8) == 0 { fuzz.change(&record) }
          recording.add(record)
        }
      }
      let run = WandBRun(recording).run
      #expect(run.pointCount >= 0 && run.description.kind == "program")
    }
  }
}
