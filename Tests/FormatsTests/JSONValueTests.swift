import Testing

@testable import Formats

@Suite struct `JSON values, read and written` {
  @Test func `values are read as they are written`() throws {
    let text = #" {"a": [1, -2, 0.5, 1e3, true, false, null], "b": {"c": "x\n\"\u00e9\ud83d\ude00"}, "n": NaN} "#
    let value = try #require(JSONValue(Array(text.utf8)))
    #expect(
      value["a"]?.list == [.integer(1), .integer(-2), .number(0.5), .number(1_000), .flag(true), .flag(false), .null])
    #expect(value["b"]?["c"]?.text == "x\n\"é😀")
    #expect(JSONValue(Array("9007199254740993".utf8)) == .integer(9_007_199_254_740_993))
    #expect(JSONValue(Array("99999999999999999999".utf8)) == .number(1e20))
    #expect(JSONValue(Array("-Infinity".utf8)) == .number(-.infinity))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "01", "1.", "1e", "-", "tru", "\"a", "\"\\x\"", "\"\\u12\"", "[1] 2",
    "\"\u{1}\"",
    "{\"a\":1,}", "nul",
  ])
  func `what is no JSON is refused`(text: String) {
    #expect(JSONValue(Array(text.utf8)) == nil)
  }

  @Test func `bytes that are no UTF-8 and deep nesting are refused`() {
    #expect(JSONValue([0x22, 0xFF, 0x22]) == nil)
    #expect(JSONValue(Array(repeating: UInt8(ascii: "["), count: 100_000)) == nil)
    let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
    #expect(JSONValue(Array(deep.utf8)) != nil)
  }

  @Test func `every cut of a text is refused without a trap`() {
    let whole = Array(#"{"a":[1.5e-3,"x\u00e9\n",true,null,-Infinity]}"#.utf8)
    #expect(JSONValue(whole) != nil)
    for end in whole.indices { #expect(JSONValue(Array(whole[..<end])) == nil) }
  }

  @Test func `texts are written so that no page is ended by them`() {
    let bytes = JSONWriter.object { json in
      json.member("a", "</script>\n\"\\")
      json.member("list") { $0.list([1.5, .nan, -.infinity]) { $0.value($1) } }
      json.member("flag", true)
    }
    let expected = #"{"a":"\u003c/script>\u000a\"\\","list":[1.5,"NaN","-Infinity"],"flag":true}"#
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
    #expect(JSONValue(bytes)?["a"]?.text == "</script>\n\"\\")
  }
}
