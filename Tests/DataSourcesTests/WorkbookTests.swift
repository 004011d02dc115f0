import Testing

@testable import DataSources

@Suite struct WorkbookTests {
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
