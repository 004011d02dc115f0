import Foundation
import Testing

@testable import Pipelines

@Suite struct LinearRegexTests {
  static let texts = [
    "", "a", "ab-12", "2024-03-09", "foo bar", "aaa", "key=value; other=1", "x.y.z", "ÄÖ 5", "a\nb", "(b)",
    "tel 030/1234", "aXbXc",
  ]

  /// ICU, whose leftmost match with its preferences is the same one.
  @Test(arguments: [
    "(\\w+)-(\\d+)", "(\\d{4})-(\\d{2})-(\\d{2})", "^(a*)", "(a|ab)(c|bcd)?", "([^=]+)=([^;]*)", "(.)(.?)", "(a+?)(a*)",
    "(x(y)?)",
    "\\b(\\w)", "(\\S+)\\s(\\S+)$", "(?:a|b)+(-)", "([a-c]+|[0-9]+)", "(\\()b(\\))", "(a{2,3})", "(a{0,1})(b?)",
    "([\\d/]+)", "(X.*)X", "(X.*?)X",
    "(a|b|)c?", "((a)|(b))*", "(\\.)", "([]-]+)", "(?<year>\\d+)",
  ])
  func `the groups of the first match are ICU's`(_ pattern: String) throws {
    let ours = try LinearRegex(pattern)
    let icu = try NSRegularExpression(pattern: pattern.replacing("[]-]", with: "[\\]-]"))
    #expect(ours.groups == icu.numberOfCaptureGroups)
    for text in Self.texts {
      let match = icu.firstMatch(in: text, range: NSRange(text.startIndex..., in: text))
      let expected = match.map { match in
        (1..<match.numberOfRanges).map { Range(match.range(at: $0), in: text).map { String(text[$0]) } }
      }
      #expect(ours.firstMatch(in: text) == expected, "\(text)")
    }
  }

  @Test func `no pattern takes long`() throws {
    let text = String(repeating: "a", count: 3_000)
    #expect(try LinearRegex("((a+)+)+b").firstMatch(in: text) == nil)
    #expect(try LinearRegex("(a|a)*b").firstMatch(in: text) == nil)
  }

  @Test(arguments: [
    "(", ")", "a**", "*", "[a", "\\", "(?=a)", "a{2000}", "(?:(?:(?:a{1000}){1000}){1000}){1000}",
    "((((){1000}){1000}){1000}){1000}", "[z-a]", "\\1", "\\q",
    "(?<a", "[\\D]",
  ])
  func `what cannot be read or is too large is refused`(_ pattern: String) {
    #expect(throws: PipelineError.self) { try LinearRegex(pattern) }
  }
}
