import Files
import Glibc
import TestSupport
import Testing

@testable import DataSources

/// Whatever the bytes, rows or one sentence come of them.
@Suite struct SourceFuzzTests {
  /// Something that reads bytes, and what to begin from.
  struct Target: CustomTestStringConvertible, Sendable {
    var name: String
    var testDescription: String { name }
    var examples: [[UInt8]]
    var words: [String] = []
    /// Around what was changed.
    var wrap: @Sendable ([UInt8]) -> [UInt8] = { $0 }
    var options = SourceOptions()
  }

  static let sheetExample = sheet(
    """
    <row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><r><t>b&#x41;</t></r></is></c><c r="C1" t="str"><v>c</v></c></row>\
    <row r="2"><c r="A2" s="1"><v>45000.5</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c></row>\
    <row><c><f>1+1</f><v>2</v></c><c t="d"><v>2024-01-31</v></c></row><!-- x --><row><c t="str"><v><![CDATA[x]]></v></c></row>
    """
  ).replacing("</sheetData>", with: "</sheetData><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>")
  static let stringsExample =
    "<sst><si><t xml:space=\"preserve\">a &amp; b</t></si><si><r><t>x</t></r><rPh><t>y</t></rPh></si></sst>"
  static let stylesExample = """
    <styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]yyyy\\-mm &quot;x&quot;"/></numFmts>\
    <cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>
    """
  static let xmlWords = [
    "<", ">", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<!DOCTYPE", "&", "&lt;", "&#x110000;", "\"",
    " r=\"XFD1048576\"",
    " t=\"s\"", " s=\"-1\"", "<row", "<c", "<v>", "<mergeCell ref=\"A1:XFD1048576\"/>", "99999999999999999999", "-1",
    "1e999", "_x0041_",
  ]

  static func document(_ body: [UInt8]) -> [UInt8] {
    var zip = ZipFile()
    zip.add("_rels/.rels", "<R><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></R>")
    zip.add("word/document.xml", body)
    return zip.finished
  }

  static let bodyExample = """
    <w:document><w:body><w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>Text</w:t><w:tab/><w:br/></w:r></w:p>\
    <w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc></w:tr>\
    <w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:tbl><w:tr/></w:tbl></w:tc></w:tr></w:tbl>\
    <w:p><w:del><w:t>x</w:t></w:del></w:p></w:body></w:document>
    """

  static let targets: [Target] = {
    func files(_ names: String...) -> [[UInt8]] { names.map { try! RecordedSources.bytes($0) } }
    let json = [
      "{\"a\": 1.5, \"b\": {\"c\": [1, {\"d\": null}]}}\n{\"a\": \"\\ud83d\\ude00\\n\", \"e\": true}\n",
      "[{\"a\": -1e-5}, {\"a\": NaN, \"\": 9223372036854775808}]",
    ].map { Array($0.utf8) }
    let body = Array(bodyExample.utf8)
    return [
      Target(name: "sheet", examples: [Array(sheetExample.utf8)], words: xmlWords) {
        workbook(sheet: String(decoding: $0, as: UTF8.self), strings: stringsExample, styles: stylesExample).finished
      },
      Target(name: "shared texts", examples: [Array(stringsExample.utf8)], words: xmlWords) {
        workbook(sheet: sheetExample, strings: String(decoding: $0, as: UTF8.self), styles: stylesExample).finished
      },
      Target(name: "styles", examples: [Array(stylesExample.utf8)], words: xmlWords) {
        workbook(sheet: sheetExample, strings: stringsExample, styles: String(decoding: $0, as: UTF8.self)).finished
      },
      Target(name: "xlsx", examples: files("orders.xlsx", "inline.xlsx")),
      Target(name: "docx, paragraphs", examples: [body], words: xmlWords, wrap: document),
      Target(
        name: "docx, table", examples: [body], words: xmlWords, wrap: document, options: SourceOptions(table: "1")),
      Target(
        name: "json", examples: json,
        words: ["{", "}", "[", "]", ",", ":", "\"", "\\u", "\\", "1e999", "NaN", "\n", "-"]),
      Target(
        name: "json, skipping", examples: json, words: ["{", "}", "[", "]", ",", "\"", "\\", "\n"],
        options: SourceOptions(format: "json", onError: .skip)),
      Target(name: "json, compressed", examples: files("objects.jsonl.gz", "objects.jsonl.zst")),
      Target(
        name: "text", examples: files("prose.txt", "latin.txt", "wide.txt"), options: SourceOptions(format: "text")),
      Target(name: "sqlite", examples: files("shop.db"), options: SourceOptions(format: "sqlite", table: "orders")),
      Target(
        name: "png",
        examples: files(
          "images/rgb.png", "images/palette.png", "images/alpha.png", "images/bits.png", "images/b/turned6.png"),
        options: SourceOptions(format: "image")),
      Target(
        name: "jpeg",
        examples: files("images/a/small.jpg", "images/a/progressive.jpeg", "images/a/inks.jpg", "images/b/turned5.jpg"),
        options: SourceOptions(format: "image")),
      Target(
        name: "gif", examples: files("images/b/picture.gif", "images/b/holes.gif"),
        options: SourceOptions(format: "image")),
      Target(
        name: "bmp", examples: files("images/rgb.bmp", "images/grey.bmp", "images/palette.bmp", "images/bits.bmp"),
        options: SourceOptions(format: "image")),
    ]
  }()

  @Test(arguments: targets) func `mutated files neither trap nor hang`(target: Target) throws {
    // Memory is the disk where there is such a folder: thousands of files wait for no device then.
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    let path = "\(folder)/rlrun-\(getpid())-\(target.name)"
    defer { unlink(path) }
    var fuzz = Fuzz(seed: 91)
    for round in 0..<Fuzz.rounds * 4 / 3 {
      var bytes = target.examples[round % target.examples.count]
      fuzz.change(&bytes, words: target.words)
      try writeBytes(target.wrap(bytes), path)
      var options = target.options
      options.format = options.format ?? SourceCatalogue.all.first { target.name.hasPrefix($0.name) }?.name ?? "xlsx"
      do throws(DataSourceError) {
        let source = try SourceCatalogue.open(DataLocation(path), options: options)
        #expect(
          !source.columns.isEmpty && Set(source.columns).count == source.columns.count && !source.columns.contains(""))
        var (row, count): ([Cell], Int) = ([], 0)
        while count < 1_000, try source.next(&row) {
          count += 1
          if row.count != source.columns.count { Issue.record("\(row.count) cells") }
        }
        #expect(!source.remarks.contains(""))
      } catch {
        if error.sentence.isEmpty || error.sentence.contains("\n") { Issue.record("\(error)") }
      }
    }
  }

  @Test func `mutated addresses neither trap nor hang`() {
    var fuzz = Fuzz(seed: 92)
    let words = [
      "%", "?", "&", "=", ":", "//", "@", "sqlite:", "postgresql:", "%00", "%ff", "table=", "query=", "\0", "é",
    ]
    for round in 0..<Fuzz.rounds {
      let example = ["sqlite:/dev/null?table=a%20b&x=1", "postgresql://u:p@h:1/d?query=SELECT%201", "/tmp/x:y"][
        round % 3]
      let address = fuzz.changed(example, words: words)
      guard let location = try? DataLocation(address), address.hasPrefix("postgresql://u:p@h") else { continue }
      #expect(location.redacted.hasPrefix("postgresql://u:***"))
    }
  }
}
