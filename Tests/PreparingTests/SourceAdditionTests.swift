import DataSources
import DataVersions
import Files
import Foundation
import Testing

@testable import Datasets
@testable import Preparing

/// Rows of typed cells become columns of the kinds that their cells have.
@Suite struct SourceAdditionTests {
  let place = AdditionPlace()

  private func add(_ path: String, _ options: SourceOptions = SourceOptions()) throws -> DataAddition.Report {
    try #require(try DataAddition(to: "s", from: path, options: options).run(in: place.repository))
  }

  @Test func `texts of JSON that look like numbers stay words, and numbers with a few marks are numbers`() throws {
    let lines = (0..<40).map { row in
      #"{"zip": "0\#(1000 + row % 4)", "n": \#(row % 20 == 3 ? "\"n/a\"" : "\(row)"), "on": \#(row % 2 == 0), "day": "2024-01-\#(10 + row % 9)", "name": "it's \#(row), \"q\"", "none": null}"#
    }
    let report = try add(place.file("a.jsonl", lines.joined(separator: "\n")))
    #expect(
      report.version.kinds == [
        "zip": .category, "n": .number, "on": .category, "day": .date, "name": .text, "none": .missing,
      ])
    let table = try report.version.table(in: place.repository)
    #expect(try table.column("zip").text(at: 1) == "01001" && table.column("n").text(at: 3) == nil)
    #expect(try table.column("name").text(at: 5) == "it's 5, \"q\"" && table.column("on").text(at: 0) == "true")
  }

  @Test func `a compressed file is the file it was, and the same bytes add nothing`() throws {
    let recorded = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Goldens/recorded/sources")
    let zst = try add(recorded.appendingPathComponent("table.csv.zst").path)
    let gz = try #require(
      try DataAddition(to: "gz", from: recorded.appendingPathComponent("table.csv.gz").path).run(in: place.repository))
    #expect(zst.version.rows > 0)
    #expect(try zst.version.table(in: place.repository) == gz.version.table(in: place.repository))
    #expect(try !add(recorded.appendingPathComponent("table.csv.zst").path).isNew)
  }

  @Test func `a version of another store is a source`() throws {
    let other = AdditionPlace()
    let first = try other.add("o", other.file("o.csv", "a_id,x\nu1,1\nu2,2\n")).version
    let addition = DataAddition(to: "copy", from: "data:o@1", otherStore: other.folder.path + "/runs")
    let copy = try #require(try addition.run(in: place.repository)).version
    #expect(copy.kinds == first.kinds && copy.parents.isEmpty)
    #expect(try copy.table(reading: ["a_id"], in: place.repository).columns[0].text(at: 1) == "u2")
    #expect(try #require(try addition.run(in: place.repository)).isNew == false)
    let inside = try #require(try DataAddition(to: "inside", from: "data:copy").run(in: place.repository)).version
    #expect(inside.parents == [.init(copy)])
  }

  @Test func `an option that the source does not have is refused`() throws {
    let path = try place.file("a.csv", "x\n1\n")
    #expect(throws: DataProblem.self) { try add(path, SourceOptions(sheet: "1")) }
    #expect(throws: DataSourceError.self) { try add(path, SourceOptions(format: "xslx")) }
    #expect(throws: DataSourceError.self) { try add("sqlit:a.db") }
    #expect(throws: (any Error).self) { try add("sqlite:\(place.folder.path)/nowhere.db?table=t") }
    #expect(try place.repository.names() == [])
  }
}
