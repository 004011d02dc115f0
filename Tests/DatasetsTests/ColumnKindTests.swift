import Foundation
import Testing

@testable import Datasets

/// What a column is taken for, and what is said of it.
@Suite struct ColumnKindTests {
  private func report(_ text: String, _ request: TableRequest = TableRequest(), target: String? = nil) throws
    -> TableReport
  {
    try TableReport(csvBytes: Array(text.utf8), request: request, target: target)
  }

  /// A header, 400 whole numbers with 60 different values, and the odd ones in the lines given.
  private func column(_ odd: [Int: String], header: String = "a", _ number: (Int) -> String = { "\($0 % 60)" })
    -> String
  {
    header + "\n" + (0..<400).map { odd[$0 + 2] ?? number($0) }.joined(separator: "\n") + "\n"
  }

  private func numbers(_ report: TableReport, _ name: String = "a") throws -> [Double] {
    guard case .numbers(let values) = try report.table.column(name) else {
      Issue.record("'\(name)' holds \(try report.table.column(name).kind)")
      return []
    }
    return values
  }

  private func finding(_ report: TableReport, _ name: String = "a") throws -> ColumnFinding {
    try #require(report.findings.first { $0.name == name })
  }

  @Test(arguments: ["n/a", "inf", "-Infinity", "1e999", "1.8e308", "37 %", "1\0", "12 apples", "--1"])
  func `one odd value among 400 numbers leaves a column of numbers`(odd: String) throws {
    let report = try report(column([57: odd]))
    let values = try numbers(report)
    #expect(values.count { $0.isNaN } == 1 && values[55].isNaN && values[17] == 17)
    let finding = try finding(report)
    #expect(finding.missing == 1)
    if odd == "n/a" {
      #expect(finding.marks == ["n/a": 1] && finding.warnings.isEmpty)
    } else {
      #expect(finding.oddValues == [.init(value: odd, line: 57)] && finding.oddCount == 1)
      #expect(finding.warnings.first?.contains("(line 57)") == true)
      #expect(finding.reading.takesOddValues)
    }
  }

