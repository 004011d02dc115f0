import Foundation
import Testing

@testable import Datasets

/// How a file is written is found out.
@Suite struct CSVDialectTests {
  private func report(_ bytes: [UInt8], _ request: TableRequest = TableRequest()) throws -> TableReport {
    try TableReport(csvBytes: bytes, request: request)
  }

  private func utf16(_ text: String, littleEndian: Bool, mark: Bool) -> [UInt8] {
    (Array((mark ? "\u{FEFF}" : "").utf16) + Array(text.utf16)).flatMap { unit in
      let bytes = [UInt8(unit & 255), UInt8(unit >> 8)]
      return littleEndian ? bytes : bytes.reversed()
    }
  }

  private static let plain =
    "size,word,note\n" + (0..<40).map { "\($0).5,w\($0 % 3),\"say \"\"\($0), hi\"\"\"\n" }.joined()

  @Test(arguments: [";", "\t", "|"])
  func `another delimiter is found out and said`(delimiter: String) throws {
    let text = Self.plain.replacingOccurrences(of: ", hi", with: "~ hi").replacingOccurrences(of: ",", with: delimiter)
      .replacingOccurrences(of: "~", with: ",")
    let found = try report(Array(text.utf8))
    let expected = try report(Array(Self.plain.utf8))
    #expect(found.table == expected.table && expected.remarks.isEmpty)
    #expect(found.remarks == [delimiter == "\t" ? "delimiter tab" : "delimiter '\(delimiter)'"])
  }

  @Test func `decimal commas are found out where semicolons part the fields`() throws {
    let text = Self.plain.replacingOccurrences(of: ",", with: ";").replacingOccurrences(of: ".5", with: ",5")
    let found = try report(Array(text.utf8))
    #expect(found.table.columns[0] == .numbers((0..<40).map { Double($0) + 0.5 }))
    #expect(found.remarks == ["delimiter ';'", "decimal commas"] && found.reading.format.decimal == .comma)
    let exponent = try report(Array("a;b\n-1,5e3;x\n2;y\n".utf8))
    #expect(exponent.table.columns[0] == .numbers([-1500, 2]))
    // With points elsewhere only those columns have commas that have them throughout.
    let rows = (0..<20).map { "\($0),5;\($0).25\n" }.joined()
    let mixed = try report(Array(("a;b\n" + rows).utf8))
    let (commas, points) = ((0..<20).map { Double($0) + 0.5 }, (0..<20).map { Double($0) + 0.25 })
    #expect(mixed.table.columns[0] == .numbers(commas))
    #expect(mixed.table.columns[1] == .numbers(points))
  }

