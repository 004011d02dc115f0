import Datasets
import Testing

@testable import DataQuality

@Suite struct CleaningTests {
  private static func texts(_ values: [String?]) -> Column { .texts(Words(values)) }
  private func plan(_ lines: String) throws -> CleaningPlan {
    try CleaningPlan(yaml: "repairs:\n" + lines.split(separator: "\n").map { "  - \($0)\n" }.joined())
  }

  private static let table = Table([
    ("n", .numbers([1, .nan, 3, .nan, 100, 6])),
    ("t", .dates([0, 86_400, 172_800, 259_200, 345_600, 864_000])),
    ("g", .categories(Words(levels: ["a", "b"], codes: [0, 0, 0, 1, 1, 1]))),
    ("w", texts(["x", nil, "y", "x", "y ", "x"])),
    ("s", texts(["1,5", "2", "€ 3", "1,234.5", "oops", nil])),
    ("d", texts(["2024-01-02", "3.1.2024", nil, "4 Jan 2024", "?", "2024-01-06"])),
    ("m", texts(["5 kg", "500 g", "2", nil, "1 lb", "3 cm"])),
  ])

  /// nil for NaN.
  private func numbers(_ name: String, _ cleaned: CleanedTable) throws -> [Double?] {
    try cleaned.table.column(name).numbers!.map { $0.isNaN ? nil : $0 }
  }

  private func words(_ name: String, _ cleaned: CleanedTable) throws -> [String?] {
    let words = try cleaned.table.column(name).words!
    return words.codes.indices.map { words[$0] }
  }

  @Test(
    arguments: [
      ("impute: {column: n, by: constant, value: 7}", [1, 7, 3, 7, 100, 6]),
      ("impute: {column: n, by: median}", [1, 4.5, 3, 4.5, 100, 6]),
      ("impute: {column: n, by: mean}", [1, 27.5, 3, 27.5, 100, 6]),
      ("impute: {column: n, by: mode}", [1, 1, 3, 1, 100, 6]),
      ("impute: {column: n, by: mean, group: g}", [1, 2, 3, 53, 100, 6]),
      ("impute: {column: n, by: previous, order: t}", [1, 1, 3, 3, 100, 6]),
      ("impute: {column: n, by: next}", [1, 3, 3, 100, 100, 6]),
      ("impute: {column: n, by: linear, order: t}", [1, 2, 3, 51.5, 100, 6]),
      ("impute: {column: n, by: previous, group: g}", [1, 1, 3, nil, 100, 6]),
      ("clip: {column: n, least: 2, most: 50}", [2, nil, 3, nil, 50, 6]),
      ("replace: {column: n, values: {\"3\": \"4\"}}", [1, nil, 4, nil, 100, 6]),
      ("set-missing: {column: n, values: [\"100\"]}", [1, nil, 3, nil, nil, 6]),
      ("set-missing: {column: n, rows: [0, 1, 77]}", [nil, nil, 3, nil, 100, 6]),
      ("drop-rows: {missing: n}", [1, 3, 100, 6]), ("drop-rows: {rows: [0, 4]}", [nil, 3, nil, 6]),
    ] as [(String, [Double?])])
  func `numbers are mended`(line: String, expected: [Double?]) throws {
    let cleaned = try plan(line).apply(to: Self.table)
    #expect(try numbers("n", cleaned) == expected)
    let before = Self.table.columns[0].numbers!
    let changed =
      expected.count == 6 ? zip(before, expected).count { $0.isNaN ? $1 != nil : $0 != $1 } : 6 - expected.count
    #expect(cleaned.changes == [changed])
  }

  @Test(
    arguments: [
      ("merge-categories: {column: w, into: {y: [\"y \"]}}", ["x", nil, "y", "x", "y", "x"], 1),
      ("replace: {column: w, values: {x: z}}", ["z", nil, "y", "z", "y ", "z"], 3),
      ("set-missing: {column: w, values: [x], rows: [0, 2]}", [nil, nil, "y", "x", "y ", "x"], 1),
      ("impute: {column: w, by: mode}", ["x", "x", "y", "x", "y ", "x"], 1),
      ("impute: {column: w, by: constant, value: \"no\"}", ["x", "no", "y", "x", "y ", "x"], 1),
      ("impute: {column: w, by: next}", ["x", "y", "y", "x", "y ", "x"], 1),
      ("deduplicate: {columns: [w]}", ["x", nil, "y", "y "], 2),
    ] as [(String, [String?], Int)])
  func `words are mended`(line: String, expected: [String?], changed: Int) throws {
    let cleaned = try plan(line).apply(to: Self.table)
    #expect(try words("w", cleaned) == expected)
    #expect(cleaned.changes == [changed])
  }

