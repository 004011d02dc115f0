import Files
import Formats
import TestSupport
import Testing

@testable import DataSources
@testable import Images

/// Files that are cut off, contradict themselves, or were made to do harm end in one sentence.
@Suite struct HostileFileTests {
  private let folder = TemporaryFolder()

  init() throws { _ = try Folder.make(folder.path, system: SystemCalls()) }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder.path + "/" + name
    try writeBytes(bytes, path)
    return path
  }

  private func expect(
    _ name: String, _ bytes: [UInt8], _ words: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let found = failure(try file(name, bytes)) ?? "nothing"
    #expect(found.contains(words) && found.contains(name), "\(found)", sourceLocation: location)
  }

  @Test func `a workbook under a password is refused, and so is one of an older Excel`() throws {
    var bytes: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 1016)
    try expect("a.xlsx", bytes, "it is a document of an older Office (.xls, .doc): save it as .xlsx or .docx")
    bytes += "EncryptedPackage".utf16.flatMap { [UInt8($0), 0] } + [UInt8](repeating: 0, count: 96)
    try expect("a.xlsx", bytes, "it is protected by a password: save it without one")
    var zip = ZipFile()
    zip.add("_rels/.rels", Array("<Relationships/>".utf8), flags: 1)
    try expect("b.xlsx", zip.finished, "it is protected by a password")
  }

  @Test func `an archive that expands without end is refused before it fills the memory`() throws {
    let spaces = [UInt8](repeating: 32, count: 70 << 20)
    var zip = workbook(sheet: "")
    zip.add("xl/worksheets/sheet1.xml", Array("<worksheet>".utf8) + spaces, isDeflated: true)
    try expect("bomb.xlsx", zip.finished, "expands to more than 200 times its size")
  }

  @Test func `document types are refused, and with them entities that grow or read other files`() throws {
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>\
      <worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&c;</v></c></row></sheetData></worksheet>
      """
    try expect("dtd.xlsx", workbook(sheet: bomb).finished, "has a document type")
    let cell = sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>&file;</v></c></row>")
    try expect("entity.xlsx", workbook(sheet: cell).finished, "an entity that is not XML's own")
    try expect("zero.xlsx", workbook(sheet: sheet("<row><c t=\"str\"><v>&#0;</v></c></row>")).finished, "an entity")
    let deep = String(repeating: "<a>", count: 300)
    try expect("deep.xlsx", workbook(sheet: deep).finished, "nested too deeply")
  }

  @Test func `parts that are cut off or point beyond themselves are refused`() throws {
    let whole = workbook(sheet: sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")).finished
    try expect("short.xlsx", Array(whole.dropLast(30)), "cut off")
    try expect("half.xlsx", workbook(sheet: "<worksheet><sheetData><row r=\"1\"><c").finished, "cut off")
    let far = sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row>")
    try expect(
      "far.xlsx", workbook(sheet: far, strings: "<sst><si><t>a</t></si></sst>").finished, "the cell A1 refers to a text"
    )
    for place in ["AAAA1", "A0", "A99999999999999999999", "1", "A1048577"] {
      try expect(
        "place.xlsx", workbook(sheet: sheet("<row><c r=\"\(place)\"><v>1</v></c></row>")).finished, "no possible place")
    }
    try expect(
      "number.xlsx", workbook(sheet: sheet("<row r=\"1\"><c><v>1x</v></c></row>")).finished, "a number that is none")
    try expect("row.xlsx", workbook(sheet: sheet("<row r=\"0\"><c><v>1</v></c></row>")).finished, "no possible number")
    try expect("empty.xlsx", workbook(sheet: sheet("")).finished, "sheet 'One' is empty")
    try expect("none.xlsx", workbook(sheet: "", book: "<workbook/>").finished, "no sheet with cells")
  }

  @Test func `shared texts beyond the memory's limit are refused`() throws {
    let strings = "<sst>" + String(repeating: "<si><t>0123456789</t></si>", count: 1_000) + "</sst>"
    let book = workbook(sheet: sheet("<row r=\"1\"><c><v>1</v></c></row>"), strings: strings)
    let path = try file("texts.xlsx", book.finished)
    #expect(throws: DataSourceError.self) { try SheetRecords(path, options: SourceOptions(), memoryLimit: 10_000) }
    #expect(try SheetRecords(path, options: SourceOptions(), memoryLimit: 100_000).columns == ["1"])
  }

  @Test func `a file under another's name is read for what it is`() throws {
    let json = try file("really.xlsx", Array("{\"a\": 1}\n".utf8))
    #expect(try rows(json) == [[.integer(1)]])
    let workbook = try file("really.json", RecordedSources.bytes("orders.xlsx"))
    #expect(try rows(workbook).count == 6)
    try expect("words.xlsx", Array("no workbook".utf8), "it is no Excel workbook: it is no ZIP archive")
    try expect("text.json", Array("no json".utf8), "it is no JSON")
    try expect("photo.docx", otherArchive(), "it is no Word document, but another ZIP archive")
    try expect("data.xyz", [1, 2, 3], "its format is not known")
    try expect("zeros.txt", [65, 0, 0, 0, 66], "there are zero bytes in it")
    try expect("empty.xlsx", [], "it is no ZIP archive")
    try expect("base.db", Array("SQLite format 3\0 and nothing".utf8), "SQLite says")
  }

  private func otherArchive() -> [UInt8] {
    var zip = ZipFile()
    zip.add("a.txt", "a")
    return zip.finished
  }

  @Test func `JSON that is damaged is refused with its line, or skipped where it stands on one`() throws {
    let lines = "{\"a\": 1}\n{\"a\": }\n[1]\n{\"a\": \"x\ny\"}\n{\"a\": 2}\n"
    let path = try file("lines.jsonl", Array(lines.utf8))
    #expect(failure(path)?.hasSuffix("lines.jsonl', line 2: it is no JSON") == true)
    let source = try SourceCatalogue.open(DataLocation(path), options: SourceOptions(onError: .skip))
    #expect(try rows(source) == [[.integer(1)], [.integer(2)]])
    // The text that is not closed spoils two lines.
    #expect(source.remarks == ["4 objects skipped, the first at line 2: it is no JSON"])
    for (text, words) in [
      ("[{\"a\": 1}, 2]", "line 1: there is a number, not an object"), ("[{\"a\": 1}", "the array is cut off"),
      ("[{\"a\": 1} {\"a\": 1}]", "a comma is missing"), ("[{\"a\": 1}] x", "something follows the end"),
      ("{\"a\": 01}", "it is no JSON"), ("{\"a\": +1}", "it is no JSON"),
      ("{\"a\": \"\\q\"}", "an escape that JSON does not have"),
      ("{\"a\": \"\\u12\"}", "an escape"), ("{\"a\"", "it is cut off"), ("{\"a\": \"b", "it is cut off"),
      ("{}", "no object with a key"),
      ("[]", "no object with a key"), ("", "it is empty"), (" \n ", "it is empty"), ("{\"a\": [1 2]}", "it is no JSON"),
      (String(repeating: "{\"a\":", count: 300), "nested too deeply"),
      ("{\"a\": " + String(repeating: "[", count: 300), "nested too deeply"),
    ] {
      try expect("one.json", Array(text.utf8), words)
    }
    let skipping = try SourceCatalogue.open(
      DataLocation(try file("array.json", Array("[{\"a\": 1}, 2, {\"a\": 3}]".utf8))),
      options: SourceOptions(onError: .skip))
    #expect(try rows(skipping) == [[.integer(1)], [.integer(3)]])
  }

  @Test func `numbers of JSON keep their value or their digits`() throws {
    let path = try file(
      "n.jsonl", Array("{\"a\": -0, \"b\": 9223372036854775808, \"c\": 1e999, \"d\": 1E2, \"e\": -Infinity}".utf8))
    #expect(try rows(path) == [[.integer(0), .text("9223372036854775808"), .text("1e999"), .number(100), .missing]])
  }

  @Test func `compressed texts that are cut off or damaged are refused`() throws {
    for name in ["objects.jsonl.gz", "objects.jsonl.zst"] {
      let bytes = try RecordedSources.bytes(name)
      try expect(name, Array(bytes.dropLast(5)), "data are cut off")
      var damaged = bytes
      damaged[damaged.count / 2] ^= 0x55
      #expect(failure(try file(name, damaged)) != nil)
    }
    try expect("tail.jsonl.gz", try RecordedSources.bytes("objects.jsonl.gz") + [1, 2, 3], "the gzip data are damaged")
    let padded = try file("padded.jsonl.gz", try RecordedSources.bytes("objects.jsonl.gz") + [0, 0, 0])
    #expect(try rows(padded).count == 4)
  }

  @Test func `an image that cannot be read is a row that says why, and the others follow`() throws {
    let photo = try RecordedSources.bytes("images/a/photo.jpg")
    var contradiction = photo
    // The height in the header of the frame.
    let frame = try #require((0..<photo.count - 4).first { photo[$0] == 0xFF && photo[$0 + 1] == 0xC0 })
    contradiction[frame + 5] = 0xFF
    var huge = try RecordedSources.bytes("images/rgb.png")
    huge.replaceSubrange(16..<24, with: [0, 1, 0, 0, 0, 1, 0, 0])
    let files: [(String, [UInt8], String?)] = [
      ("a.jpg", Array(photo.prefix(photo.count / 2)), "cut off"), ("b.jpg", contradiction, ""),
      ("c.png", huge, "more than the limit"),
      ("d.png", try Array(RecordedSources.bytes("images/rgb.png").prefix(500)), "cut off"),
      ("e.gif", try Array(RecordedSources.bytes("images/b/picture.gif").prefix(900)), "cut off"),
      ("f.bmp", try Array(RecordedSources.bytes("images/rgb.bmp").prefix(900)), "cut off"),
      ("g.png", [], "it is no image"),
      ("h.webp", Array("RIFF0000WEBPVP8 ".utf8), "WebP images are not read"),
      ("i.png", Array("GIF89a".utf8), "in its header"),
      ("z.png", try RecordedSources.bytes("images/rgb.png"), nil),
    ]
    for (name, bytes, _) in files { _ = try file(name, bytes) }
    let source = try SourceCatalogue.open(DataLocation(folder.path))
    let found = try rows(source)
    #expect(found.count == files.count)
    for (row, (name, bytes, problem)) in zip(found, files) {
      #expect(row[0] == .text(name) && row[6] == .integer(Int64(bytes.count)))
      guard case .text(let text)? = row.last else {
        #expect(problem == nil && row.last == .missing)
        continue
      }
      #expect(problem.map { $0.isEmpty || text.contains($0) } == true, "\(name): \(text)")
    }
    #expect(found[0][2] == .integer(200) && found[2][2] == .integer(65_536))
    #expect(source.remarks[0] == "10 images" && source.remarks.count == 2)
    #expect(source.remarks[1].hasPrefix("9 images with a problem, the first "))
  }

  @Test func `an image's limit of pixels holds before memory is taken`() throws {
    let bytes = try RecordedSources.bytes("images/rgb.png")
    #expect(throws: ImageProblem("the image has 40 × 28 pixels, more than the limit of 1119")) {
      try ImageDecoder.pixels(of: bytes, limit: 1_119)
    }
    #expect(try ImageDecoder.pixels(of: bytes, limit: 1_120).width == 40)
  }
}
