import Datasets
import Testing

@testable import Pipelines

/// Steps that scikit-learn and pandas do not have, and what the recorded cases do not show of the others.
@Suite struct StepTests {
  private static func words(_ values: [String?]) -> Column {
    var levels = MergedLevels()
    let codes = values.map { $0.map { levels.code(of: $0) } ?? -1 }
    return .categories(Words(levels: levels.levels, codes: codes))
  }

  private static func fit(_ step: String, _ table: Table) throws -> (FittedPipeline, Table) {
    let (fitted, output) = try Pipeline(yaml: "steps:\n- \(step)").fitTransform(table, seed: 1)
    return (fitted, output.whole)
  }

  private static func prepare(_ step: String, _ table: Table, with other: Table? = nil) throws -> Table {
    try Pipeline(yaml: "steps:\n- \(step)").prepare(table, seed: 5) { (_) throws(PipelineError) in other ?? table }
      .table
  }

  private static func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func `rare and new categories become one word, and missing ones stay missing`() throws {
    let table = Table([("k", Self.words(["a", "b", "a", nil, "c", "a"]))])
    let (fitted, made) = try Self.fit("rare: {min_frequency: 2, replacement: other}", table)
    #expect(
      (0..<6).map { made.columns[0].value($0) } == ["a", "other", "a", nil, "other", "a"].map { $0.map { .text($0) } })
    let later = try fitted.transform(Table([("k", Self.words(["new", "a", nil]))])).table
    #expect((0..<3).map { later.columns[0].value($0) } == [.text("other"), .text("a"), nil])
  }

  @Test func `dates become parts, and parts that repeat places on a circle`() throws {
    // 2024-03-09 05:06:07, a Saturday, and 1970-01-01.
    let table = Table([("d", .dates([1_709_942_400 + 3600 * 5 + 60 * 6 + 7, 0, .nan]))])
    let parts = "[year, quarter, month, day, day_of_year, weekday, is_weekend, hour, minute, second]"
    let (_, made) = try Self.fit("date_parts: {parts: \(parts)}", table)
    #expect(made.names == DateStep.Part.names(parts).map { "d." + $0 })
    func row(_ row: Int) -> [Double] {
      made.columns.map { if case .numbers(let values) = $0 { values[row] } else { 0 } }
    }
    #expect(row(0) == [2024, 1, 3, 9, 69, 5, 1, 5, 6, 7])
    #expect(row(1) == [1970, 1, 1, 1, 1, 3, 0, 0, 0, 0])
    #expect(row(2).allSatisfy { $0.isNaN })
    let (_, circles) = try Self.fit(
      "date_parts: {parts: [year, hour], cyclic: true}", Table([("d", .dates([3600 * 6]))]))
    #expect(circles.names == ["d.year", "d.hour_sin", "d.hour_cos"])
    guard case .numbers(let sine) = circles.columns[1], case .numbers(let cosine) = circles.columns[2] else { return }
    #expect(sine == [1] && abs(cosine[0]) < 1e-15)
  }

  @Test func `texts are split at a separator or by groups, and become numbers where all are`() throws {
    let table = Table([("c", Self.words(["a-1", "b-22-x", "c", nil, ""]))])
    let (fitted, made) = try Self.fit("split_column: {column: c, separator: '-', keep: true}", table)
    #expect(made.names == ["c", "c.1", "c.2"])
    #expect((0..<5).map { made.columns[1].value($0) } == [.text("a"), .text("b"), .text("c"), nil, .text("")])
    #expect((0..<5).map { made.columns[2].value($0) } == [.text("1"), .text("22-x"), nil, nil, nil])
    #expect(try fitted.transform(Table([("c", Self.words(["z-9"]))])).table.columns[2].value(0) == .text("9"))
    let (_, groups) = try Self.fit("split_column: {column: c, regex: '^([a-z])-([0-9]+)', into: [letter, n]}", table)
    #expect(groups.names == ["letter", "n"])
    #expect((0..<5).map { groups.columns[1].value($0) } == [.number(1), .number(22), nil, nil, nil])
    #expect(
      Self.sentence { _ = try Self.fit("split_column: {column: c, regex: '([0-9]+)', into: [a, b]}", table) }
        == "step 1 (split_column): there are 2 names for 1 parts")
    #expect(
      Self.sentence { _ = try Pipeline(yaml: "steps:\n- split_column: {column: c, regex: 'a+'}") }.contains("no group"))
  }

  @Test func `an expression makes a new column or replaces one, and cannot name the target`() throws {
    let table = Table([("a", .numbers([1, 2])), ("b", .numbers([3, 0]))])
    #expect(try Self.fit("combine: {column: c, expression: a / b}", table).1.names == ["a", "b", "c"])
    let (_, replaced) = try Self.fit("combine: {column: a, expression: 'a > 1'}", table)
    #expect(replaced.columns[0] == .numbers([0, 1]) && replaced.names == ["a", "b"])
    let pipeline = try Pipeline(yaml: "steps:\n- combine: {column: c, expression: a + b}")
    #expect(Self.sentence { _ = try pipeline.fit(table, target: "b", seed: 1) }.contains("names the target 'b'"))
    let error = #expect(throws: PipelineError.self) {
      try Pipeline(yaml: "steps:\n- combine: {column: c, expression: a + d}").fit(table, seed: 1)
    }
    #expect(error?.excerpt == ["  a + d", "      ^"])
  }

  @Test func `dates are imputed as dates, words as words`() throws {
    let table = Table([("d", .dates([0, .nan, 86400 * 4])), ("t", .texts(Words(levels: ["a"], codes: [0, -1, 0])))])
    let (_, made) = try Self.fit("impute: {columns: [d]}", table)
    #expect(made.columns[0] == .dates([0, 86400 * 2, 86400 * 4]))
    let (_, words) = try Self.fit("impute: {columns: [t], strategy: constant}", table)
    #expect(words.columns[1].value(1) == .text("missing_value") && words.columns[1].kind == .text)
    #expect(
      Self.sentence { _ = try Self.fit("impute: {columns: [t]}", table) }.contains("there is no mean of the column 't'")
    )
  }

  @Test func `a filter keeps rows for which its condition is true, not missing`() throws {
    let table = Table([("a", .numbers([1, .nan, 3, 0]))])
    #expect(try Self.prepare("filter: {expression: a > 0}", table).lines == [1, 3])
    #expect(Self.sentence { _ = try Self.prepare("filter: {expression: a + 1}", table) }.contains("needs a condition"))
  }

  @Test func `a sample is some rows in their order, the same for a seed`() throws {
    let table = Table([("a", .numbers((0..<100).map(Double.init)))])
    let lines = try Self.prepare("sample: {n: 10}", table).lines
    #expect(lines.count == 10 && lines == lines.sorted() && Set(lines).count == 10)
    #expect(try Self.prepare("sample: {n: 10}", table).lines == lines)
    #expect(try Self.prepare("sample: {frac: 0.25}", table).rowCount == 25)
    #expect(try Self.prepare("sample: {n: 1000}", table) == table)
    #expect(Self.sentence { _ = try Pipeline(yaml: "steps:\n- sample") }.contains("either n or frac"))
  }

  @Test func `a join that multiplies rows beyond all memory is refused`() throws {
    let table = Table([("k", .numbers([Double](repeating: 1, count: 60_000)))])
    #expect(Self.sentence { _ = try Self.prepare("join: {table: t, on: [k]}", table) }.contains("the key repeats"))
  }

  @Test func `a join needs keys of one kind, in both tables`() throws {
    let table = Table([("k", .numbers([1, 2])), ("v", .numbers([5, 6]))])
    let other = Table([("k", Self.words(["1"])), ("w", .numbers([7]))])
    #expect(
      Self.sentence { _ = try Self.prepare("join: {table: t, on: [k]}", table, with: other) }
        == "step 1 (join): the key 'k' is of kind number here and category in 't'")
    #expect(
      Self.sentence { _ = try Self.prepare("join: {table: t, on: [v]}", table, with: other) }.contains(
        "in the table 't'"))
    #expect(
      Self.sentence { _ = try Pipeline(yaml: "steps:\n- join: {table: t, on: [k]}").prepare(table, seed: 1) }.contains(
        "no table 't'"))
  }

  @Test func `aggregates that cannot be read or computed are named`() throws {
    let table = Table([("k", Self.words(["a"])), ("v", .numbers([5]))])
    func message(_ aggregate: String) -> String {
      Self.sentence { _ = try Self.prepare("group: {by: [k], aggregates: ['\(aggregate)']}", table) }
    }
    #expect(message("m = mean(k)").contains("there is no mean of the column 'k'"))
    #expect(message("m = maen(v)").contains("did you mean 'mean'"))
    #expect(message("mean(v)").contains("write it as"))
    #expect(message("m = mean()").contains("names no column"))
    #expect(message("k = count()").contains("two columns 'k'"))
    #expect(message("m = mean(`v`)").isEmpty)
  }

  @Test func `select drops by variance and by correlation with a column that is kept`() throws {
    let table = Table([
      ("a", .numbers([1, 2, 3, 4])), ("b", .numbers([2, 4, 6, 8.1])), ("c", .numbers([1, 1, 1, 1])),
      ("d", .numbers([3, 1, 4, 1])),
    ])
    #expect(try Self.fit("select: {max_correlation: 0.9}", table).1.names == ["a", "d"])
    #expect(try Self.fit("select: {max_correlation: 0.9, threshold: null}", table).1.names == ["a", "c", "d"])
    #expect(Self.sentence { _ = try Self.fit("select: {threshold: 100}", table) }.contains("no column would be left"))
  }
}

extension DateStep.Part {
  /// The names in a list as YAML has it.
  fileprivate static func names(_ list: String) -> [String] {
    list.dropFirst().dropLast().split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
  }
}
