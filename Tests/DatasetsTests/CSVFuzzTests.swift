import Datasets
import TestSupport
import Testing

/// Any bytes as a table: a sentence, or a table that is sound.
@Suite struct CSVFuzzTests {
  private static let examples = [
    "a,b,kind\n1,2.5,x\n-3,1e300,y\n,nan,x\n",
    "\"a\",\"b \"\"q\"\"\",when\r\n\"1,5\",x,2026-01-31\r\n\"line\r\nbreak\",y,2026-02-28T10:00:00Z\r\n",
    "a;b\n1,5;2\n3,5;x\n",
  ]
  private static let words =
    ["\"", "\"\"", ",", "\r", "\r\n", "\n", ";", "\t", "\u{FEFF}", "\0", "NA", "true", "2026-13-45"] + Fuzz.numbers

  @Test func `any bytes are a sentence or a table whose columns are equally long`() {
    var fuzz = Fuzz(seed: 51)
    var (read, refused) = (0, 0)
    for round in 0..<Fuzz.rounds {
      var bytes = Array(Self.examples[round % Self.examples.count].utf8)
      fuzz.change(&bytes, words: Self.words)
      do throws(DatasetError) {
        let table = try Table(csvBytes: bytes)
        read += 1
        #expect(table.columns.allSatisfy { $0.count == table.rowCount }, "round \(round)")
        guard let target = table.names.first, table.rowCount > 0 else { continue }
        _ = try Preprocessing(fitting: table, rows: Array(0..<table.rowCount), target: target)
      } catch {
        refused += 1
        #expect(!error.description.isEmpty)
      }
    }
    #expect(read > 0 && refused > 0)
  }
}
