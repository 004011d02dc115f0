import Files
import TestSupport
import Testing

@testable import DataSources

@Suite struct WorkbookTests {
  private let folder = TemporaryFolder()

  init() throws { _ = try Folder.make(folder.path, system: SystemCalls()) }

  private func read(_ book: ZipFile, _ options: SourceOptions = SourceOptions()) throws -> [[Cell]] {
    let path = folder.path + "/book.xlsx"
    try writeBytes(book.finished, path)
    let source = try SourceCatalogue.open(DataLocation(path), options: options)
    return [source.columns.map { .text($0) }] + (try rows(source))
  }

  @Test func `cells that merged ones cover are missing although the file has values in them`() throws {
    let cells = "<row r=\"1\"><c r=\"A1\"><v>10</v></c><c r=\"B1\"><v>20</v></c><c r=\"C1\"><v>30</v></c></row>"
    let more = (2...5).map { "<row r=\"\($0)\"><c r=\"A\($0)\"><v>\($0)</v></c><c r=\"C\($0)\"><v>1</v></c></row>" }
      .joined()
    for merged in [
      "<mergeCell ref=\"A1:B1\"/><mergeCell ref=\"A2:A4\"/>",
      "<mergeCell ref=\"A1:B1\"/><mergeCell ref=\"A2:A4\"/><mergeCell ref=\"D2:E5000\"/>",
    ] {
      let sheet = "<worksheet><sheetData>\(cells)\(more)</sheetData><mergeCells>\(merged)</mergeCells></worksheet>"
      #expect(
        try read(workbook(sheet: sheet)) == [
          [.text("10"), .text("column2"), .text("30")], [.number(2), .missing, .number(1)],
          [.missing, .missing, .number(1)], [.missing, .missing, .number(1)], [.number(5), .missing, .number(1)],
        ])
    }
    let tall = "<worksheet><sheetData>\(cells)\(more)</sheetData><mergeCell ref=\"A2:A5000\"/></worksheet>"
    #expect(try read(workbook(sheet: tall)).map { $0[0] } == [.text("10"), .number(2), .missing, .missing, .missing])
  }

  @Test func `places may be left out, and names may have prefixes`() throws {
    let sheet = """
      <x:worksheet xmlns:x='y'><x:sheetData><x:row><x:c t='str'><x:v>a</x:v></x:c><x:c t="str"><x:v>b</x:v></x:c></x:row>
      <x:row/><x:row><x:c/><x:c ><x:v>1e2</x:v></x:c></x:row></x:sheetData></x:worksheet>
      """
    #expect(try read(workbook(sheet: sheet)) == [[.text("a"), .text("b")], [.missing, .number(100)]])
  }

  @Test func `an archive may count in 64 bits`() throws {
    let cells = sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row>")
    #expect(try read(workbook(sheet: cells, isWide: true)) == [[.text("a")]])
  }

  @Test func `a format of numbers is one of dates by its letters alone`() {
    for code in ["yyyy-mm-dd", "d/m", "mmm", "[$-409]d\\-mmm\\-yy;@", "m/d/yy h:mm", "dddd", "[Red]yyyy"] {
      #expect(NumberFormat(code: code) == .date, "\(code)")
    }
    for code in ["h:mm", "mm:ss.0", "h:mm AM/PM", "ss"] { #expect(NumberFormat(code: code) == .time, "\(code)") }
    for code in [
      "General", "0.00", "0.00\" mdy\"", "[Red]0", "#,##0\\d", "0_d", "[h]:mm", "[mm]:ss", "0.0E+00", "@", "", "\"",
      "[", "\\",
      "0;yyyy",
    ] {
      #expect(NumberFormat(code: code) == .number, "\(code)")
    }
    #expect(
      (0...60).filter { NumberFormat(builtIn: $0) == .date } == Array(14...17) + [22] + Array(27...31) + Array(34...36)
        + Array(50...54) + [57, 58])
  }

  @Test func `days are counted as Excel does`() {
    for (value, seconds) in [
      (1.0, -2_208_988_800.0), (59, -2_203_977_600), (61, -2_203_891_200), (25_569, 0), (45_000.5, 1_678_881_600),
    ] {
      #expect(NumberFormat.date.cell(value, counts1904: false) == .date(seconds: seconds))
    }
    #expect(NumberFormat.date.cell(24_107, counts1904: true) == .date(seconds: 0))
    #expect(NumberFormat.date.cell(-1, counts1904: false) == .number(-1))
    #expect(NumberFormat.date.cell(1e300, counts1904: false) == .number(1e300))
    #expect(NumberFormat.time.cell(0.5, counts1904: false) == .number(0.5))
  }

  @Test func `ranges are read as people write them`() {
    #expect(CellRange("A1:F200") == CellRange(columns: 1...6, rows: 1...200))
    #expect(CellRange("$b$2") == CellRange(columns: 2...2, rows: 2...2))
    #expect(CellRange("B:XFD") == CellRange(columns: 2...16_384, rows: 1...1_048_576))
    for text in ["", ":", "A", "1:2", "A1:", "A1:B", "B1:A1", "A2:A1", "XFE1", "A1:B2:C3", "A-1", "A 1", "Ä1"] {
      #expect(CellRange(text) == nil, "\(text)")
    }
    #expect((1...16_384).allSatisfy { CellRange.place(Array(CellRange.letters($0).utf8)[...])?.column == $0 })
  }

  @Test func `escapes of Excel become their characters`() {
    func text(_ written: String) -> String { SharedStrings.text(Array(written.utf8)[...]) }
    #expect(text("a_x000D_b") == "a\rb")
    #expect(text("_x005F_x0041_") == "_x0041_")
    #expect(text("_x00_ _xzzzz_ _x") == "_x00_ _xzzzz_ _x")
  }
}
