import Datasets
import Randomness
import Testing

@testable import DataQuality

@Suite struct ExpectationTests {
  private static func texts(_ values: [String?]) -> Column { .texts(Words(values)) }
  private func expectations(_ lines: String) throws -> Expectations {
    try Expectations(yaml: "expectations:\n" + lines.split(separator: "\n").map { "  - \($0)\n" }.joined())
  }

  private static let table = Table([
    ("age", .numbers([31, -5, .nan, 140, 31])),
    ("day", .dates([0, 86_400, 172_800, .nan, 86_400])),
    ("mail", texts(["a@b.c", "nobody", nil, "d@e.f", "x@y@z"])),
    ("kind", .categories(Words(levels: ["p", "q"], codes: [0, 1, 0, -1, 1]))),
    ("id", texts(["1", "2", "3", "2", nil])),
    ("size", texts(["5", "6", "7", "N/A", "1,5"])),
  ])
  private static let other = [
    "kinds": Table([("name", .categories(Words(["p", "r"]))), ("kind", .categories(Words(["q", "p"])))])
  ]

  @Test(
    arguments: [
      ("range: {column: age, least: 0, most: 120}", [1, 3]), ("range: {column: age, most: 31}", [3]),
      ("range: {column: day, least: 1970-01-02}", [0]), ("pattern: {column: mail, matches: \"[^@]+@[^@]+\"}", [1, 4]),
      ("unique: {columns: [id]}", [1, 3]), ("unique: {columns: [age, kind]}", nil),
      ("allowed: {column: kind, values: [p]}", [1, 4]), ("allowed: {column: age, values: [31, \"140.0\"]}", [1]),
      ("reference: {column: kind, table: kinds, key: name}", [1, 4]), ("reference: {column: kind, table: kinds}", nil),
      ("missing-share: {column: mail, most: 0.1}", [2]), ("missing-share: {column: mail, most: 0.2}", nil),
      ("missing-share: {column: size, most: 0.1}", [3]), ("row-count: {least: 6}", []), ("row-count: {most: 4}", []),
      ("row-count: {least: 5, most: 5}", nil), ("fresh: {column: day, days: 1, at: 1970-01-10}", []),
      ("fresh: {column: day, days: 7, at: 1970-01-10}", nil), ("kind: {column: age, is: number}", nil),
      ("kind: {column: age, is: date}", []), ("kind: {column: mail, is: number}", [0, 1, 3, 4]),
      ("statistic: {column: age, of: mean, least: 49, most: 50}", nil),
      ("statistic: {column: age, of: mean, most: 40}", []),
      ("statistic: {column: age, of: quantile, share: 0, least: 0}", []),
      ("statistic: {column: age, of: std, least: 50, most: 70}", nil),
    ] as [(String, [Int]?)])
  func `what breaks an expectation is named with its rows`(line: String, rows: [Int]?) throws {
    let failures = try expectations(line).check(Self.table, references: Self.other)
    #expect(failures.map(\.rows) == (rows.map { [$0] } ?? []), "\(failures)")
    #expect(failures.allSatisfy { !$0.sentence.isEmpty && $0.rowCount > 0 })
  }

