import Testing

@testable import Formats

@Suite struct TextTableTests {
  /// Runs as `rlrun runs` lists them.
  private var table: TextTable {
    var table = TextTable(
      ["run", "experiment", "final/mean_reward", "started", "duration"], dispensable: ["started", "duration"])
    table.add(["nrg3be30", "first", "500.00", "2026-03-01 14:05:09Z", "2.3 s"])
    table.add(["0s3j7v0q", "a second one with a long name", "–", "2026-03-01 14:06:09Z", "12.4 s"])
    return table
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func `columns of numbers go right, of words left, by the columns that characters take`() {
    var table = TextTable(["name", "value", "± and –", "mixed"])
    table.add(["é", "1", "1.5 ± 2", "3"])
    table.add(["long name", "-100", "–", "none"])
    table.add(["日本", "7", "2", "x"])
    #expect(
      table.text == """
        name       value  ± and –  mixed
        é              1  1.5 ± 2  3
        long name   -100        –  none
        日本           7        2  x
        """)
  }

  @Test func `what fits is as it would be anywhere`() {
    #expect(table.fitted(to: 200).text == table.fitted(to: nil).text)
    #expect(table.fitted(to: 90).text == table.text || table.width > 90)
    #expect(table.fitted(to: table.width).text == table.text)
    #expect(table.fitted(to: nil).leftOut.isEmpty)
  }

  @Test func `headings are broken before anything goes`() {
    var table = TextTable(["run", "final/mean_reward", "area under eval/mean_reward"], dispensable: ["run"])
    table.add(["a", "500.00", "415.59"])
    #expect(
      table.fitted(to: 34).text == """
                  final/        area under
        run  mean_reward  eval/mean_reward
        a         500.00            415.59
        """)
    #expect(table.fitted(to: 34).leftOut.isEmpty)
    var interval = TextTable(["probability of improvement [95 %]"])
    interval.add(["1.00 [0.50, 1.00]"])
    #expect(interval.fitted(to: 20).text == "    probability of\nimprovement [95 %]\n 1.00 [0.50, 1.00]")
  }

  @Test func `columns go, the least important first, and are named below the table`() {
    let fitted = table.fitted(to: 70)
    #expect(fitted.leftOut == ["started"])
    #expect(lines(fitted.text)[0].contains("duration") || lines(fitted.text)[1].contains("duration"))
    let narrow = table.fitted(to: 50)
    #expect(narrow.leftOut == ["started", "duration"])
    #expect(narrow.text(noting: "--wide shows them").hasSuffix("\nNot shown: started, duration (--wide shows them)."))
    #expect(table.fitted(to: nil).text(noting: "x") == table.text)
  }

  @Test func `a column with nothing in it goes first, without a word`() {
    var table = TextTable(["run", "name", "score"], dispensable: ["score", "name"])
    table.add(["abcdefgh", "", "1.5"])
    table.add(["ijklmnop", "–", "2.5"])
    let fitted = table.fitted(to: 16)
    #expect(fitted.text == "run       score\nabcdefgh    1.5\nijklmnop    2.5")
    #expect(fitted.leftOut.isEmpty)
  }

  @Test func `long texts are broken inside their column, at spaces, then behind slashes, then anywhere`() {
    var table = TextTable(["rule", "fires when"])
    table.add(["Overfit", "the validation loss rises while the training loss falls"])
    table.add(["B", "weights/policy/0/kernel and an_unbreakable_name"])
    #expect(
      table.fitted(to: 36).text == """
        rule     fires when
        Overfit  the validation loss rises
                 while the training loss
                 falls
        B        weights/policy/0/kernel and
                 an_unbreakable_name
        """)
    #expect("aaaaabbbbbcc".wrapped(to: 5) == ["aaaaa", "bbbbb", "cc"])
    #expect("one/two/three".wrapped(to: 9) == ["one/two/", "three"])
    #expect("日本語".wrapped(to: 4) == ["日本", "語"])
    #expect("日本".wrapped(to: 1) == ["日", "本"])
    #expect("".wrapped(to: 3) == [""])
    #expect("aaa bbb ccc".broken { $0.count <= 7 } == ["aaa bbb", "ccc"])
    #expect("  aaa bbb ccc".broken(indent: "    ") { $0.count <= 8 } == ["  aaa", "    bbb", "    ccc"])
    #expect("".broken { $0.count <= 8 } == [""] && "  aaaa".broken { $0.count <= 3 } == ["  aaaa"])
  }

  @Test func `no line is wider than the page, and no cell is lost`() {
    for width in 30...120 {
      let fitted = table.fitted(to: width)
      #expect(lines(fitted.text).allSatisfy { $0.displayWidth <= width }, "\(width): \(fitted.text)")
      // Below 36 columns a word is broken where nothing else helps.
      if width >= 36 { #expect(fitted.text.contains("nrg3be30") && fitted.text.contains("500.00"), "\(width)") }
      let left = Set(fitted.leftOut)
      #expect(fitted.text.contains("2.3 s") != left.contains("duration"))
      for word in "a second one with a long name".split(separator: " ") { #expect(fitted.text.contains(word)) }
    }
  }

  @Test func `prose is wrapped with what is broken off indented, and spacing inside lines is kept`() {
    #expect(
      "  key   a b c d e f g h i j k l m n".wrappedLines(to: 28, hanging: 6)
        == "  key   a b c d e f g h i j\n        k l m n")
    #expect("a b\nc d".wrappedLines(to: 3) == "a b\nc d")
    #expect("a b\nc d".wrappedLines(to: nil) == "a b\nc d")
    for width in 1...20 {
      let wrapped = "  some words of prose, and averyveryverylongone".wrappedLines(to: width, hanging: 4)
      #expect(lines(wrapped).allSatisfy { $0.displayWidth <= max(width, 3) }, "\(width): \(wrapped)")
    }
  }
}
