import Datasets
import Foundation
import Randomness
import Testing

@testable import DataQuality

/// Each check on its own: what it finds, and what it must not.
@Suite struct DataCheckTests {
  private func issues(
    _ check: any DataCheck.Type, _ columns: [(name: String, column: Column)], _ options: DataCheckOptions = .init()
  ) throws -> [DataIssue] {
    var options = options
    options.checks = [check.name]
    return try DataCheckReport(Table(columns), options).issues
  }

  private func texts(_ values: [String?]) -> Column { .texts(Words(values)) }
  private func repeated(_ values: [String], _ times: Int = 40) -> [String?] {
    (0..<times).flatMap { _ in values }
  }

  @Test func `every check has a name of its own and a line of documentation`() throws {
    #expect(Set(DataChecks.all.map { $0.name }).count == DataChecks.all.count)
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs/DATA_QUALITY.md"),
      encoding: .utf8)
    for check in DataChecks.all { #expect(page.contains("| `\(check.name)` |"), "\(check.name)") }
    for repair in Repairs.all { #expect(page.contains("| `\(repair.name)` |"), "\(repair.name)") }
    for kind in ExpectationKinds.all { #expect(page.contains("| `\(kind.name)` |"), "\(kind.name)") }
  }

  @Test func `files that cannot be decoded are named with their reasons`() throws {
    func columns(_ problems: Column) -> [(name: String, column: Column)] {
      let names = texts(["a.png", "b.png", "c.jpg"])
      return [("path", names), ("format", texts(["png", "png", "jpeg"])), ("sha256", names), ("problem", problems)]
    }
    let damaged = columns(texts([nil, "the data end early", nil]))
    let issue = try #require(try issues(UnreadableFileCheck.self, damaged).first)
    #expect(issue.rows == [1] && issue.column == "problem")
    #expect(issue.sentence == "1 row is of a file that cannot be decoded: b.png: the data end early")
    let cleaned = try CleaningPlan(suggestedFor: [issue]).apply(to: Table(damaged)).table
    #expect(cleaned.rowCount == 2)
    // Where all is well nothing is missing.
    for problems in [damaged[3].column, .missing(count: 3)] {
      #expect(try issues(MissingCheck.self, columns(problems)).isEmpty)
    }
    #expect(try issues(UnreadableFileCheck.self, columns(.missing(count: 3))).isEmpty)
    #expect(try issues(UnreadableFileCheck.self, [("problem", texts(["late"]))]).isEmpty)
  }

  @Test func `empty fields are missing values, spelled-out ones are said to be`() throws {
    let column = texts(["1", nil, "2", "N/A"] + repeated(["3", "4.5"], 10))
    let missing = try issues(MissingCheck.self, [("a", column)])
    #expect(missing.map(\.rows) == [[1]])
    #expect(try issues(SpelledMissingCheck.self, [("a", column)]).map(\.rows) == [[3]])
    // A class that is called 'none' as often as others is one.
    #expect(try issues(SpelledMissingCheck.self, [("a", texts(repeated(["none", "mild", "severe"])))]).isEmpty)
    let numbers: [Double] = (0..<60).map { $0 % 20 == 7 ? -999 : Double($0) }
    #expect(try issues(SpelledMissingCheck.self, [("a", .numbers(numbers))]).map(\.rows) == [[7, 27, 47]])
    let temperatures: [Double] = (0..<60).map { Double($0 * 40 - 1_200) } + [-999, -999]
    #expect(try issues(SpelledMissingCheck.self, [("a", .numbers(temperatures))]).isEmpty)
    let allGone = try issues(MissingCheck.self, [("a", .missing(count: 3))])
    #expect(allGone.first?.repairs == [CleaningStep(DropColumns(columns: ["a"]))])
  }

  @Test(arguments: [
    ("MÃ¼ller", true), ("cafÃ©", true), ("donâ€™t", true), ("Müller", false), ("Ã", false), ("naïve café", false),
    ("São Paulo", false), ("日本", false), ("plain", false), ("10 €", false),
  ])
  func `text in a wrong encoding is told from text with accents`(text: String, isWrong: Bool) throws {
    #expect((Mojibake.decoded(text) != nil) == isWrong)
    #expect(try issues(UndecodableTextCheck.self, [("a", texts([text, "x"]))]).count == (isWrong ? 1 : 0))
  }

  @Test func `lost and control characters are found, tabs and line ends are not`() throws {
    let column = texts(["a\u{FFFD}b", "a\u{1B}b", "a\tb\nc", "ok"])
    #expect(try issues(UndecodableTextCheck.self, [("a", column)]).map(\.rows) == [[0], [1]])
  }

  @Test func `what is written otherwise than most of its column is named by how it is written`() throws {
    let dates = texts(repeated(["2024-01-05", "2024-02-07"]) + ["5.3.2024", "6 Mar 2024"])
    #expect(try Set(issues(DateFormatCheck.self, [("a", dates)]).map(\.rows)) == [[80], [81]])
    let numbers = texts(repeated(["1.5", "20"]) + ["1,5", "1,234.5", "€ 3", "three"])
    #expect(try Set(issues(NumberFormatCheck.self, [("a", numbers)]).map(\.rows)) == [[80], [81], [82], [83]])
    let units = texts(repeated(["500 g", "1200g"]) + ["1.2 kg", "3 cm"])
    let found = try issues(UnitCheck.self, [("a", units)])
    #expect(Set(found.map(\.rows)) == [[80], [81]])
    #expect(found.map(\.repairs.isEmpty) == [true, false], "centimetres are no grams")
    #expect(try issues(DateFormatCheck.self, [("a", texts(repeated(["01/02/2024", "11/12/2024"])))]).isEmpty)
  }

  @Test func `rare spellings of a frequent category are found, near neighbours in the dictionary are not`() throws {
    let usual = repeated(["United States", "Austria", "Australia", "desk lamp", "size 10", "size 11", "C", "C++"])
    let odd = [
      "Untied States", "united states", "United  States ", "states, united", "desk-lamp", "size 12", "Österreich",
    ]
    let found = try issues(CategoryCheck.self, [("a", texts(usual + odd.map { $0 }))])
    #expect(Set(found.map(\.rows)) == [[320, 321, 322, 323], [324]])
    #expect(
      found.contains {
        $0.repairs == [CleaningStep(MergeCategories(column: "a", into: ["desk lamp": ["desk-lamp"]]))]
      })
    // As frequent as each other they are two.
    #expect(try issues(CategoryCheck.self, [("a", texts(repeated(["Bologna", "Cologna"])))]).isEmpty)
  }

  @Test func `without a dictionary spelling is skipped, with one rare unknown words are found`() throws {
    let comments = (0..<300).map { "the parcel number \($0) arrived in a wonderful colour" as String? }
    let column = texts(comments + ["the parcel arived late in the evening"])
    var options = DataCheckOptions()
    options.checks = [SpellingCheck.name]
    options.dictionary = "/nowhere/en_US"
    let report = try DataCheckReport(Table([("a", column)]), options)
    #expect(report.issues.isEmpty && report.skipped.map(\.check) == ["spelling"])
    #expect(report.text().contains("Skipped spelling: there is no dictionary '/nowhere/en_US.dic'"))
    if SpellingDictionary("/usr/share/hunspell/en_US") != nil {
      let found = try issues(SpellingCheck.self, [("a", column)])
      #expect(found.map(\.rows) == [[300]], "the British colour is too frequent to be a slip")
      #expect(found[0].repairs == [CleaningStep(ReplaceWords(column: "a", words: ["arived": "arrived"]))])
    }
  }

  @Test func `no distribution is cut off in its tail`() throws {
    var random = CounterGenerator(SeedSequence(12))
    func drawn(_ value: (inout CounterGenerator) -> Double) -> Column {
      var values: [Double] = []
      for _ in 0..<3_000 { values.append(value(&random)) }
      return .numbers(values)
    }
    var columns: [(name: String, column: Column)] = []
    columns.append(("normal", drawn { Double($0.normal()) }))
    columns.append(("uniform", drawn { $0.uniformDouble() }))
    columns.append(("exponential", drawn { -log(1 - $0.uniformDouble()) }))
    columns.append(("log-normal", drawn { exp(2 * Double($0.normal())) }))
    columns.append(
      ("Laplace", drawn { random in log(1 - random.uniformDouble()) * Double(2 * random.integer(below: 2) - 1) }))
    columns.append(("Pareto", drawn { pow(1 - $0.uniformDouble(), -0.5) }))
    columns.append(("counts", drawn { Double($0.integer(below: 4) * $0.integer(below: 6)) }))
    columns.append(("mostly zero", drawn { random in random.integer(below: 10) < 7 ? 0 : 50 * random.uniformDouble() }))
    columns.append(("two humps", drawn { Double($0.normal()) + Double(50 * $0.integer(below: 2)) }))
    columns.append(("a small hump", drawn { Double($0.normal()) + Double($0.integer(below: 12) / 11 * 50) }))
    let found = try issues(OutlierCheck.self, columns)
    #expect(found.reduce(0) { $0 + $1.rowCount } <= 3, "\(found.map { "\($0.column!) \($0.rowCount)" })")
    for column in columns {
      guard case .numbers(var values) = column.column, column.name != "Pareto" else { continue }
      values[77] = column.name == "log-normal" ? 1e9 : 5_000
      let rows = try issues(OutlierCheck.self, [("x", .numbers(values))]).flatMap(\.rows)
      #expect(rows.contains(77), "\(column.name)")
    }
  }

  @Test func `a price that is usual elsewhere is an outlier of its group`() throws {
    var random = CounterGenerator(SeedSequence(2))
    let products = (0..<400).map { ["pencil", "desk", "lamp"][$0 % 3] }
    let price = ["pencil": 2.0, "desk": 400, "lamp": 60]
    var prices = products.map { price[$0]! * (1 + 0.05 * Double(random.normal())) }
    prices[0] = 60
    let table: [(name: String, column: Column)] = [
      ("product", .categories(Words(products))), ("price", .numbers(prices)),
    ]
    #expect(try issues(GroupOutlierCheck.self, table).map(\.rows) == [[0]])
    #expect(try issues(OutlierCheck.self, table).isEmpty)
    // Groups that explain nothing are looked at only where that is asked for.
    var x: [Double] = []
    for row in 0..<400 { x.append(row % 2 == 0 ? Double(490 + row % 20) : Double(row * 7 % 1_000)) }
    x[4] = 905
    let sides: [(name: String, column: Column)] = [
      ("side", .categories(Words(levels: ["l", "r"], codes: (0..<400).map { Int32($0 % 2) }))), ("x", .numbers(x)),
    ]
    #expect(try issues(GroupOutlierCheck.self, sides).isEmpty)
    var options = DataCheckOptions()
    options.groups = ["side"]
    #expect(try issues(GroupOutlierCheck.self, sides, options).map(\.rows) == [[4]])
  }

  @Test func `copies of a row are duplicates, edited copies near ones, alike rows neither`() throws {
    var random = CounterGenerator(SeedSequence(6))
    var rows = (0..<300).map { row in
      ["\(row)"] + (0..<6).map { _ in "v\(random.integer(below: 5_000))" }
    }
    rows += [rows[5], rows[9], rows[11]]
    rows[301][0] = "301"
    rows[302][0] = "302"
    rows[302][3] += "x"
    func columns(_ rows: [[String]]) -> [(name: String, column: Column)] {
      (0..<7).map { place in (place == 0 ? "row_id" : "c\(place)", texts(rows.map { $0[place] })) }
    }
    #expect(try issues(DuplicateCheck.self, columns(rows)).map(\.rows) == [[300]])
    #expect(try issues(NearDuplicateCheck.self, columns(rows)).map(\.rows) == [[301, 302]])
    // Few values in few columns agree by chance.
    let coins = (0..<300).map { row in ["\(row)"] + (0..<6).map { _ in "v\(random.integer(below: 3))" } }
    #expect(try issues(NearDuplicateCheck.self, columns(coins)).isEmpty)
  }

  @Test func `an identifier is by its name or its form, and occurs once`() throws {
    let codes = (0..<100).map { "AB-\(100 + $0)" as String? }
    #expect(try issues(IdentifierCheck.self, [("code", texts(codes + ["AB-107"]))]).map(\.rows) == [[7, 100]])
    let numbers = (1...30).map(Double.init) + [30]
    #expect(try issues(IdentifierCheck.self, [("user_id", .numbers(numbers))]).map(\.rows) == [[29, 30]])
    let visits = (0..<100).map { "AB-\($0 % 30)" as String? }
    #expect(try issues(IdentifierCheck.self, [("user_id", texts(visits))]).isEmpty, "a key of another table")
    let names = (0..<100).map { "Person \($0)" as String? }
    #expect(try issues(IdentifierCheck.self, [("name", texts(names + ["Person 3"]))]).isEmpty)
  }

  @Test func `constant columns and leaks are named, the target is not dropped`() throws {
    let table: [(name: String, column: Column)] = [
      ("a", .numbers([Double](repeating: 3, count: 50))), ("b", texts(repeated(["x"], 50))),
      ("y", .categories(Words((0..<50).map { $0 % 3 == 0 ? "p" : "q" }))),
      ("leak", .numbers((0..<50).map { $0 % 3 == 0 ? 1 : 2 })),
    ]
    #expect(try issues(ConstantCheck.self, table).compactMap(\.column) == ["a", "b"])
    #expect(try issues(LeakageCheck.self, table, DataCheckOptions(target: "y")).compactMap(\.column) == ["leak"])
    #expect(try issues(LeakageCheck.self, table).isEmpty)
    let alone = try issues(ConstantCheck.self, [("y", texts(repeated(["x"], 9)))], DataCheckOptions(target: "y"))
    #expect(alone.map(\.repairs.isEmpty) == [true])
  }

  @Test func `tables of odd shapes are checked`() throws {
    let shapes: [Table] = [
      Table([]), Table([("a", .numbers([]))]), Table([("a", texts([]))]), Table([("a", texts(["x"]))]),
      Table([("a", texts([nil, nil]))]),
      Table([("id", .leftOut(.id, count: 3)), ("b", .numbers([.nan, .infinity, 1]))]),
      Table((0..<3_000).map { ("x\($0)", .numbers([Double($0), 1, 2])) }),
      Table([
        ("a", .numbers((0..<50).map { Double($0) * 1e306 })), ("b", .dates([Double](repeating: 1e300, count: 50))),
      ]),
      Table([("a", .categories(Words(levels: ["x", "x", ""], codes: [0, 1, 2])))]),
    ]
    for table in shapes {
      for target in [nil, table.names.first] {
        let report = try DataCheckReport(table, DataCheckOptions(target: target))
        #expect(report.rows == table.rowCount && !report.text(width: 80).isEmpty)
        #expect(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) is [String: Any])
      }
    }
  }

  @Test func `unknown names are refused with what may be meant`() throws {
    let table = Table([("age", .numbers([1, 2]))])
    var options = DataCheckOptions()
    options.checks = ["outlier"]
    #expect(throws: DataQualityError.unknownCheck("outlier", suggestion: "; did you mean 'outliers'?")) {
      try DataCheckReport(table, options)
    }
    #expect(throws: DatasetError.missingColumn("agee", present: ["age"])) {
      try DataCheckReport(table, DataCheckOptions(target: "agee"))
    }
  }

  @Test func `a table as it is written has all of it but empty fields`() throws {
    let table = try Table(asWritten: .memory(Array("id,n,d\n1,N/A,2024-01-01\n2,\"1,5\",\n".utf8)))
    #expect(table.names == ["id", "n", "d"])
    #expect(table.columns.map(\.missingCount) == [0, 0, 1])
    #expect(table.columns.allSatisfy { $0.words != nil })
  }
}
