import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct CatalogueTests {
  let folder = TemporaryFolder()

  private func makeStore(runs: Int = 3) throws -> Store {
    let store = try Store(path: folder.path, create: true, system: quietSystem())
    for seed in 0..<runs {
      let run = try store.start(exampleDescription(seed: UInt64(seed), start: Int64(seed) * 1_000_000))
      run.record("score", Double(seed) / 2, step: 10)
      try run.finish(status: .finished)
    }
    return store
  }

  private var path: String { folder.path + "/" + Catalogue.file }

  @Test func theCatalogueSaysWhatTheLogsSay() throws {
    let store = try makeStore()
    let fresh = try store.fields()
    #expect(fresh == (try store.runs()).map { RunFields($0) })
    #expect(fresh.map { $0["score"] } == [.number(0), .number(0.5), .number(1)])
    #expect(readBytes(path).count > 100)
    #expect(try store.fields() == fresh)
    #expect(try store.fields(experiment: exampleDescription().experiment) == fresh)
    #expect(try store.fields(experiment: "another") == [])
  }

  @Test func whatChangesIsReadAgain() throws {
    let store = try makeStore()
    _ = try store.fields()
    let ids = try store.runs().map(\.id)
    try store.annotate(ids[0], tag: "kept", value: "yes")
    try store.delete(ids[1])
    let run = try store.start(exampleDescription(seed: 9, start: 9_000_000))
    #expect(try store.fields().map { $0["tags.kept"] } == [.text("yes"), nil, nil])
    #expect(try store.fields().map { $0["status"] }.last == .text("running"))
    run.record("score", 7, step: 1)
    try run.flush()
    #expect(try store.fields().last?["score"] == .number(7))
    try run.finish(status: .interrupted)
    #expect(try store.fields() == (try store.runs()).map { RunFields($0) })
    #expect(try store.fields().last?["status"] == .text("interrupted"))
  }

  @Test func aDamagedCatalogueIsWrittenAnew() throws {
    let store = try makeStore()
    let fields = try store.fields()
    let sound = readBytes(path)
    for place in stride(from: 0, to: sound.count, by: 3) {
      var damaged = sound
      damaged[place] ^= 0x40
      try writeBytes(damaged, path)
      #expect(Catalogue.read(in: folder.path).isEmpty)
    }
    for count in [0, 5, 12, sound.count - 1] {
      try writeBytes(Array(sound.prefix(count)), path)
      #expect(try store.fields() == fields)
    }
    #expect(readBytes(path).elementsEqual(sound))
  }

  @Test func aRunThatIsGoneLeavesTheCatalogue() throws {
    let store = try makeStore()
    _ = try store.fields()
    let id = try store.runs()[0].id
    try FileManager.default.removeItem(atPath: try store.existingFolder(ofRun: id))
    #expect(try store.fields().count == 2)
    #expect(Catalogue.read(in: folder.path).count == 2)
  }
}
