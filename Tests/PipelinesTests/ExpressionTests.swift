import Datasets
import Foundation
import Testing

@testable import Pipelines

@Suite struct ExpressionTests {
  static let table = Table([
    ("a", .numbers([1, -2, .nan, 4])), ("b", .numbers([2, 2, 2, 0])), ("two words", .numbers([1, 2, 3, 4])),
    ("s", .categories(Words(levels: ["Rome", "oslo ", "Ünder"], codes: [0, 1, -1, 2]))),
    ("when", .dates([0, 86400 * 59 + 3600 * 5, .nan, 1_709_942_400])), ("none", .missing(count: 4)),
  ])

  private static func values(_ source: String) throws -> [String] {
    let expression = try Expression(source, table.expressionTypes)
    let column = try expression.evaluate(on: table).column
    return (0..<4).map { row in
      switch column.value(row) {
      case .number(let number)?: number == number.rounded() ? "\(Int(number))" : "\(number)"
      case .text(let text)?: text
      case nil: "-"
      }
    }
  }

  @Test(arguments: [
    ("a + b * 2", "5 2 - 4"), ("(a + b) * 2", "6 0 - 8"), ("-a ^ 2", "-1 -4 - -16"), ("2 ^ 3 ^ 0", "2 2 2 2"),
    ("a / b", "0.5 -1 - -"),
    ("a % 3", "1 1 - 1"), ("-7 % 3", "2 2 2 2"), ("a - b - 1", "-2 -5 - 3"), ("`two words` + 1", "2 3 4 5"),
    ("a < b", "1 1 - 0"), ("a >= 1 and b = 2", "1 0 - 0"), ("a > 0 and false", "0 0 0 0"), ("a > 0 or true", "1 1 1 1"),
    ("not a > 0", "0 1 - 0"), ("a != b", "1 1 - 1"), ("a <> 1", "0 1 - 1"), ("a == 1", "1 0 - 0"),
    ("if(a > 0, 'plus', 'other')", "plus other other plus"), ("if(true, a, b)", "1 -2 - 4"),
    ("if(a > 0, missing, b)", "- 2 2 -"),
    ("if(true, missing, s)", "- - - -"), ("coalesce(a, 9)", "1 -2 9 4"),
    ("coalesce(missing, s, 'x')", "Rome oslo  x Ünder"),
    ("is_missing(s)", "0 0 1 0"), ("is_missing(a) or is_missing(none)", "1 1 1 1"), ("none + 1", "- - - -"),
    ("abs(a)", "1 2 - 4"), ("sqrt(a)", "1 - - 2"), ("log(b - 2)", "- - - -"), ("exp(0)", "1 1 1 1"),
    ("exp(1000)", "- - - -"),
    ("min(a, b)", "1 -2 2 0"), ("max(a, b, 3)", "3 3 3 4"), ("clip(a, 0, 2)", "1 0 - 2"), ("floor(a / 2)", "0 -1 - 2"),
    ("ceil(a / 2)", "1 -1 - 2"), ("round(2.5)", "2 2 2 2"), ("round(1.257, 2)", "1.26 1.26 1.26 1.26"),
    ("round(1234, -2)", "1200 1200 1200 1200"),
    ("lower(s)", "rome oslo  - ünder"), ("upper(s)", "ROME OSLO  - ÜNDER"), ("trim(s)", "Rome oslo - Ünder"),
    ("length(s)", "4 5 - 5"),
    ("contains(s, 'o')", "1 1 - 0"), ("contains(s, '')", "1 1 - 1"), ("replace(s, 'o', '00')", "R00me 00sl00  - Ünder"),
    ("substring(s, 2)", "ome slo  - nder"), ("substring(s, 1, 2)", "Ro os - Ün"), ("substring(s, 0, 2)", "R o - Ü"),
    ("substring(s, `two words`, 1)", "R s - e"), ("concat(s, '-', text(b))", "Rome-2 oslo -2 - Ünder-0"),
    ("number('12.5')", "12.5 12.5 12.5 12.5"), ("number(s)", "- - - -"), ("s = 'Rome'", "1 0 - 0"),
    ("s < 'b'", "1 0 - 0"), ("'it''s'", "it's it's it's it's"),
    ("year(when)", "1970 1970 - 2024"), ("month(when)", "1 3 - 3"), ("day(when)", "1 1 - 9"),
    ("weekday(when)", "3 6 - 5"), ("hour(when)", "0 5 - 0"),
    ("days_between(date('1970-01-02'), when)", "-1 58.208333333333336 - 19790"), ("date(1970, 1, 2) > when", "1 0 - 0"),
    ("month(date(2024, `two words`, 1))", "1 2 3 4"), ("is_missing(date(2023, 2, 29))", "1 1 1 1"),
    ("is_missing(date('soon'))", "1 1 1 1"),
    ("max(when, date(2000, 1, 1)) = when", "0 0 - 1"), ("1e3 + .5", "1000.5 1000.5 1000.5 1000.5"),
    ("IF(TRUE AND NOT FALSE, 1, 0)", "1 1 1 1"),
  ])
  func `an expression has these values`(_ source: String, _ expected: String) throws {
    #expect(try Self.values(source).joined(separator: " ") == expected)
  }

