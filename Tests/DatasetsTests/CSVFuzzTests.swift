import Randomness
import TestSupport
import Testing

@testable import Datasets

/// Whatever the bytes, a table or one error comes of them.
@Suite struct CSVFuzzTests {
  private static let seeds: [[UInt8]] = [
    Array(
      "size,place,when,kind\n1.5,field,2024-01-31,red\n,NA,1/2/2024,\"two\nlines\"\n\"1,234.5\",wood,31.12.2023,blue\n"
        .utf8),
    Array("a; b;c\r\n1,5; x;\"y \"\"z\"\"\"\r\n2,5;;37 %\r\n".utf8), Array("\u{FEFF}a\tb\r1\t€ 12\r2\t-\r".utf8),
    [0xFF, 0xFE] + "a,b\n1,ü\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
    [0x61, 0x2C, 0xE9, 0x0A, 0x31, 0x2C, 0x32],
  ]
  private static let pieces: [[UInt8]] =
    [
      "\"", ",", ";", "\n", "\r", "\r\n", "\"\"", " ", "\0", "1e999", "-", "%", "€", "0001", "1,234", "31/12/99",
      "Mar 3, 2024",
      "99999999999999999999", "inf", "NA", "True", "12:30", "0000-00-00", "9999-12-31", ".", "\u{FEFF}", "\u{A0}",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xF0, 0x9F], [0xD8, 0x00]]

  @Test(arguments: 0..<10) func `mutated files neither trap nor hang`(part: Int) throws {
    var generator = CounterGenerator(SeedSequence(71).child(named: "csv-\(part)"))
    func below(_ count: Int) -> Int { Int(generator.integer(below: count)) }
    for _ in 0..<Fuzz.rounds / 10 {
      var bytes = Self.seeds[below(Self.seeds.count)]
      for _ in 0...below(6) {
        let at = below(bytes.count + 1)
        switch below(4) {
        case 0: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: at)
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + below(9)))
        case 2: if at < bytes.count { bytes[at] = UInt8(below(256)) }
        default: bytes += bytes.prefix(below(400))
        }
        if bytes.isEmpty { bytes = [0x61] }
      }
      do throws(DatasetError) {
        let report = try TableReport(csvBytes: bytes, target: "a")
        #expect(report.findings.count == report.table.names.count)
        #expect(report.table.columns.allSatisfy { $0.count == report.table.rowCount })
        // What was recorded reads the same bytes to the same kinds.
        let again = try TableReport(csvBytes: bytes, reading: report.reading, target: "a")
        #expect(again.table.columns.map(\.kind) == report.table.columns.map(\.kind))
        #expect(again.findings.map(\.missing) == report.findings.map(\.missing))
        if let fitted = try? Preprocessing(fitting: report.table) {
          #expect(try fitted.features(of: report.table).values.allSatisfy { $0.isFinite })
        }
      } catch {
        #expect(!error.description.unicodeScalars.contains { $0.value < 32 }, "\(error.description.debugDescription)")
      }
    }
  }
}
