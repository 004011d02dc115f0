import Randomness
import Telemetry
import Testing

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("updates/*/ratio", "updates/layers.10/ratio", "layers.10"), ("updates/*/ratio", "updates/ratio", nil),
    ("updates/*/ratio", "updates//ratio", nil), ("train/loss", "train/loss", ""), ("train/los?", "train/loss", ""),
    ("train/loss", "train/loss/x", nil), ("*/std", "gradients/q.0/std", "gradients/q.0"), ("*", "a", "a"),
    ("validation/recall/*", "validation/recall/a/b é", "a/b é"), ("validation/recall/*", "validation/recall/", nil),
    ("*/*/norm", "weights/q/0/norm", "weights"), ("a*b*c", "axbxbc", "x"), ("*é", "caf\u{e9}", "caf"),
  ])
  func `the subject is what the first star stands for`(pattern: String, name: String, subject: String?) {
    #expect(NamePattern(pattern).subject(of: name) == subject)
  }

  @Test func `a pattern without a star or a question mark is one name`() {
    #expect(NamePattern("train/loss").isName && !NamePattern("train/*").isName && !NamePattern("?").isName)
    #expect(NamePattern("a*") == "a*" && NamePattern("a*").description == "a*")
  }

  /// As the definition has it.
  private func matches(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return matches(name, pattern.dropFirst()) || !name.isEmpty && matches(name.dropFirst(), pattern)
    }
    guard let character = name.first, first == "?" || first == character else { return false }
    return matches(name.dropFirst(), pattern.dropFirst())
  }

  @Test func `any pattern matches what its definition says`() {
    var generator = CounterGenerator(SeedSequence(11).child(named: "patterns"))
    func text(_ letters: String) -> String {
      let letters = Array(letters)
      return String((0..<generator.integer(below: 8)).map { _ in letters[generator.integer(below: letters.count)] })
    }
    var matching = 0
    for _ in 0..<20_000 {
      let (pattern, name) = (text("ab*?é"), text("abé"))
      let expected = matches(Array(name)[...], Array(pattern)[...])
      #expect(NamePattern(pattern).matches(name) == expected, "\(pattern) \(name)")
      if expected { matching += 1 }
    }
    #expect(matching > 1_000)
  }

  @Test func `no pattern takes long`() {
    let name = String(repeating: "a", count: 2_000)
    #expect(!NamePattern(String(repeating: "*a", count: 200) + "b").matches(name))
  }
}
