import Testing
import Yams

@testable import Settings

@Suite struct YAMLTextTests {
  private func problem(_ yaml: String) -> String {
    do throws(YAMLText.Problem) {
      _ = try YAMLText.compose(yaml, source: "f.yaml")
      return ""
    } catch {
      return "\(error.place): \(error.sentence)"
    }
  }

  @Test func `aliases stand for what they name`() throws {
    let text =
      "# of *all* things\nbase: &base {a: 1}\nother: &other\n  b: 2\none:\n  <<: *base\n  c: 3\nboth:\n  <<: [*base, *other]\nlist:\n- *base\n"
    let root = try #require(try YAMLText.compose(text, source: "f.yaml"))
    #expect(root["list"]?.sequence?.first?["a"]?.int == 1)
    #expect(root["one"]?["<<"]?["a"]?.int == 1)
    #expect(problem("cost: R&D *net*\n").isEmpty)
  }

  @Test func `aliases that stand for more than there is room for are refused`() {
    let levels = (1..<40).map { "a\($0): &a\($0)\n" + String(repeating: "- *a\($0 - 1)\n", count: 9) }
    #expect(problem("a0: &a0 [1]\n" + levels.joined()) == "f.yaml: its aliases stand for more than 100000 values")
    for key in ["? *a\n: 2", "{*a : 1}", "*a : 2", "b: {c: [*a]}", "[*a]: 1"] {
      #expect(
        problem("a: &a [1]\n" + key)
          == "f.yaml, line 2: an alias stands alone after a colon or a dash, as '<<: *defaults'",
        "\(key)")
    }
  }

  @Test func `malformed text and a name given twice have their line`() {
    #expect(problem("a: 1\nb: [1\n").hasPrefix("f.yaml, line 3: malformed YAML, "))
    #expect(problem("a: 1\nb: 2\na: 3\n") == "f.yaml, line 3: 'a' is given twice")
    #expect(problem("a: *nowhere").hasPrefix("f.yaml, line 1: malformed YAML"))
  }

  @Test(arguments: [
    ("1", HyperparameterValue.integer(1)), ("1e3", .number(1000)), ("True", .flag(true)), ("~", .none),
    ("'1'", .text("1")),
    ("word", .text("word")),
  ])
  func `a scalar is what it looks like, quoted it is text`(text: String, value: HyperparameterValue) throws {
    let node = try #require(try YAMLText.compose(text, source: "f"))
    guard case .scalar(let scalar) = node else { return #expect(Bool(false)) }
    #expect(YAMLText.value(of: scalar) == value)
  }
}
