import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Formats
@testable import Tracker

/// Artifacts that come and go a chunk at a time.
@Suite struct ArtifactTests {
  private let folder = TemporaryFolder()

  private func store(_ system: SystemCalls = quietSystem()) throws -> Store {
    try Store(path: folder.path, create: true, system: system)
  }

  /// What is in the artifacts' folder, hidden files too.
  private func files() throws -> [String] {
    let root = folder.path + "/.artifacts"
    return try Folder.names(in: root).flatMap { try Folder.names(in: root + "/" + $0, includingHidden: true) }
  }

  @Test func `a digest of pieces is that of the whole, however it is cut`() {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for size in [1, 3, 63, 64, 65, 127, 500, 1_000] {
      var stream = SHA256.Stream()
      for start in stride(from: 0, to: bytes.count, by: size) {
        stream.add(Array(bytes[start..<min(start + size, bytes.count)]))
        stream.add([])
      }
      #expect(stream.hexadecimal() == SHA256.hexadecimal(bytes) && stream.count == bytes.count)
    }
    #expect(SHA256.Stream().hexadecimal() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `an artifact that was removed is gone from its run, and its bytes when no run has them`() throws {
    let store = try store()
    let (first, second) = (try store.start(exampleDescription()), try store.start(exampleDescription()))
    for run in [first, second] { try run.saveArtifact([1, 2, 3], name: "a/shared.bin") }
    try first.saveArtifact([4], name: "own.bin")
    try first.saveArtifact([5], name: "own.bin")
    try first.removeArtifacts(["own.bin", "a/shared.bin", "never.bin"])
    #expect(try store.load(first.id).artifacts.isEmpty)
    try first.saveArtifact([6], name: "own.bin")
    for run in [first, second] { try run.finish(status: .finished) }
    #expect(try store.load(first.id).artifacts.map(\.sha256) == [SHA256.hexadecimal([6])])
    #expect(try store.load(second.id).artifacts.map(\.name) == ["a/shared.bin"])
    _ = try store.collectGarbage(artifactAge: -(1 << 40))
    #expect(try Set(files()) == [SHA256.hexadecimal([6]), SHA256.hexadecimal([1, 2, 3])])
    try store.annotate(second.id, removingArtifacts: ["a/shared.bin"])
    _ = try store.collectGarbage(artifactAge: -(1 << 40))
    #expect(try files() == [SHA256.hexadecimal([6])])
    #expect(try store.load(second.id).status == .finished)
  }

