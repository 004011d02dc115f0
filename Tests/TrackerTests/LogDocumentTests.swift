import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct LogDocumentTests {
  /// The run of the worked example in `Docs/LOG_FORMAT.md`.
  private func documentedLog() throws -> [UInt8] {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true, system: quietSystem())
    let run = try store.start(
      RunDescription(
        kind: "k", experiment: "e", subject: "a", target: "w", seed: 7, budget: 2, hyperparameters: [:],
        configurationHash: "h",
        surroundings: Surroundings(
          programVersion: "1", gitCommit: nil, host: "h", cores: 2, blasCoreType: "c", blasThreads: 1,
          kernelVariant: "k", commandLine: []), start: 1_700_000_000_000_000))
    run.record("loss", 0.5, step: 1)
    run.record("loss", .nan, step: 2)
    try run.finish(status: .finished)
    return readBytes(run.directory + "/log.rlog")
  }

  /// The bytes of the block marked `rlog`: pairs of hexadecimal digits and quoted text; `#` begins a comment.
  private func bytes(in document: String) throws -> [UInt8] {
    let opening = try #require(document.range(of: "```rlog\n"))
    let closing = try #require(document.range(of: "```", range: opening.upperBound..<document.endIndex))
    var bytes: [UInt8] = []
    for line in document[opening.upperBound..<closing.lowerBound].split(separator: "\n") {
      if line.hasPrefix("'") {
        bytes += line.dropFirst().prefix { $0 != "'" }.utf8
      } else {
        for pair in line.prefix(while: { $0 != "#" }).split(separator: " ") {
          bytes.append(try #require(UInt8(pair, radix: 16)))
        }
      }
    }
    return bytes
  }

  @Test("The worked bytes in Docs/LOG_FORMAT.md are what the writer writes and what the reader reads")
  func workedBytes() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let document = try String(contentsOf: root.appending(path: "Docs/LOG_FORMAT.md"), encoding: .utf8)
    let bytes = try bytes(in: document)
    let written = try documentedLog()
    #expect(bytes == written)
    let record = try assemble(bytes).record
    #expect(record.condition == .sound)
    #expect(record.status == .finished)
    #expect(record.series("loss")?.steps == [1, 2])
    #expect(record.series("loss")?.values.map(\.bitPattern) == [0.5, Double.nan].map(\.bitPattern))
  }
}