  @Test(arguments: [
    ("a +", "expected a value, found the end at character 4"), ("a + c", "there is no column 'c'"),
    ("lenght(s)", "there is no function 'lenght'; did you mean 'length'? at character 1"),
    ("`two word`", "there is no column 'two word'; did you mean 'two words'? at character 1"),
    ("a + s", "'+' takes numbers here, not texts at character 5"),
    ("length(a)", "'length' takes texts here, not numbers at character 8"),
    ("a = s", "'=' takes values of one type here, not numbers and texts at character 5"),
    ("if(a, 1, 2)", "'if' takes true or false here, not numbers at character 4"),
    ("if(a > 1, 1)", "'if' takes 3 arguments, not 2 at character 1"),
    ("round()", "'round' takes 1 to 2 arguments, not 0"),
    ("date(1, 2)", "'date' takes 1 argument or 3 arguments, not 2"),
    ("a < b < 3", "comparisons do not chain"), ("'open", "a ' that is not closed at character 1"),
    ("a ? b", "'?' means nothing here at character 3"),
    ("1e999", "'1e999' is no number"), ("(a", "expected ')', found the end at character 3"),
    ("a b", "expected an operator or the end, found 'b' at character 3"),
    ("min('x', 'y')", "'min' takes numbers or dates here, not texts"),
    ("", "expected a value, found the end at character 1"),
    ("max()", "'max' takes 1 or more arguments, not 0"),
  ])
  func `what is wrong is said with its place`(_ source: String, _ expected: String) throws {
    let error = #expect(throws: PipelineError.self) { try Expression(source, Self.table.expressionTypes) }
    #expect(error?.sentence.contains(expected) == true, "\(error?.sentence ?? "")")
    #expect(error?.excerpt.count == 2)
  }

  @Test func `the mark stands under the wrong character`() {
    let error = #expect(throws: PipelineError.self) { try Expression("a + zz", Self.table.expressionTypes) }
    #expect(error?.excerpt == ["  a + zz", "      ^"])
  }

  @Test func `depth and length have limits, and long sums are fine`() throws {
    let types = Self.table.expressionTypes
    for source in [
      String(repeating: "(", count: 1_000) + "a", String(repeating: "-", count: 3_000) + "a",
      String(repeating: "not ", count: 900) + "true",
      "2" + String(repeating: "^2", count: 900),
      String(repeating: "abs(", count: 100) + "a" + String(repeating: ")", count: 100),
      String(repeating: "a", count: 5_000), (0..<900).map { _ in "a" }.joined(separator: "+"),
    ] {
      #expect(throws: PipelineError.self) { try Expression(source, types) }
    }
    let sum = try Expression((0..<150).map { _ in "b" }.joined(separator: " + "), types)
    #expect(try sum.evaluate(on: Self.table).numbers[0] == 300)
  }

  @Test func `texts cannot grow without end`() throws {
    var source = "'aaaaaaaaaa'"
    for _ in 0..<20 { source = "replace(\(source), 'a', 'aa')" }
    let expression = try Expression(source, [:])
    #expect(throws: PipelineError.self) { try expression.evaluate(on: Self.table) }
  }

  @Test func `a table without rows has no values`() throws {
    let empty = Self.table.rows([])
    for source in [
      "a + 1", "1", "concat(s, 'x')", "if(true, s, 'b')", "coalesce(1, a)", "date(2000, 1, 1)", "min(a, 3)",
    ] {
      #expect(try Expression(source, empty.expressionTypes).evaluate(on: empty).column.count == 0)
    }
  }

  @Test func `a later table without a value in a column gives missing values`() throws {
    let step = CombineStep.Fitted(column: "new", expression: "lower(s)", types: ["s": .text])
    var output = PipelineOutput(Table([("s", .missing(count: 2))]))
    try step.transform(&output)
    #expect(output.table.columns[1].missingCount == 2)
    var wrong = PipelineOutput(Table([("s", .numbers([1]))]))
    #expect(throws: PipelineError.self) { try step.transform(&wrong) }
  }
}
