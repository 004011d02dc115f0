import Foundation
import Telemetry
import Testing
import Tracker

@testable import Studio
@testable import WebServer

@Suite struct `summaries that a server leaves to the next` {
  private func site(_ count: Int) throws -> PageStore {
    let site = try PageStore()
    for number in 0..<count {
      try site.record("run \(number)", [Double(number), number == 3 ? .nan : .infinity], settings: ["lr": 0.5])
    }
    return site
  }

  private func path(_ site: PageStore) -> String { site.store.path + "/" + SummaryFile.name }

  @Test func `another server knows the same of each run without reading its log`() throws {
    let site = try site(SummaryFile.worthwhile)
    let first = try RunCache(site.store).all().map(\.summary).sorted { $0.id < $1.id }
    let found = SummaryFile(site.store).take().sorted { $0.summary.id < $1.summary.id }
    #expect(found.count == first.count)
    for ((stamp, summary), read) in zip(found, first) {
      #expect(try stamp == site.store.stamp(of: read.id))
      #expect(summary.name == read.name && summary.end == read.end && summary.parameters == read.parameters)
      #expect(summary.tags == read.tags && summary.status == read.status && summary.kind == read.kind)
      let (one, other) = (try #require(summary.metrics["loss"]), try #require(read.metrics["loss"]))
      #expect(
        one.value.bitPattern == other.value.bitPattern && one.step == other.step && one.timestamp == other.timestamp)
    }
  }

  @Test func `a run that was written since is read anew, and a damaged file is not believed`() throws {
    let site = try site(SummaryFile.worthwhile)
    let id = try #require(try RunCache(site.store).all().first?.summary.id)
    try site.store.annotate(id, tag: "later", value: "yes")
    #expect(try RunCache(site.store).find(id)?.tags["later"] == "yes")
    #expect(try RunCache(site.store).all().first { $0.summary.id == id }?.summary.tags["later"] == "yes")
    var bytes = try Data(contentsOf: URL(filePath: path(site)))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: path(site)))
    #expect(SummaryFile(site.store).take().isEmpty)
    #expect(try RunCache(site.store).all().count == SummaryFile.worthwhile)
  }

  @Test func `a small store has no such file`() throws {
    let site = try site(3)
    #expect(try RunCache(site.store).all().count == 3)
    #expect(!FileManager.default.fileExists(atPath: path(site)))
  }
}
