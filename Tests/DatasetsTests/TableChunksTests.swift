import Foundation
import Testing

@testable import Datasets

@Suite struct TableChunksTests {
  private let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-chunks-\(UUID().uuidString).csv").path
  }

  private func chunks(
    _ text: String, _ count: Int, format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind]
  ) throws -> (names: [String], chunks: [TableChunks.Chunk]) {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var reader = try TableChunks(csv: path, format: format, kinds: kinds)
    var found: [TableChunks.Chunk] = []
    while let chunk = try reader.next(count, keepingTexts: true) { found.append(chunk) }
    return (reader.names, found)
  }

  @Test(arguments: [1, 2, 3, 5, 100])
  func `rows come in order, in chunks of any size, and only the columns asked for`(count: Int) throws {
    let text = "\u{FEFF}a,b,c\r\n1,x,\"two\r\nlines\"\r\n\r\n2,y,\"say \"\"hi\"\"\"\r\n,,\r\n4,x,1.50\r\n5,z,\r\n"
    let (names, found) = try chunks(text, count, kinds: ["a": .number, "b": .category, "nowhere": .number])
    #expect(names == ["a", "b", "c"])
    #expect(found.map(\.table.rowCount).reduce(0, +) == 5)
    #expect(found.dropLast().allSatisfy { $0.table.rowCount == count })
    #expect(found.allSatisfy { $0.table.names == ["a", "b"] })
    #expect(found.flatMap(\.table.lines) == [2, 5, 6, 7, 8])
    let numbers = try found.flatMap { chunk -> [Double] in
      if case .numbers(let values) = try chunk.table.column("a") { values } else { [] }
    }
    #expect(numbers[0] == 1 && numbers[1] == 2 && numbers[2].isNaN && numbers[3] == 4)
    #expect(
      found.flatMap(\.texts) == [
        ["1", "x", "two\r\nlines"], ["2", "y", "say \"hi\""], ["", "", ""], ["4", "x", "1.50"], ["5", "z", ""],
      ])
  }

  @Test func `without a header the first line is a row`() throws {
    let format = CSVFormat(hasHeader: false, delimiter: ";")
    let (names, found) = try chunks("1;x\n2;y\n", 1, format: format, kinds: ["column1": .number])
    #expect(names == ["column1", "column2"])
    #expect(found.map(\.texts) == [[["1", "x"]], [["2", "y"]]])
  }

  @Test func `a header alone has no chunk, and blank lines of one column are rows`() throws {
    #expect(try chunks("a,b\n", 3, kinds: [:]).chunks.isEmpty)
    let found = try chunks("a\n1\n\n3\n", 2, kinds: ["a": .number]).chunks
    #expect(found.map(\.table.rowCount) == [2, 1])
  }

  @Test(arguments: [
    ("", DatasetError.empty), ("a,a\n1,2\n", .badHeader("two columns have the name 'a'")),
    ("a,b\n1,2\n3\n", .badRow(line: 3, problem: "the row has 1 field where there are 2 columns")),
    ("a,b\n1,2\nx,2\n", .badRow(line: 3, problem: "'x' in the column 'a' is not a number")),
    ("a,b\n1,\"2\n", .badRow(line: 2, problem: "a quote is opened and never closed")),
  ])
  func `what is wrong is named by its line`(text: String, error: DatasetError) {
    #expect(throws: error) { try chunks(text, 10, kinds: ["a": .number]) }
  }

  @Test func `bytes that are not UTF-8 are refused where texts are kept`() throws {
    try Data([97, 44, 98, 10, 49, 44, 255, 10]).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: DatasetError.self) {
      var reader = try TableChunks(csv: path, kinds: ["a": .number])
      _ = try reader.next(10, keepingTexts: true)
    }
    #expect(
      error == .badRow(line: 2, problem: "the column 'b' is not valid UTF-8; --encoding windows-1252 reads any bytes"))
  }

  @Test func `what a target column is for`() throws {
    func task(_ values: [Double]) throws -> PredictionTask {
      try TargetEncoding.task(suggestedBy: .numbers(values), named: "y")
    }
    #expect(try task((0..<100).map { Double($0 % 20) }) == .classification)
    #expect(try task((0..<105).map { Double($0 % 21) }) == .regression)
    #expect(try task((0..<99).map { Double($0 % 20) }) == .regression)
    #expect(try task((0..<100).map { Double($0 % 2) + 0.5 }) == .regression)
    #expect(try task([1, 0, 1, .nan, 0, 1, 0, 1, 0, 1, 0]) == .classification)
    #expect(throws: DatasetError.self) { try TargetEncoding.task(suggestedBy: .dates([0]), named: "y") }
    #expect(throws: DatasetError.self) { try TargetEncoding.task(suggestedBy: .missing(count: 3), named: "y") }
  }
}
