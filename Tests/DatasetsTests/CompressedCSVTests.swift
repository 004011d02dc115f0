import Formats
import Foundation
import TestSupport
import Testing

@testable import Datasets

/// CSV that gzip and zstd compressed is read as the file that it was.
@Suite struct CompressedCSVTests {
  private static let recorded = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/sources").path
  private static let names = ["table.csv.gz", "table.csv.zst"]

  private static let table =
    "n,colour\n" + (0..<40_000).map { "\($0 % 50),\(["red", "green", "blue"][$0 * 7 % 3])\n" }.joined()

  private func bytes(_ name: String) -> [UInt8] { readBytes(Self.recorded + "/" + name) }

  @Test func `a compressed table is the table, from a file and from memory`() throws {
    let expected = try TableReport(csvBytes: Array(Self.table.utf8))
    #expect(expected.table.rowCount == 40_000)
    for (name, remark) in zip(Self.names, ["compressed with gzip", "compressed with Zstandard"]) {
      for source in [ByteSource.memory(bytes(name)), try ByteSource(Self.recorded + "/" + name)] {
        let report = try TableReport(source)
        #expect(report.table.names == expected.table.names)
        #expect(report.table.columns.map(\.kind) == expected.table.columns.map(\.kind))
        #expect(try report.table.column("n") == expected.table.column("n"))
        #expect(report.remarks == [remark])
        // The digest is that of the file as it is.
        #expect(report.sha256 == SHA256.hexadecimal(bytes(name)))
        #expect(source.byteCount == nil)
      }
      var chunks = try TableChunks(csv: Self.recorded + "/" + name, kinds: ["n": .number])
      var count = 0
      while let chunk = try chunks.next(1_000) { count += chunk.table.rowCount }
      #expect(count == 40_000)
    }
  }

  @Test func `a compressed table that is cut off or damaged is refused in a sentence`() {
    for (name, compression) in zip(Self.names, ["gzip", "Zstandard"]) {
      let whole = bytes(name)
      for count in [whole.count - 1, whole.count / 2, 12] {
        #expect(throws: DatasetError.unsuitable("The \(compression) data are cut off")) {
          try TableReport(csvBytes: Array(whole.prefix(count)))
        }
      }
      var damaged = whole
      damaged[whole.count - 2] ^= 0xFF
      #expect(throws: DatasetError.unsuitable("The \(compression) data are damaged")) {
        try TableReport(csvBytes: damaged)
      }
    }
  }
}