  @Test func `an odd value at the start is one too, and the first three are named with their lines`() throws {
    let report = try report(column([2: "unknown", 3: "?", 9: "x\ry", 20: "unknown", 30: "z"]))
    let finding = try finding(report)
    #expect(finding.kind == .number && finding.oddCount == 4 && finding.missing == 5 && finding.marks == ["?": 1])
    #expect(finding.oddValues.map(\.line) == [2, 9, 20])
    #expect(
      finding.warnings == [
        "mostly numbers, but 4 other values, which count as missing: 'unknown' (line 2), 'x\\ry' (line 9), 'unknown' "
          + "(line 20), …. --kind a=category keeps them as words"
      ])
  }

  @Test func `more than a thousand numbers after a word are numbers all the same`() throws {
    let text = "a\nnone yet\n" + (0..<5000).map { "\($0).5" }.joined(separator: "\n") + "\nsoon\n"
    let report = try report(text)
    #expect(try numbers(report)[4999] == 4998.5)
    #expect(try finding(report).oddValues == [.init(value: "none yet", line: 2), .init(value: "soon", line: 5003)])
  }

  @Test func `a tenth of other values is the limit, and beyond it is warned`() throws {
    let tenth = Dictionary(uniqueKeysWithValues: (0..<40).map { (10 * $0 + 5, "w\($0)") })
    #expect(try finding(report(column(tenth))).kind == .number)
    let more = tenth.merging([7: "w1"]) { $1 }
    let finding = try finding(report(column(more)))
    #expect(finding.kind == .category)
    #expect(finding.warnings.first?.hasPrefix("89 % are numbers, but 41 other values make words of the column") == true)
    #expect(finding.warnings.first?.contains("'w0' (line 5), 'w1' (line 7), 'w1' (line 15)") == true)
    let asked = try report(column(more), TableRequest(kinds: ["a": AskedKind(.number)]))
    #expect(try numbers(asked).count { $0.isNaN } == 41)
    let words = try report(column([57: "n/a"]), TableRequest(kinds: ["a": AskedKind(.category)]))
    guard case .categories(let categories) = try words.table.column("a") else { throw DatasetError.empty }
    #expect(categories.levels.count == 61 && categories[55] == "n/a")
  }

  @Test(arguments: [
    ("1,234.5", 1234.5), ("1 234.5", 1234.5), ("1'234.5", 1234.5), ("€ 12", 12), ("12 €", 12), ("-$3.50", -3.5),
    ("$-3.50", -3.5), ("12 EUR", 12), ("+7", 7), ("−7", -7), ("1,234", 1234), (" 5 ", 5), ("1\u{202F}234", 1234),
  ])
  func `a number that is written otherwise is read among plain ones`(text: String, value: Double) throws {
    let report = try report("b," + column([57: "\"\(text)\""]).replacingOccurrences(of: "\n", with: "\nx,").dropLast(2))
    #expect(try numbers(report)[55] == value)
    let finding = try finding(report)
    #expect(finding.oddCount == 0 && finding.missing == 0 && finding.warnings.isEmpty)
    if !["+7", " 5 "].contains(text) { #expect(finding.notes.contains { $0.contains("(line 57) is read as") }) }
  }

  @Test(arguments: ["12,34,5", "1,23", "0,123.5", "1.234.5", "1,234,56", "€", "%", "1 2", "€ 12 %", "1e5,000"])
  func `what is no number in any notation is odd`(text: String) throws {
    let report = try report(
      "b;" + column([57: text]).replacingOccurrences(of: "\n", with: "\nx;").dropLast(2),
      TableRequest(delimiter: ";", decimal: .point))
    #expect(try finding(report).oddValues == [.init(value: text, line: 57)])
  }

  @Test func `columns of percentages, amounts and decimal commas are numbers throughout`() throws {
    let rows = (0..<50).map { "\($0) %,\"€ \($0),5\",\"\($0),25\",\"1,\(100 + $0).5\"\n" }.joined()
    let report = try report("p,e,c,t\n" + rows)
    #expect(try numbers(report, "p")[7] == 7 && numbers(report, "e")[7] == 7.5)
    #expect(try numbers(report, "c")[7] == 7.25 && numbers(report, "t")[7] == 1107.5)
    #expect(
      report.findings.map(\.reason) == [
        "percentages", "amounts in € with decimal commas", "numbers with decimal commas", "numbers",
      ])
    #expect(report.findings.allSatisfy { $0.oddCount == 0 })
    // Read again as recorded, in whatever order the values come.
    let again = try TableReport(csvBytes: Array("c,p,t,e\n\"3,5\",2 %,\"1,000\",7\n".utf8), reading: report.reading)
    #expect(try numbers(again, "c") == [3.5] && numbers(again, "p") == [2])
    #expect(try numbers(again, "t") == [1000] && numbers(again, "e") == [7])
  }

  @Test func `one comma and three digits are ambiguous, and that is said`() throws {
    let rows = (100..<150).map { "\"1,\($0)\"\n" }.joined()
    let report = try report("a\n" + rows)
    #expect(try numbers(report)[0] == 1100)
    #expect(try finding(report).notes == ["'1,100' is read as 1100: --decimal comma reads it otherwise"])
    #expect(try numbers(self.report("a\n" + rows, TableRequest(decimal: .comma)))[0] == 1.1)
  }

  @Test func `spelled-out missing values count in columns of numbers and dates only`() throws {
    let rows = (0..<40).map { row in
      let odd = row % 4 == 0
      return
        "\(odd ? "NA" : "\(row)"),\(odd ? "NA" : "DE"),\(odd ? "None" : "yes"),\(odd ? "null" : "2024-01-\(10 + row % 9)")\n"
    }
    let report = try report("n,country,class,day\n" + rows.joined())
    #expect(report.table.columns.map(\.kind) == [.number, .category, .category, .date])
    #expect(report.findings.map(\.missing) == [10, 0, 0, 10])
    guard case .categories(let countries) = report.table.columns[1] else { return }
    #expect(countries.levels == ["NA", "DE"])
    #expect(report.findings[1].notes == ["'NA' is a category of 10 rows: --na NA makes it a missing value"])
    let asked = try self.report("n,country,class,day\n" + rows.joined(), TableRequest(missing: ["NA"]))
    #expect(asked.findings.map(\.missing) == [10, 10, 0, 10])
    let kept = try self.report("n,country,class,day\n" + rows.joined(), TableRequest(notMissing: ["NA", "none"]))
    #expect(
      kept.findings[0].kind == .text && kept.findings[0].warnings.first?.hasPrefix("75 % are numbers") == true)
    #expect(kept.reading.missing.inNumbers.contains("none") == false)
  }

  @Test func `a number may stand for a missing one`() throws {
    let report = try report(column([5: "-999", 6: "-999.0"]), TableRequest(missing: ["-999"]))
    #expect(try finding(report).missing == 2 && numbers(report)[3].isNaN && numbers(report)[4].isNaN)
  }

  @Test func `an id is left out, and what may be one is said`() throws {
    let rows = (0..<50).map { "\($0 + 1),u\($0),\($0 + 1),\($0 % 7),x\n" }.joined()
    let report = try report("id,user_id,n,groupId,same\n" + rows)
    #expect(report.table.columns.map(\.kind) == [.id, .id, .number, .number, .category])
    #expect(report.findings[0].reason == "its name says id, and no value repeats")
    #expect(report.findings[0].notes == ["left out as an id: --kind id=number makes it a feature"])
    #expect(report.findings[2].warnings == ["it counts the rows: --kind n=id leaves it out if it is an id"])
    #expect(report.findings[3].warnings.first?.hasPrefix("its name says id, but it is used as a number") == true)
    #expect(report.findings[4].warnings == ["every value is 'x': it carries no information"])
    let kept = try self.report("id,user_id,n,groupId,same\n" + rows, TableRequest(kinds: ["id": AskedKind(.number)]))
    #expect(try numbers(kept, "id")[49] == 50)
    let target = try self.report("id,user_id,n,groupId,same\n" + rows, target: "id")
    #expect(target.table.columns[0].kind == .number)
    let unnamed = try self.report(",b\n" + (0..<30).map { "\($0),\($0 * 7 % 30)\n" }.joined())
    #expect(unnamed.table.columns.map(\.kind) == [.id, .number])
  }

  @Test func `a nearly constant column is said`() throws {
    let report = try report(column([57: "3"]) { _ in "2.5" })
    #expect(try finding(report).warnings == ["nearly constant: 2.5 in 399 of 400 rows"])
    let words = try self.report(column([57: "no", 58: "no", 59: "no", 60: "no"]) { _ in "yes" })
    #expect(try finding(words).warnings == ["nearly constant: 'yes' in 396 of 400 rows"])
  }

  @Test func `text, ignored and asked kinds`() throws {
    let rows = (0..<30).map { "note \($0),\($0 % 3),\($0)\n" }.joined()
    let report = try report(
      "note,code,x\n" + rows, TableRequest(kinds: ["code": AskedKind(.category), "x": AskedKind(.ignored)]))
    #expect(report.table.columns.map(\.kind) == [.text, .category, .ignored])
    #expect(report.findings.map(\.reason) == ["30 words in 30 rows", "asked for", "asked for"])
    #expect(throws: DatasetError.missingColumn("cod", present: ["note", "code", "x"])) {
      try self.report("note,code,x\n" + rows, TableRequest(kinds: ["cod": AskedKind(.category)]))
    }
    #expect(AskedKind("date:dmy") == AskedKind(.date, dates: .dayFirst) && AskedKind("number:dmy") == nil)
    for name in AskedKind.names { #expect(AskedKind(name)?.description == name) }
    #expect(AskedKind("missing") == nil && AskedKind("numbers") == nil)
  }

  @Test func `a table is read again as it was`() throws {
    let text = column([57: "n/a", 60: "odd"], header: "a,b,c") { "\($0),w\($0 % 3),\($0 % 28 + 1)/1/2024" }
      .replacingOccurrences(of: "n/a", with: "n/a,w0,1/1/2024").replacingOccurrences(of: "odd", with: "odd,w1,x")
    let first = try report(text)
    let recorded = try JSONDecoder().decode(TableReading.self, from: JSONEncoder().encode(first.reading))
    #expect(recorded == first.reading)
    let again = try TableReport(csvBytes: Array(text.utf8), reading: recorded)
    #expect(again.findings.map(\.missing) == first.findings.map(\.missing))
    #expect(
      again.table.kinds == first.table.kinds && again.findings.map(\.oddValues) == first.findings.map(\.oddValues))
    let head = try TableReport(
      csvBytes: Array(text.split(separator: "\n")[..<20].joined(separator: "\n").utf8), reading: recorded)
    #expect(head.table.kinds == first.table.kinds)
  }

  @Test func `a column that held nothing else refuses other values when read again`() throws {
    let clean = try report("a\n1\n2\n3\n")
    #expect(throws: DatasetError.badRow(line: 3, problem: "'inf' in the column 'a' is not a number")) {
      try TableReport(csvBytes: Array("a\n1\ninf\n".utf8), reading: clean.reading)
    }
    let marks = try TableReport(csvBytes: Array("a\n1\nNA\n".utf8), reading: clean.reading)
    #expect(marks.findings[0].missing == 1)
  }

  @Test func `values in messages are in one line`() {
    #expect(quoted("a\r\nb\0\u{1B}[31m") == "'a\\r\\nb\\u{0}\\u{1b}[31m'")
    #expect(quoted(String(repeating: "x", count: 50)).count == 43)
    #expect(
      argument("a b=number") == "'a b=number'" && argument("it's") == "'it'\\''s'" && argument("größe=id") == "größe=id"
    )
  }
}