  @Test func `what is asked for is not found out`() throws {
    let text = "a;b\n1,5;2\n2,5;3\n"
    #expect(try report(Array(text.utf8), TableRequest(decimal: .point)).table.columns[0].kind == .text)
    #expect(throws: DatasetError.badRow(line: 2, problem: "the row has 2 fields where there is 1 column")) {
      try report(Array(text.utf8), TableRequest(delimiter: ","))
    }
  }

  @Test(arguments: [
    ("a,b\n1,2\n3\n", ","), ("a;b\n1;2\n3\n", ";"), ("note\nhello; world\nfoo\n", ","), ("a\n1\n2\n", ","),
    ("\"x;y\";b\n1;2\n", ";"), ("a,b;c\n1,2\n3,4\n", ","), ("", ","), ("\n\n", ","), ("a;\"b\nc\"\n1;2\n", ";"),
    ("a|b", "|"),
    ("when,what\n\"1;2\",x\n", ","),
  ])
  func `the comma stays unless another one fits better`(text: String, delimiter: String) {
    let bytes = Array(text.utf8)
    let found = bytes.withUnsafeBufferPointer {
      CSVDialect(of: $0, isWhole: true, hasHeader: true, delimiter: nil, decimal: nil, encoding: nil)
    }
    #expect(String(found.format.delimiter) == delimiter)
  }

  @Test func `lines may end with CR alone`() throws {
    let old = Self.plain.replacingOccurrences(of: "\n", with: "\r")
    let found = try report(Array(old.utf8))
    #expect(try found.table == report(Array(Self.plain.utf8)).table)
    #expect(found.remarks == ["lines that end with CR"] && found.table.lines.last == 41)
    let within = try report(Array("a,b\r1,\"x\ny\"\r\r2,z\r".utf8))
    #expect(within.table.lines == [2, 4] && within.reading.format.endsLinesWithCR)
    // A CR within a line is part of the value where lines end with LF.
    let part = try report(Array("a,b\nx\ry,1\nx\ry,2\n".utf8))
    guard case .categories(let words) = part.table.columns[0] else { throw DatasetError.empty }
    #expect(words.levels == ["x\ry"])
  }

  @Test func `UTF-16 is found out with a byte order mark and without`() throws {
    let text = "größe,wort\n" + (0..<20).map { "\($0),naïve €😀\($0 % 2)\n" }.joined()
    let expected = try report(Array(text.utf8)).table
    for (littleEndian, mark) in [(true, true), (true, false), (false, true), (false, false)] {
      let found = try report(utf16(text, littleEndian: littleEndian, mark: mark))
      #expect(found.table == expected)
      #expect(found.remarks == ["encoding \(littleEndian ? "utf-16le" : "utf-16be")"])
    }
    // An unpaired surrogate and half a unit are no characters.
    let broken = try report(utf16("ab,cd\n1,", littleEndian: true, mark: true) + [0x00, 0xD8, 0x31])
    #expect(broken.table.names == ["ab", "cd"])
  }

  @Test func `Windows-1252 is found out where bytes are not UTF-8`() throws {
    let text: [UInt8] = Array("wort,n\n".utf8) + [0x67, 0x72, 0xF6, 0xDF, 0x65, 0x80, 0x2C, 0x31, 0x0A]
    let bytes = text + text.dropFirst(7)
    let found = try report(bytes)
    guard case .categories(let words) = found.table.columns[0] else { throw DatasetError.empty }
    #expect(words.levels == ["größe€"] && found.remarks == ["encoding windows-1252"])
    // Far behind the part that the delimiter is found in, too.
    let late = Array(("a,b\n" + String(repeating: "1,x\n", count: 100_000)).utf8) + [0x31, 0x2C, 0xE9, 0x0A]
    #expect(try report(late).remarks == ["encoding windows-1252"])
    // Text that is UTF-8 but for a byte is damaged, not of another encoding.
    let damaged = Array("a,b\n1,größe größe größe\n2,\u{20AC}uro \u{20AC}uro\n3,x".utf8) + [0xFF, 0x0A]
    let error = #expect(throws: DatasetError.self) { try report(damaged) }
    #expect(error?.description.hasPrefix("Line 4: the column 'b' is not valid UTF-8") == true)
    #expect(try report(damaged, TableRequest(encoding: .windows1252)).table.rowCount == 3)
  }

  @Test func `every byte of Windows-1252 is a character of UTF-8`() {
    var text: [UInt8] = []
    var transcoder = Transcoder(.windows1252)
    let bytes = Array(UInt8.min...UInt8.max)
    bytes.withUnsafeBufferPointer { transcoder.append($0, isLast: true, to: &text) }
    let read = String(decoding: text, as: UTF8.self)
    #expect(read.unicodeScalars.count == 256 && read.contains("€") && !read.contains("\u{FFFD}"))
    for byte in bytes where ![0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) {
      let scalar = String(
        read.unicodeScalars[read.unicodeScalars.index(read.unicodeScalars.startIndex, offsetBy: Int(byte))])
      #expect(scalar.data(using: .windowsCP1252) == Data([byte]))
    }
  }

  @Test func `whatever the chunks, another encoding is the same text`() throws {
    let text = "a,b\n1,\u{1F600}é\n2,x\n"
    let bytes = utf16(text, littleEndian: true, mark: true)
    var format = CSVFormat()
    format.encoding = .utf16LittleEndian
    for chunk in 16...40 {
      let read = try Table(.memory(bytes), format: format, kinds: ["b": .category], chunk: chunk)
      guard case .categories(let words) = read.columns[1] else { throw DatasetError.empty }
      #expect(words.levels == ["\u{1F600}é", "x"])
    }
  }

  @Test func `spaces around names do not count, nor after delimiters that all have them`() throws {
    let found = try report(Array(" a, k ,b\n1,x,2\n2,x,3\n".utf8))
    #expect(found.table.names == ["a", "k", "b"])
    let spaced = try report(Array("a, k, b\n1, x, \"p, q\"\n2, x, \"p, q\"\n".utf8))
    guard case .categories(let words) = spaced.table.columns[2] else { throw DatasetError.empty }
    #expect(words.levels == ["p, q"] && spaced.remarks == ["spaces after the delimiter skipped"])
    #expect(throws: DatasetError.badHeader("two columns have the name 'a'")) { try report(Array("a, a\n1,2\n".utf8)) }
  }

  @Test(
    arguments: [
      ([0x50, 0x4B, 0x03, 0x04, 0x14], "It is a ZIP archive or a spreadsheet, no CSV file"),
      ([0xFF, 0xFE, 0x00, 0x00, 0x61], "It is UTF-32, no CSV file"),
    ] as [([UInt8], String)])
  func `what is no text is named`(bytes: [UInt8], sentence: String) {
    #expect(throws: DatasetError.unsuitable(sentence)) { try report(bytes) }
  }

  @Test func `formats of earlier fits are read, and keep their rules`() throws {
    let old = try JSONDecoder().decode(CSVFormat.self, from: Data(#"{"hasHeader":false,"separator":59}"#.utf8))
    #expect(old == .ofFirstRules(hasHeader: false, delimiter: ";") && old.isOfFirstRules)
    var format = CSVFormat(delimiter: "|")
    (format.decimal, format.encoding, format.endsLinesWithCR, format.skipsSpaces) = (
      .comma, .utf16BigEndian, true, true
    )
    #expect(try JSONDecoder().decode(CSVFormat.self, from: JSONEncoder().encode(format)) == format)
    let table = try Table(csvBytes: Array("a, b\n1,NA\nn/a,x\n2,x\n2,x\n".utf8), format: .ofFirstRules())
    #expect(table.names == ["a", " b"] && table.columns.map(\.kind) == [.text, .category])
    #expect(table.columns[1].missingCount == 1)
  }
}
