import Datasets
import Foundation
import FoundationXML
import Randomness
import Testing

@testable import DataQuality

@Suite struct TableProfileTests {
  /// A class, what leaks it, what hints at it, and noise.
  private static func table(_ count: Int = 600) -> Table {
    var random = CounterGenerator(SeedSequence(8))
    let classes = (0..<count).map { _ in Int32(random.integer(below: 5) == 0 ? 1 : 0) }
    return Table([
      ("noise", .numbers((0..<count).map { _ in Double(random.normal()) })),
      ("leak", .numbers(classes.map { Double($0) * 10 + Double(random.normal()) })),
      ("hint", .numbers(classes.map { Double($0) + Double(random.normal()) })),
      ("code", .texts(Words((0..<count).map { "c\($0)" }))),
      ("class", .categories(Words(levels: ["no", "yes"], codes: classes))),
    ])
  }

  @Test func `a feature that predicts the target alone is told from one that does not`() throws {
    let profile = try TableProfile(Self.table(), ProfileOptions(target: "class"))
    let target = try #require(profile.target)
    #expect(target.leaks.map(\.feature) == ["leak"])
    #expect(target.features.first { $0.feature == "noise" }!.score < 0.3)
    #expect(target.classes.map(\.value) == ["no", "yes"])
    #expect(!target.features.contains { $0.feature == "code" }, "what does not repeat predicts nothing")
    let numbers = try TableProfile(Self.table(), ProfileOptions(target: "leak"))
    #expect(numbers.target?.features.first?.feature == "class")
    #expect(throws: DatasetError.self) { try TableProfile(Self.table(), ProfileOptions(target: "klass")) }
  }

  @Test func `a sample is said to be one, and is the same for the same seed`() throws {
    let options = ProfileOptions(sample: 100, seed: 5)
    let profile = try TableProfile(Self.table(), options)
    #expect(profile.rows == 100 && profile.sample == .init(rows: 600, seed: 5))
    #expect(profile.text().hasPrefix("100 of 600 rows drawn at random (seed 5)"))
    #expect(try TableProfile(Self.table(), options) == profile)
    #expect(try TableProfile(Self.table(), ProfileOptions(sample: 100, seed: 6)) != profile)
    #expect(try TableProfile(Self.table(), ProfileOptions(sample: 900)).sample == nil)
    for size in [0, 1, 599] { #expect(RowSample.rows(size, of: 600, seed: 1).count == size) }
  }

  @Test func `tables of odd shapes are described`() throws {
    let shapes: [Table] = [
      Table([]), Table([("a", .numbers([]))]), Table([("a", .numbers([1])), ("b", .texts(Words(["x"])))]),
      Table([("a", .numbers([.nan, .nan])), ("b", .missing(count: 2)), ("c", .leftOut(.id, count: 2))]),
      Table([("a", .numbers([.infinity, -.infinity, 1])), ("b", .dates([1e300, -1e300, .nan]))]),
    ]
    for table in shapes {
      for target in [nil, table.names.first] {
        let profile = try TableProfile(table, ProfileOptions(target: target))
        #expect(profile.rows == table.rowCount && profile.columns.count == table.names.count)
        #expect(!profile.text(width: 60).isEmpty && !profile.html(title: "t").isEmpty)
        #expect(try JSONSerialization.jsonObject(with: Data(profile.json().utf8)) is [String: Any])
      }
    }
  }

  @Test func `ten thousand columns are described without a correlation of all pairs`() throws {
    let table = Table((0..<10_000).map { ("x\($0)", .numbers([Double($0), 1, 2])) })
    let profile = try TableProfile(table)
    #expect(profile.columns.count == 10_000 && profile.correlations.count == 2 * 30 * 29 / 2)
    #expect(profile.notes.contains { $0.contains("9,970 more were left out") })
    #expect(profile.html(title: "wide").contains("Only the first 1,000 of 10,000 columns"))
  }

  @Test func `the page is well-formed and hides nothing that a name or value could break`() throws {
    let table = Table([
      ("<b>&\"", .categories(Words(["</td><script>", "a", "a", "\u{1B}[31m"]))), ("n", .numbers([1, 2, 3, .nan])),
      ("m", .numbers([1, 4, 2, 1])), ("d", .dates([0, 86_400, 1, 2])),
    ])
    let page = try TableProfile(table, ProfileOptions(target: "<b>&\"")).html(title: "<t>")
    #expect(!page.contains("<script>") && !page.contains("\u{1B}") && !page.contains("<b>"))
    #expect(!page.contains("http"), "nothing is fetched")
    let body = page[page.range(of: "<body>")!.lowerBound...].replacing("</html>", with: "")
    let parser = XMLParser(data: Data(body.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
  }

  @Test func `equal rows are counted whatever their columns hold`() throws {
    let table = Table([
      ("a", .numbers([1, 1, .nan, .nan, 0, -0.0])), ("b", .texts(Words(["x", "x", nil, nil, "y", "y"]))),
      ("c", .categories(Words(levels: ["p", "p"], codes: [0, 1, 0, 0, 1, 0]))),
    ])
    #expect(RowDuplicates(table).repeated == [1, 3, 5])
    #expect(try TableProfile(table).duplicateRows == 3)
    #expect(try TableProfile(table, ProfileOptions(duplicates: false)).duplicateRows == nil)
  }
}