  @Test func `drift is a distance that is large and not by chance`() throws {
    var random = CounterGenerator(SeedSequence(4))
    func table(_ count: Int, shift: Double, share: Int = 50) -> Table {
      Table([
        ("x", .numbers((0..<count).map { _ in Double(random.normal()) + shift })),
        ("c", .categories(Words((0..<count).map { _ in random.integer(below: 100) < share ? "a" : "b" }))),
      ])
    }
    let before = ["before": table(2_000, shift: 0)]
    let ks = "drift: {column: x, table: before, test: ks, effect: 0.1, p: 0.01}"
    let psi = "drift: {column: x, table: before, test: psi}"
    let classes = "drift: {column: c, table: before, test: psi}"
    for line in [ks, psi, classes] {
      #expect(try expectations(line).check(table(2_000, shift: 0), references: before).isEmpty)
      #expect(try expectations(line).check(table(2_000, shift: 0.9, share: 85), references: before).count == 1)
      // Few rows may be far away by chance.
      #expect(try expectations(line).check(table(6, shift: 0), references: before).isEmpty)
    }
    // Many rows are surely different, but by little.
    #expect(try expectations(ks).check(table(40_000, shift: 0.12), references: before).isEmpty)
    #expect(
      try expectations(ks.replacing("0.1,", with: "0.02,")).check(table(40_000, shift: 0.12), references: before).count
        == 1)
  }

  @Test(arguments: [
    ("range: {column: agee, least: 0}", "expectation 1 (range): the table has no column 'agee'; did you mean 'age'?"),
    ("range: {column: mail, least: 0}", "expectation 1 (range): the column 'mail' holds neither numbers nor dates"),
    ("range: {column: age}", "expectation 1 (range): it needs the least or the most value"),
    ("range: {column: day, least: 5}", "expectation 1 (range): '5' is no date"),
    (
      "row-count: {least: 1}\npattern: {column: mail, matches: \"(\"}",
      "expectation 2 (pattern): '(' is no regular expression"
    ),
    (
      "reference: {column: kind, table: kind}",
      "expectation 1 (reference): there is no table 'kind' beside this one; did you mean 'kinds'?"
    ),
    (
      "reference: {column: kind, table: kinds, key: nam}",
      "expectation 1 (reference): the table 'kinds' has no column 'nam'"
    ),
    ("missing-share: {column: age, most: 5}", "expectation 1 (missing-share): the share is a number from 0 to 1"),
    ("fresh: {column: day, days: 1, at: soon}", "expectation 1 (fresh): 'soon' is no date"),
    ("fresh: {column: age, days: 1, at: 2024-01-01}", "expectation 1 (fresh): the column 'age' holds no dates"),
    ("statistic: {column: age, of: quantile, least: 0}", "expectation 1 (statistic): a quantile needs a share"),
    ("drift: {column: kind, table: kinds, test: ks}", "expectation 1 (drift): ks needs numbers or dates"),
    ("allowed: {column: kind, values: []}", "expectation 1 (allowed): it needs values"),
    ("unique: {columns: []}", "expectation 1 (unique): it needs a column"),
  ])
  func `one that makes no sense is said with its number`(lines: String, sentence: String) throws {
    let expectations = try expectations(lines)
    let error = #expect(throws: DataQualityError.self) {
      try expectations.check(Self.table, references: Self.other)
    }
    #expect(try #require(error).description.hasPrefix(sentence), "\(String(describing: error))")
  }

  @Test func `expectations are the same after writing and reading them`() throws {
    let all = try expectations(
      """
      kind: {column: age, is: number}
      range: {column: age, least: 0, most: 2024-01-01}
      pattern: {column: mail, matches: "[^@ ]+@[^@ ]+"}
      unique: {columns: [id]}
      allowed: {column: kind, values: ["yes", "1"]}
      reference: {column: kind, table: kinds, key: name}
      missing-share: {column: mail, most: 0.05}
      row-count: {least: 100, most: 1000000}
      fresh: {column: day, days: 7, at: 2024-07-01}
      statistic: {column: age, of: quantile, share: 0.9, most: 80}
      drift: {column: age, table: before, test: psi, effect: 0.25, p: 0.001}
      """)
    #expect(try Expectations(yaml: all.yaml()) == all)
    #expect(all.expectations.map { type(of: $0.expectation).name } == ExpectationKinds.all.map { $0.name })
    #expect(
      throws: DataQualityError.unreadable(
        source: "e.yaml", problem: "expectations 1: there is no expectation 'rang'; did you mean 'range'?")
    ) {
      try Expectations(yaml: "expectations:\n  - rang: {column: a}\n", source: "e.yaml")
    }
  }

  @Test func `tables without rows or values break nothing but what is about their number`() throws {
    let all = try expectations(
      """
      range: {column: age, least: 0}
      pattern: {column: age, matches: a}
      unique: {columns: [age]}
      allowed: {column: age, values: [a]}
      kind: {column: age, is: number}
      row-count: {least: 1}
      """)
    #expect(try all.check(Table([("age", .numbers([]))])).map(\.expectation) == ["row-count"])
    #expect(try all.check(Table([("age", .missing(count: 3))])).isEmpty)
    #expect(try all.check(Table([("age", .numbers([.nan, .nan]))])).isEmpty)
  }
}
