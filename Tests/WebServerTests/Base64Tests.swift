import Testing

@testable import WebServer

@Suite struct `Base 64` {
  @Test func `base 64 is read back, and what is none is refused`() {
    for text in ["", "a", "ab", "abc", "abcd", "any carnal pleas"] {
      #expect(Base64.decode(Base64.encode(Array(text.utf8)).utf8) == Array(text.utf8))
    }
    #expect(Base64.encode(Array("Man".utf8)) == "TWFu")
    #expect(Base64.encode(Array("Ma".utf8)) == "TWE=")
    #expect(Base64.decode("T*".utf8) == nil)
    #expect(Base64.decode("T".utf8) == nil)
  }
}
