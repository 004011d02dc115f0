import Foundation
import Testing

/// What `fit` says of its data before it fits.
@Suite struct FitColumnsCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func write(_ name: String, header: String, rows: Int = 120, _ row: (Int) -> String) throws {
    try workplace.write(header + "\n" + (0..<rows).map { row($0) + "\n" }.joined(), to: name)
  }

  @Test func `the table names kinds, reasons, missing and odd values, and the warnings their lines`() throws {
    try write("odd.csv", header: "id,size,when,country,note,y") { row in
      let size = row == 5 ? "inf" : row == 6 ? "n/a" : "\(row % 50).5"
      return
        "\(row),\(size),3/\(row % 28 + 1)/2024,\(row % 3 == 0 ? "NA" : "DE"),n\(row),\(row % 2 == 0 ? "None" : "some")"
    }
    let result = try workplace.rlrun("fit", "odd.csv", "--target", "y", "--model", "logistic")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0].hasPrefix("column   kind"))
    #expect(lines[1].hasPrefix("id       id") && lines[2].hasPrefix("size     number    mostly numbers"))
    #expect(lines[2].contains(" 2  1 × 'n/a', 'inf' (line 7)") && lines[2].hasSuffix(" 1"))
    #expect(lines[3].hasPrefix("when     date      dates, month before day") && lines[3].hasSuffix("8: time, weekday"))
    #expect(lines[4].hasPrefix("country  category  2 words that repeat") && lines[5].hasPrefix("note     text"))
    #expect(lines[6].hasPrefix("y        target    2 classes: 'None' 60, 'some' 60"))
    #expect(result.output.contains("country: 'NA' is a category of 40 rows: --na NA makes it a missing value\n"))
    #expect(result.output.contains("id: left out as an id: --kind id=number makes it a feature\n"))
    #expect(
      result.errors.contains(
        "rlrun: 'size': mostly numbers, but 1 other value, which counts as missing: 'inf' (line 7)."))
    #expect(result.output.contains("class  → None  → some\n"))
    let quiet = try workplace.rlrun("fit", "odd.csv", "--target", "y", "--model", "logistic", "--json")
    #expect(quiet.output.hasPrefix("[") || quiet.output.hasPrefix("{"))
    #expect(try workplace.rlrun("reproduce", "latest").output.contains("is identical when run again"))
    #expect(try !workplace.rlrun("show", "latest").output.contains("takesOddValues"))
  }

  @Test func `options decide kinds, missing values, delimiter, decimal mark and encoding`() throws {
    try write("k.csv", header: "code;n;y") { "\($0 % 4);\($0 == 3 ? "None" : "\($0 % 30),5");\($0 % 30)" }
    let found = try workplace.rlrun("fit", "k.csv", "--target", "y", "--model", "linear")
    #expect(found.errors.contains("rlrun: k.csv is read with delimiter ';', decimal commas\n"), "\(found.errors)")
    #expect(found.output.contains("n       number  numbers        1  1 × 'None'"), "\(found.output)")
    let asked = try workplace.rlrun(
      "fit", "k.csv", "--target", "y", "--model", "linear", "--kind", "code=category", "--no-na", "None", "--delimiter",
      ";",
      "--decimal", "comma", "--encoding", "latin-1")
    #expect(asked.status == 0 && asked.output.contains("code    category  asked for"), "\(asked.output)\(asked.errors)")
    #expect(asked.errors.contains("'None' (line 5)"))
    let ignored = try workplace.rlrun("fit", "k.csv", "--target", "y", "--model", "linear", "--kind", "code=ignore")
    #expect(ignored.output.contains("code    ignore  asked for"))
  }

  @Test(arguments: [
    (["--kind", "n"], "--kind takes COLUMN=KIND, not 'n'"),
    (["--kind", "n=numeric"], "there is no kind 'numeric' of columns: number, category,"),
    (["--kind", "m=number"], "has no column 'm'"), (["--decimal", "x"], "--decimal takes point or comma, not 'x'"),
    (["--encoding", "ebcdic"], "--encoding takes utf-8, utf-16, utf-16be, latin-1 or windows-1252, not 'ebcdic'"),
    (["--delimiter", ",", "--decimal", "comma"], "a comma cannot be the delimiter and the decimal mark"),
    (["--kind", "y=id"], "holds nothing to predict"),
  ])
  func `what is asked for in vain is one sentence`(options: [String], sentence: String) throws {
    try write("k.csv", header: "n,y") { "\($0 % 30),\($0 % 30)" }
    let result = try workplace.run("rlrun", ["fit", "k.csv", "--target", "y", "--model", "linear"] + options)
    #expect(result.status == 2 && result.output.isEmpty && result.errors.contains(sentence), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test func `wide data are told in groups`() throws {
    let names = (0..<300).map { "pixel\($0)" }
    try write("wide.csv", header: (names + ["y"]).joined(separator: ","), rows: 40) { row in
      (names.indices.map { "\((row * 7 + $0 * 3) % 11).5" } + ["\(row % 2)"]).joined(separator: ",")
    }
    let result = try workplace.rlrun("fit", "wide.csv", "--target", "y", "--model", "logistic")
    #expect(result.output.contains("pixel0 … pixel299 (300)"), "\(result.output.prefix(500))")
    #expect(result.output.split(separator: "\n").prefix { !$0.hasPrefix("logistic") }.count <= 4)
  }

  @Test func `odd values when predicting are counted and named`() throws {
    try write("t.csv", header: "n,y") { "\($0 == 4 ? "odd" : "\($0 % 30)"),\($0 % 30)" }
    try workplace.rlrun("fit", "t.csv", "--target", "y", "--model", "linear")
    try workplace.write("n\n1\nbig\nn/a\nbad\n", to: "new.csv")
    let result = try workplace.rlrun("predict", "latest", "new.csv")
    #expect(result.status == 0 && result.output.split(separator: "\n").count == 5)
    let remarks = result.errors.split(separator: "\n").dropFirst()
    #expect(remarks == ["rlrun: 2 values of 'n' count as missing: 'big' (line 3), …"])
    let quiet = try workplace.rlrun("predict", "latest", "new.csv", "--na", "big", "--na", "bad")
    #expect(quiet.errors.split(separator: "\n").count == 1 && quiet.output == result.output)
  }
}
