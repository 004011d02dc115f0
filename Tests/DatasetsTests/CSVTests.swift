import Foundation
import Testing

@testable import Datasets

@Suite struct CSVTests {
  private func table(_ text: String, _ format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind] = [:]) throws
    -> Table
  {
    try Table(csvBytes: Array(text.utf8), format: format, kinds: kinds)
  }

  private func words(_ column: Column) -> [String?] {
    switch column {
    case .categories(let words), .texts(let words): words.codes.indices.map { words[$0] }
    default: []
    }
  }

  private func badRow(_ text: String) -> String? {
    do {
      _ = try table(text)
      return nil
    } catch { return "\(error)" }
  }

  @Test func `kinds are found out`() throws {
    let table = try table(
      """
      age,city,joined,note,nothing
      31,Rome,2024-02-29,first,
      -4.5e1,Oslo,2024-03-01T12:00:00Z,second,NA
      7,Rome,1970-01-01,third,
      ,Oslo,,fourth,?
      """)
    #expect(table.names == ["age", "city", "joined", "note", "nothing"])
    #expect(table.columns.map(\.kind) == [.number, .category, .date, .text, .missing])
    guard case .numbers(let ages) = table.columns[0], case .dates(let dates) = table.columns[2] else {
      Issue.record("the kinds above hold")
      return
    }
    #expect(ages[..<3] == [31, -45, 7] && ages[3].isNaN)
    #expect(dates[..<3] == [1_709_164_800, 1_709_294_400, 0] && dates[3].isNaN)
    #expect(words(table.columns[1]) == ["Rome", "Oslo", "Rome", "Oslo"])
    #expect(table.columns.map(\.missingCount) == [1, 0, 1, 0, 4])
    #expect(table.lines == [2, 3, 4, 5])
  }

  @Test func `values that are no numbers turn the earlier ones into words too`() throws {
    let table = try table("a,b\n1.50,1\n2,2\nx,3\n1.50,4\n")
    #expect(words(table.columns[0]) == ["1.50", "2", "x", "1.50"])
    #expect(table.columns[1] == .numbers([1, 2, 3, 4]))
  }

  @Test func `quotes, doubled quotes, delimiters and line ends within`() throws {
    let table = try table("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",in\"side\r\n\"\",\"\"\"\"\r\n")
    #expect(words(table.columns[0]) == ["x, y", "two\r\nlines", nil])
    #expect(words(table.columns[1]) == ["say \"hi\"", "in\"side", "\""])
    #expect(table.lines == [2, 3, 5])
  }

  @Test func `CRLF, LF, a missing last line end and a byte order mark make no difference`() throws {
    let expected = try table("a,b\n1,x\n2,y\n")
    for text in [
      "a,b\r\n1,x\r\n2,y\r\n", "a,b\n1,x\n2,y", "a,b\r\n1,x\r\n2,y", "\u{FEFF}a,b\n1,x\n2,y\n", "a,b\n1,x\n2,y\r",
    ] {
      #expect(try table(text) == expected, "\(text.debugDescription)")
    }
  }

  @Test func `whatever the chunks, the table is the same`() throws {
    let text = "\u{FEFF}number,word,\"quo\"\"ted\"\r\n1.25,ab,\"x\r\n\"\"y\"\"\"\r\n,\"\",z\r\n-3e2,ab,\"\"\"\"\r\n"
    let bytes = Array(text.utf8)
    let whole = try Table(csvBytes: bytes)
    #expect(whole.rowCount == 3 && whole.names[2] == "quo\"ted")
    for chunk in 1...60 {
      let read = try Table(.memory(bytes), format: CSVFormat(), kinds: [:], chunk: chunk)
      #expect(read.names == whole.names && read.lines == whole.lines, "chunks of \(chunk)")
      #expect(words(read.columns[1]) == words(whole.columns[1]) && words(read.columns[2]) == words(whole.columns[2]))
    }
  }

  @Test func `a file is read like memory`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "csv-\(UUID().uuidString).csv").path
    let text = "id,word\n" + (0..<60_000).map { "\($0),w\($0 % 7)\n" }.joined()
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let read = try Table(csv: path)
    #expect(try read == table(text))
    #expect(read.columns[0] == .numbers((0..<60_000).map(Double.init)))
    #expect(throws: DatasetError.unreadable(path: "/nowhere/a.csv", reason: "No such file or directory")) {
      try Table(csv: "/nowhere/a.csv")
    }
  }

  @Test func `a bad row is named by its line`() {
    #expect(badRow("a,b\n1,2\n\"x\ny\",3\n4\n5,6\n") == "Line 5: the row has 1 field where there are 2 columns.")
    #expect(badRow("a,b\n1,2,3\n") == "Line 2: the row has 3 fields where there are 2 columns.")
    #expect(badRow("a,b\n1,2\nx,\"y\nz\nw\n") == "Line 3: a quote is opened and never closed.")
    #expect(
      badRow("a,b\n\"x\"y,2\n") == "Line 2: after a closing quote comes neither a delimiter nor a line end.")
    let invalid = Array("a,b\n1,x\n2,".utf8) + [0xC3, 0x28, 0x0A]
    #expect(
      throws: DatasetError.badRow(
        line: 3, problem: "the column 'b' is not valid UTF-8; --encoding windows-1252 reads any bytes")
    ) {
      try Table(csvBytes: invalid)
    }
    let late = Array("a\n1\n".utf8) + [0xFF, 0x0A]
    #expect(
      throws: DatasetError.badRow(
        line: 3, problem: "the column 'a' is not valid UTF-8; --encoding windows-1252 reads any bytes")
    ) {
      try Table(csvBytes: late)
    }
    #expect(throws: DatasetError.badRow(line: 3, problem: "'x' in the column 'a' is not a number")) {
      try table("a\n1\nx\n", kinds: ["a": .number])
    }
  }

  @Test func `nothing, and no more than a header`() throws {
    for text in ["", "\n\n", "\u{FEFF}"] { #expect(throws: DatasetError.empty) { try table(text) } }
    let header = try table("a,b\n")
    #expect(header.rowCount == 0 && header.names == ["a", "b"] && header.columns.map(\.kind) == [.missing, .missing])
  }

  @Test func `no header`() throws {
    let bare = CSVFormat(hasHeader: false)
    let read = try table("5.1,x\n4.9,y\n", bare)
    #expect(read.names == ["column1", "column2"] && read.rowCount == 2)
    #expect(
      badRow("5.1,3.5\n4.9,3.0\n")
        == "Line 1: there are only numbers, so this is not a header; say that the data have none.")
    #expect(badRow("x,x\n1,2\n") == "Line 1: two columns have the name 'x'.")
    #expect(try table("0,1\n5,6\n").names == ["0", "1"])
    #expect(try table(",b\n5,6\n").names == ["column1", "b"])
  }

  @Test func `blank lines are skipped, but in a single column`() throws {
    #expect(try table("a,b\n\n1,2\n\r\n3,4\n\n").lines == [3, 5])
    #expect(try table("a\n1\n\n3\n").columns[0].missingCount == 1)
  }

  @Test func `another delimiter`() throws {
    let read = try table("a;b\n1,5;x\n", CSVFormat(delimiter: ";"))
    #expect(read.columns[0] == .numbers([1.5]))
  }

  @Test func `words are a category where each appears twice on average`() throws {
    #expect(try table("a\nx\ny\nx\ny\n").columns[0].kind == .category)
    #expect(try table("a\nx\ny\nx\n").columns[0].kind == .text)
    #expect(try table("a\nx\ny\nx\n", kinds: ["a": .category]).columns[0].kind == .category)
    #expect(words(try table("a\n1\n2\n", kinds: ["a": .category]).columns[0]) == ["1", "2"])
  }

  @Test func `numbers are read as the C library reads them`() throws {
    var texts = ["0", "-0", "1e22", "1e23", "123456789012345678901234567890", "0.1", ".5", "5.", "+3", " 7 ", "1E-5"]
    texts += ["9007199254740993", "4.9e-324", "1.7976931348623157e308", "0.000000000000000000000001"]
    var generator = SystemlessBits()
    for _ in 0..<2000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { texts.append("\(value)") }
      texts.append("\(Double(generator.next() % 1_000_000_007) / 1000)")
    }
    for text in texts {
      let read = Array(text.utf8).withUnsafeBufferPointer { ValueParsing.number($0) }
      #expect(read?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
    for text in ["", "-", ".", "1e", "e5", "inf", "nan", "0x10", "1 2", "1,5", "1e999", "--1", "1.2.3"] {
      #expect(Array(text.utf8).withUnsafeBufferPointer { ValueParsing.number($0) } == nil, "\(text)")
    }
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("2000-02-29", 951_782_400), ("1969-12-31T23:59:59Z", -1), ("0001-01-01", -62_135_596_800),
    ("2024-05-06 07:08:09.25", 1_714_979_289.25), ("2024-05-06T07:08+02:00", 1_714_972_080),
    ("2024-05-06T07:08:00-0130", 1_714_984_680), ("9999-12-31", 253_402_214_400),
  ])
  func `dates become seconds`(text: String, seconds: Double) {
    #expect(Array(text.utf8).withUnsafeBufferPointer(ValueParsing.date) == seconds)
  }

  @Test(arguments: [
    "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "2024-01-01T25:00", "2024-01-01x", "20240101",
  ])
  func `what is no date`(text: String) {
    #expect(Array(text.utf8).withUnsafeBufferPointer(ValueParsing.date) == nil)
  }
}

/// Bits that are the same in every run (SplitMix64).
private struct SystemlessBits {
  var state: UInt64 = 1
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