  @Test func `the garbage of a store is none that a link leads to`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    try run.saveArtifact([1], name: "a")
    try run.finish(status: .finished)
    let outside = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: outside.path, withIntermediateDirectories: true)
    try Data([7]).write(to: URL(fileURLWithPath: outside.path + "/mine"))
    let root = folder.path + "/.artifacts"
    try FileManager.default.createSymbolicLink(atPath: root + "/zz", withDestinationPath: outside.path)
    _ = try store.collectGarbage(artifactAge: -(1 << 40))
    #expect(FileManager.default.fileExists(atPath: outside.path + "/mine"))
  }

  @Test func `chunks become an artifact with a path and a media type, and are read back in chunks`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    let chunks = (0..<5).map { number in [UInt8](repeating: UInt8(number), count: 300_000 + number) }
    var next = chunks.makeIterator()
    try run.saveArtifact(name: "plots/loss.svg", mediaType: "image/svg+xml") { next.next() }
    try run.finish(status: .finished)
    let artifact = try #require(try store.load(run.id).artifacts.first)
    let bytes = Array(chunks.joined())
    #expect(artifact.name == "plots/loss.svg" && artifact.mediaType == "image/svg+xml")
    #expect(artifact.size == bytes.count && artifact.sha256 == SHA256.hexadecimal(bytes))
    let reader = try store.openArtifact(artifact)
    var (read, longest): ([UInt8], Int) = ([], 0)
    while let chunk = try reader.next() {
      read += chunk
      longest = max(longest, chunk.count)
    }
    #expect(read == bytes && longest == ArtifactFolder.chunk)
    #expect(try store.artifactBytes(artifact) == bytes)
    #expect(try files() == [artifact.sha256] && store.verify(run.id).artifacts == 1)
  }

  @Test func `a file is kept without being in memory, and once however often it is saved`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    let file = folder.path + "/source.bin"
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 977) }
    try writeBytes(bytes, file)
    try run.saveArtifact(file: file, name: "a")
    try run.saveArtifact(file: file, name: "b", mediaType: "x/y")
    try run.saveArtifact(bytes, name: "c")
    try writeBytes([], file)
    try run.saveArtifact(file: file, name: "empty")
    #expect(throws: StoreError.self) { try run.saveArtifact(file: file + ".none", name: "d") }
    #expect(throws: StoreError.self) { try run.saveArtifact(file: folder.path, name: "d") }
    try FileManager.default.removeItem(atPath: file)
    try run.finish(status: .finished)
    let artifacts = try store.load(run.id).artifacts
    #expect(artifacts.map(\.name) == ["a", "b", "c", "empty"] && artifacts.map(\.mediaType) == [nil, "x/y", nil, nil])
    #expect(try store.artifactBytes(artifacts[1]) == bytes && store.artifactBytes(artifacts[3]) == [])
    #expect(try files().count == 2 && store.verify(run.id).artifacts == 4)
  }

  @Test(arguments: ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\nb", String(repeating: "a", count: 1_025)])
  func `a name that is no path is refused`(name: String) throws {
    let run = try store().start(exampleDescription())
    let error = #expect(throws: StoreError.self) { try run.saveArtifact([1], name: name) }
    #expect(error?.description.contains("cannot be the name of an artifact") == true)
    #expect(throws: StoreError.self) { try run.saveArtifact(name: name) { nil } }
  }

  @Test func `bytes that were changed are told at the end, those that lack at once, and saving mends them`() throws {
    let store = try store()
    let run = try store.start(exampleDescription())
    let bytes = [UInt8](repeating: 7, count: 2_500_000)
    try run.saveArtifact(bytes, name: "a")
    let artifact = try #require(try store.load(run.id).artifacts.first)
    let path = StoreLayout.artifact(artifact.sha256, in: folder.path)
    var harmed = bytes
    harmed[2_400_000] = 8
    try writeBytes(harmed, path)
    let reader = try store.openArtifact(artifact)
    #expect(try reader.next()?.count == ArtifactFolder.chunk && reader.next()?.count == ArtifactFolder.chunk)
    #expect(throws: StoreError.self) { while try reader.next() != nil {} }
    #expect(try store.verify(run.id).problems.count == 1)
    try writeBytes(Array(bytes.dropLast()), path)
    #expect(throws: StoreError.self) { try store.openArtifact(artifact) }
    var isFirst = true
    try run.saveArtifact(name: "a") {
      defer { isFirst = false }
      return isFirst ? bytes : nil
    }
    #expect(try store.verify(run.id).isSound)
    var forged = artifact
    forged.sha256 = "../../../../etc/passwd"
    #expect(throws: StoreError.self) { try store.openArtifact(forged) }
  }

  @Test func `a source that fails leaves no artifact and no file, and what a killed writer left is collected`() throws {
    struct Failure: Error {}
    let store = try store()
    let run = try store.start(exampleDescription())
    var count = 0
    #expect(throws: Failure.self) {
      try run.saveArtifact(name: "a") {
        count += 1
        if count == 3 { throw Failure() }
        return [1, 2, 3]
      }
    }
    #expect(try store.load(run.id).artifacts.isEmpty && files().isEmpty)
    try run.finish(status: .finished)
    try writeBytes([1], StoreLayout.incomingArtifacts(in: folder.path) + "/.99.1")
    #expect(try store.verify { _ in } == StoreRemains())
    #expect(try store.collectGarbage(artifactAge: 1 << 40).artifacts == 0 && files().count == 1)
    #expect(try store.collectGarbage(artifactAge: -(1 << 40)).artifacts == 1 && files().isEmpty)
  }

  @Test(arguments: 0..<60)
  func `a disk that fails at any call: an artifact that is named is there, and the next attempt succeeds`(
    seed: UInt64
  ) throws {
    _ = try Store(path: folder.path, create: true)
    let disk = SimulatedDisk(root: folder.path, seed: seed, failureRate: seed % 2 == 0 ? 4 : 12)
    let calm = try Store(path: folder.path, create: false)
    let id: String
    do {
      let run = try calm.start(exampleDescription())
      id = run.id
      try run.sync()
    }
    let failing = try Store(path: folder.path, create: false, system: disk.system)
    for number in 0..<6 {
      var chunks = [[UInt8](repeating: UInt8(number), count: 70_000), [1, 2, 3]].makeIterator()
      guard let run = try? failing.append(to: id) else { continue }
      try? run.saveArtifact(name: "a\(number)") { chunks.next() }
    }
    let verification = try calm.verify(id)
    #expect(verification.problems.isEmpty, "\(verification)")
    for artifact in try calm.load(id).artifacts { #expect(try calm.artifactBytes(artifact).count == 70_003) }
    let run = try calm.append(to: id)
    try run.saveArtifact([9], name: "last")
    #expect(try calm.load(id).artifacts.last?.name == "last")
  }
}
