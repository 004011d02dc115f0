import Testing

@testable import Datasets

/// Rows that cannot be read, where they are passed over.
@Suite struct SkippedRowTests {
  private func report(_ text: String, _ kinds: [String: AskedKind] = [:]) throws -> TableReport {
    try report(Array(text.utf8), kinds)
  }

  private func report(_ bytes: [UInt8], _ kinds: [String: AskedKind] = [:]) throws -> TableReport {
    var request = TableRequest(delimiter: ",", encoding: .utf8, kinds: kinds)
    request.skipsBadRows = true
    return try TableReport(csvBytes: bytes, request: request)
  }

  private func rows(_ report: TableReport) -> [String] {
    (0..<report.table.rowCount).map { row in
      report.table.columns.map { $0.text(at: row) ?? "" }.joined(separator: "|")
    }
  }

  @Test func `rows with too few and too many fields are passed over and counted`() throws {
    let report = try report("a,b\n1,2\n3\n4,5\n6,7,8\n\n9,10\n")
    #expect(rows(report) == ["1|2", "4|5", "9|10"])
    #expect(report.table.lines == [2, 4, 7])
    #expect(
      report.skipped.remark
        == "2 rows skipped: line 3 (the row has 1 field where there are 2 columns), line 5 (the row has 3 fields where there are 2 columns)"
    )
  }

  @Test func `an open quote costs its own line only`() throws {
    let report = try report("a,b\nu,1\n\"v,2\nw,3\n\"x, y\",4\nz,5\n")
    #expect(rows(report) == ["u|1", "w|3", "x, y|4", "z|5"])
    #expect(report.skipped.count == 1 && report.skipped.first[0].line == 3)
    // To the end of the data there is no other quote.
    let last = try self.report("a,b\nu,1\n\"v,2\nw,3\nz,5\n")
    #expect(rows(last) == ["u|1", "w|3", "z|5"])
    #expect(last.skipped.remark == "1 row skipped: line 3 (a quote is opened and never closed)")
    #expect(last.table.lines == [2, 4, 5])
  }

  @Test func `text after a quote, zeros and bytes that are no UTF-8 cost their row`() throws {
    let bytes =
      Array("a,b\n\"u\"x,1\nv,2\n".utf8) + [0, 0, 0, 10] + Array("w\u{FC},3\n".utf8) + [0xFC] + Array(",4\nx,5\n".utf8)
    let report = try report(bytes)
    #expect(rows(report) == ["v|2", "wü|3", "x|5"])
    #expect(report.skipped.first.map(\.line) == [2, 4, 6])
    #expect(report.skipped.first[2].problem.hasPrefix("it is not valid UTF-8"))
  }

  @Test func `only the first five are named`() throws {
    let report = try report("a,b\n" + (0..<9).map { "\($0)\n" }.joined() + "1,2\n")
    #expect(report.skipped.count == 9 && report.skipped.first.map(\.line) == [2, 3, 4, 5, 6])
    #expect(report.skipped.remark?.hasSuffix("and 4 more") == true)
    #expect(try self.report("a\n1\n").skipped.remark == nil)
  }

  @Test func `whatever the chunk, the same rows are read`() throws {
    let text =
      "a,b\n" + (0..<400).map { $0 % 7 == 3 ? "\"q\($0),1\n" : $0 % 11 == 5 ? "\($0)\n" : "\"r\($0)\",2\n" }.joined()
    let whole = try report(text)
    #expect(whole.skipped.count == (0..<400).count { $0 % 7 == 3 || $0 % 11 == 5 })
    for chunk in [16, 17, 64, 1_000] {
      let context = ColumnContext(format: whole.reading.format, missing: whole.reading.missing)
      let reader = TableReader(context: context, chunk: chunk, skipsBadRows: true)
      let read = try reader.read(.memory(Array(text.utf8)))
      #expect(read.table.lines == whole.table.lines)
      #expect(read.skipped == whole.skipped)
    }
  }

  @Test func `a bad header is an error all the same`() {
    #expect(throws: DatasetError.self) { try report("\"a,b\n1,2\n") }
  }
}
