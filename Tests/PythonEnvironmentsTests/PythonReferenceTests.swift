import Environments
import Formats
import Foundation
import RLCore
import Testing

@testable import PythonEnvironments

@Suite struct PythonReferenceTests {
  @Test(arguments: [
    ("CartPole-v1", "CartPole-v1", ""),
    ("CartPole-v1:a=1,b=2", "CartPole-v1", "a=1,b=2"),
    ("package.module:My-v0", "package.module:My-v0", ""),
    ("package.module:My-v0:size=5", "package.module:My-v0", "size=5"),
    ("module.make_env()", "module.make_env()", ""),
    ("module.make_env():path=a:b,c=d=e", "module.make_env()", "path=a:b,c=d=e"),
    ("", "", ""),
  ])
  func `a name ends where options begin`(text: String, name: String, options: String) {
    #expect(PythonReference.split(text) == (name, options))
  }

  @Test func `equal environments have equal ids`() throws {
    let one = try PythonReference("m:A-v0", arguments: [("b", "True"), ("a", "0.50")])
    let other = try PythonReference("m:A-v0", arguments: [("a", "0.5"), ("b", "true")])
    #expect(one == other && one.id == "py:m:A-v0:a=0.5,b=true")
    #expect(try PythonReference("A-v0", arguments: []).id == "py:A-v0")
  }

  @Test func `arguments have Python's types`() {
    #expect(
      ["3", "-2", "0.5", "1e3", "None", "False", "nan", "inf", "8x8", ""].map { PythonReference.Value($0) } == [
        .integer(3), .integer(-2), .number(0.5), .number(1000), .none, .flag(false), .text("nan"), .text("inf"),
        .text("8x8"), .text(""),
      ])
  }

  @Test(arguments: ["", "a b", "m:n:A-v0", ".x:A-v0", "f()", "m.()", "1m.f()", "m:"])
  func `what is no name is refused`(name: String) {
    let error = #expect(throws: PythonError.self) { try PythonReference(name, arguments: []) }
    #expect(error?.status == .badUsage)
  }

  @Test func `arguments are named once`() {
    let twice = #expect(throws: PythonError.self) {
      try PythonReference("A-v0", arguments: [("a", "1"), ("a", "2")])
    }
    #expect(twice?.sentence == "py:A-v0: 'a' is given twice")
    #expect(throws: PythonError.self) { try PythonReference("A-v0", arguments: [("a b", "1")]) }
  }

  @Test func `ids have a name that others know them by`() {
    #expect(EnvironmentCatalogue.commonName(of: "py:CartPole-v1:x=1") == "CartPole-v1")
    #expect(EnvironmentCatalogue.commonName(of: "CartPole-v1:time_limit=5") == "CartPole-v1")
    #expect(EnvironmentCatalogue.name(of: "py:m:A-v0:x=1") == "py:m:A-v0")
  }

  private func space(_ json: String) throws -> PythonSpace {
    try JSONForm.exact.decode(PythonSpace.self, from: Data(json.utf8))
  }

  @Test func `spaces are read as they are described`() throws {
    let dict = """
      {"kind": "dict", "keys": ["z", "a"], "spaces": [{"kind": "discrete", "count": 3, "start": -1},
      {"kind": "tuple", "spaces": [{"kind": "multiBinary", "count": 2}, {"kind": "multiDiscrete", "counts": [2, 3]}]}]}
      """
    #expect(
      try space(dict).space(of: "py:X", "actions")
        == .dict(
          keys: ["z", "a"],
          spaces: [.discrete(count: 3, start: -1), .tuple([.multiBinary(2), .multiDiscrete([2, 3])])]))
    let box = #"{"kind": "box", "low": ["-inf"], "high": [1, 2], "shape": [2, 1], "bytes": false}"#
    #expect(try space(box).space(of: "py:X", "actions") == .box(low: [-.infinity, -.infinity], high: [1, 2]))
  }

  @Test(arguments: [
    #"{"kind": "discrete", "count": 99999999, "start": 0}"#,
    #"{"kind": "multiDiscrete", "counts": [99999999]}"#,
    #"{"kind": "box", "low": [0], "high": [1], "shape": [9223372036854775807, 9223372036854775807], "bytes": false}"#,
  ])
  func `absurd spaces are refused`(json: String) throws {
    let error = #expect(throws: PythonError.self) { try space(json).space(of: "py:X", "observations") }
    #expect(error?.sentence.contains("more than rlrun can hold exactly") == true)
  }

  @Test(arguments: ["[]", "{}", #"{"kind": "box"}"#, #"{"kind": "sphere"}"#])
  func `what describes no space is an error`(json: String) {
    #expect(throws: (any Error).self) { try space(json) }
  }
}