  @Test(
    arguments: [
      ("parse-numbers: {column: s}", "s", [1.5, 2, 3, 1234.5, nil, nil], 4),
      (
        "parse-dates: {column: d, order: dmy}", "d",
        [1_704_153_600, 1_704_240_000, nil, 1_704_326_400, nil, 1_704_499_200], 3
      ),
      ("parse-units: {column: m, to: kg}", "m", [5, 0.5, 2, nil, 0.453_592_37, nil], 4),
    ] as [(String, String, [Double?], Int)])
  func `texts are read again`(line: String, column: String, expected: [Double?], changed: Int) throws {
    let cleaned = try plan(line).apply(to: Self.table)
    let found = try numbers(column, cleaned)
    #expect(found.map { $0 == nil } == expected.map { $0 == nil })
    for (a, b) in zip(found, expected) { #expect(abs((a ?? 0) - (b ?? 0)) < 1e-12) }
    #expect(cleaned.changes == [changed])
    #expect(try plan(line + "\n" + line).apply(to: Self.table).changes == [changed, 0], "once more changes nothing")
  }

  @Test func `a decimal comma is meant where the plan says so`() throws {
    let table = Table([("s", Self.texts(["1,234", "5.678", "2"]))])
    #expect(try numbers("s", plan("parse-numbers: {column: s, decimal: comma}").apply(to: table)) == [1.234, 5678, 2])
    #expect(try numbers("s", plan("parse-numbers: {column: s}").apply(to: table)) == [1234, 5.678, 2])
  }

  @Test func `texts are decoded again and words within them replaced`() throws {
    let table = Table([("c", Self.texts(["MÃ¼ller\u{7}", "the teh, tehs", nil, "fine"]))])
    let cleaned = try plan("redecode: {column: c}\nreplace-words: {column: c, words: {teh: the}}").apply(to: table)
    #expect(try words("c", cleaned) == ["Müller", "the the, tehs", nil, "fine"])
    #expect(cleaned.changes == [1, 1])
  }

  @Test func `rows keep the indices of the table that the plan was applied to`() throws {
    let lines = "drop-rows: {rows: [0, 2]}\nset-missing: {column: n, rows: [4]}\ndrop-rows: {missing: n}"
    let cleaned = try plan(lines).apply(to: Self.table)
    #expect(cleaned.rows == [5] && cleaned.changes == [2, 1, 3] && cleaned.table.lines == [6])
    let columns = try plan("drop-columns: {columns: [n, t]}").apply(to: Self.table)
    #expect(columns.table.names == ["g", "w", "s", "d", "m"] && columns.changes == [2])
    let none = try plan("drop-rows: {rows: [0, 1, 2, 3, 4, 5]}\nimpute: {column: n, by: median}").apply(to: Self.table)
    #expect(none.table.rowCount == 0)
  }

  @Test func `a plan is the same after writing and reading it`() throws {
    let plan = CleaningPlan([
      Redecode(column: "a"), SetMissing(column: "a", values: ["-999", "no", "~", ""], rows: [1, 2]),
      Replace(column: "a", values: ["1": "2", "yes": "true"]), ReplaceWords(column: "a", words: ["teh": "the"]),
      MergeCategories(column: "a: b", into: ["é": ["e", "E'\"\n"], "7": ["seven"]]),
      ParseNumbers(column: "a", decimal: .comma),
      ParseDates(column: "a", order: .dayFirst), ParseUnits(column: "a", to: "kg"), DropRows(rows: [3], missing: "a"),
      Deduplicate(), Deduplicate(columns: ["a"]), Clip(column: "a", least: Bound("-1"), most: Bound("2024-01-01")),
      Impute(column: "a", by: .linear, group: "g", order: "t"), DropColumns(columns: ["a", "null"]),
    ])
    #expect(try CleaningPlan(yaml: plan.yaml()) == plan)
    #expect(Set(plan.repairs.map { type(of: $0.repair).name }) == Set(Repairs.all.map { $0.name }))
    #expect(try CleaningPlan(yaml: CleaningPlan().yaml()) == CleaningPlan())
  }

  @Test(arguments: [
    ("impute: {column: ag, by: median}", "repair 1 (impute): the table has no column 'ag'"),
    ("deduplicate: {}\nimpute: {column: w, by: median}", "repair 2 (impute): median needs numbers"),
    ("clip: {column: n, least: 5, most: 2}", "repair 1 (clip): the least value is above the most"),
    ("clip: {column: n, least: x}", "repair 1 (clip): 'x' is no number"),
    ("clip: {column: w, least: 1}", "repair 1 (clip): the column 'w' holds no numbers"),
    ("impute: {column: n, by: constant}", "repair 1 (impute): constant needs a value"),
    ("impute: {column: n, by: mean, group: t}", "repair 1 (impute): the column 't' holds no categories"),
    ("impute: {column: n, by: previous, order: g}", "repair 1 (impute): the column 'g' holds no numbers or dates"),
    ("parse-units: {column: m, to: parsec}", "repair 1 (parse-units): 'parsec' is no unit that is known"),
    ("parse-numbers: {column: w}", "repair 1 (parse-numbers): no value of the column 'w' is a number"),
    ("merge-categories: {column: w, into: {a: [x], b: [x]}}", "repair 1 (merge-categories): 'x' of the column 'w'"),
    ("set-missing: {column: n}", "repair 1 (set-missing): it needs values or rows"),
    ("set-missing: {column: n, values: [x]}", "repair 1 (set-missing): 'x' is no value of the column 'n'"),
    ("drop-rows: {}", "repair 1 (drop-rows): it needs rows or a column"),
    ("drop-columns: {columns: [n, t, g, w, s, d, m]}", "repair 1 (drop-columns): no column would be left"),
    ("redecode: {column: n}", "repair 1 (redecode): the column 'n' holds no text"),
    ("replace: {column: n, values: {a: b}}", "repair 1 (replace): 'a' → 'b' are no numbers"),
  ])
  func `what cannot be done is said with the repair and the column`(lines: String, sentence: String) throws {
    let plan = try plan(lines)
    let error = #expect(throws: DataQualityError.self) { try plan.apply(to: Self.table) }
    #expect(try #require(error).description.hasPrefix(sentence), "\(String(describing: error))")
  }

  @Test(arguments: [
    ("", "p.yaml: it is empty"), ("repairs", "p.yaml: "), ("repairs: 3", "p.yaml: repairs: expected a list"),
    ("repairs:\n  - impute\n", "p.yaml: repairs 1: "), ("repairs:\n  - {}\n", "p.yaml: repairs 1: expected one repair"),
    ("repairs:\n  - imput: {column: a}\n", "p.yaml: repairs 1: there is no repair 'imput'; did you mean 'impute'?"),
    ("repairs:\n  - impute: {column: a}\n", "p.yaml: repairs 1, impute: 'by' is missing"),
    ("repairs:\n  - impute: {column: a, by: magic}\n", "p.yaml: repairs 1, impute, by: "),
    (
      "repairs:\n  - impute: {column: a, by: mean, grup: b}\n",
      "p.yaml: repairs 1: impute has no 'grup'; did you mean 'group'?"
    ),
    ("repairs:\n  - drop-rows: {rows: [a]}\n", "p.yaml: repairs 1, drop-rows, rows 1: expected a whole number"),
    ("repairs: [\n", "p.yaml, line "), ("repairs: []\nrepairs: []\n", "p.yaml, line "), ("\u{0}", "p.yaml"),
  ])
  func `a plan that cannot be read is said in one sentence`(yaml: String, sentence: String) throws {
    let error = #expect(throws: DataQualityError.self) { try CleaningPlan(yaml: yaml, source: "p.yaml") }
    let text = try #require(error).description
    #expect(text.hasPrefix(sentence) && !text.contains("\n") && !text.contains("Swift"), "\(text)")
  }
}
