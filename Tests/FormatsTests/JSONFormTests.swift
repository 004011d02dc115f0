import Foundation
import Testing

@testable import Formats

@Suite struct JSONFormTests {
  private struct Value: Codable, Equatable {
    var runId = "a/b"
    var least = -Double.infinity
    var best = 0.1
  }

  @Test func `each form has its bytes`() throws {
    #expect(try JSONForm.exact.text(Value()) == #"{"best":0.1,"least":"-inf","runId":"a\/b"}"#)
    #expect(try JSONForm.line.text(Value()) == #"{"best":0.1,"least":"-inf","runId":"a/b"}"#)
    #expect(try JSONForm.log.text(Value()) == #"{"best":0.1,"least":"-Infinity","runId":"a/b"}"#)
    #expect(
      try JSONForm.page.text(Value()) == """
        {
          "best" : 0.1,
          "least" : "-inf",
          "run_id" : "a/b"
        }
        """)
  }

  @Test func `what was written reads back`() throws {
    for form in [JSONForm.exact, .line, .log] {
      #expect(try form.decode(Value.self, from: form.encode(Value())) == Value())
    }
  }
}
