import DataSources
import DataVersions
import Files
import Formats
import Foundation
import Parquet
import Testing

@testable import Datasets
@testable import Preparing

@Suite struct DataAdditionTests {
  let place = AdditionPlace()

  private let orders = Self.orders(60)

  private static func orders(_ count: Int) -> String {
    let rows = (0..<count).map { row in
      let amount = row % 7 == 0 ? "n/a" : "\(Double(row) / 4)"
      return "o\(row),2024-01-\(10 + row % 20),\(amount),\(["Bonn", "Köln"][row % 2]),\(100 + row % 3),\"a,\(row)\"\n"
    }
    return "order_id,day,amount,city,zip,note\n" + rows.joined()
  }

  @Test func `a file comes back as it is read without a data set`() throws {
    let path = try place.file("orders.csv", orders)
    let report = try place.add("orders", path)
    #expect(report.isNew && report.version.rows == 60)
    #expect(
      report.version.kinds == [
        "order_id": .id, "day": .date, "amount": .number, "city": .category, "zip": .number, "note": .text,
      ])
    let direct = try TableReport(ByteSource(path)).table
    let stored = try report.version.table(in: place.repository)
    #expect(stored.names == direct.names)
    for name in direct.names where name != "amount" {
      #expect(try stored.column(name) == direct.column(name), "\(name)")
    }
    guard case .numbers(let a) = try stored.column("amount"), case .numbers(let b) = try direct.column("amount") else {
      return #expect(Bool(false))
    }
    #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
    let ids = try report.version.table(columns: ["order_id"], reading: ["order_id"], in: place.repository).columns[0]
    #expect(ids.text(at: 7) == "o7")
    #expect(report.version.sources == [.init(address: path, sha256: SHA256.hexadecimal(Array(orders.utf8)))])
  }

  @Test func `the same bytes add nothing, other options or other bytes do`() throws {
    let path = try place.file("orders.csv", orders)
    #expect(try place.add("orders", path).isNew)
    #expect(try !place.add("orders", place.file("copy.csv", orders)).isNew)
    let asked = TableRequest(kinds: ["zip": AskedKind(.category)])
    #expect(try place.add("orders", path, request: asked).version.kinds["zip"] == .category)
    #expect(try place.add("orders", place.file("more.csv", orders + "o60,,,,,\n")).version.number == 3)
  }

  @Test func `a large file is stored a chunk at a time and comes back the same`() throws {
    let path = try place.file("orders.csv", Self.orders(20_000))
    let whole = try place.add("whole", path).version
    var addition = DataAddition(to: "parts", from: path)
    (addition.wholeLimit, addition.chunkBytes) = (0, 1)
    var counts: [Int] = []
    let parts = try #require(try addition.run(in: place.repository, onRows: { counts.append($0) })).version
    #expect(parts.parts.count > 1 && counts.last == 20_000)
    #expect(parts.sources[0].sha256 == whole.sources[0].sha256)
    #expect(parts.columns == whole.columns)
    let (a, b) = (try whole.table(in: place.repository), try parts.table(in: place.repository))
    #expect(a.dropping(["amount"]) == b.dropping(["amount"]))
    #expect(try a.column("amount").text(at: 19_999) == b.column("amount").text(at: 19_999))
  }

  @Test(arguments: [false, true]) func `rows that cannot be read are skipped and recorded where that is asked for`(
    isLarge: Bool
  ) throws {
    let text = "a,b\n" + (0..<5_000).map { $0 == 2_000 ? "x\n" : $0 == 4_000 ? "\"y,1\n" : "\($0),2\n" }.joined()
    var addition = DataAddition(to: "rows", from: try place.file("rows.csv", text))
    if isLarge { (addition.wholeLimit, addition.chunkBytes) = (0, 1) }
    let error = #expect(throws: DataProblem.self) { try addition.run(in: place.repository) }
    #expect(error?.sentence.contains("rows.csv': Line 2002: the row has 1 field where there are 2 columns") == true)
    #expect(try place.repository.names() == [])
    addition.options.onError = .skip
    let version = try #require(try addition.run(in: place.repository)).version
    #expect(version.rows == 4_998)
    #expect(
      version.sources[0].remarks == [
        "2 rows skipped: line 2002 (the row has 1 field where there are 2 columns), "
          + "line 4002 (a quote is opened and never closed)"
      ])
    #expect(version.sources[0].sha256 == SHA256.hexadecimal(Array(text.utf8)))
    let table = try version.table(in: place.repository)
    #expect(try table.column("a").text(at: 4_997) == "4999")
  }

  @Test func `what is found of the way a file is written is recorded with texts as written, too`() throws {
    var addition = DataAddition(to: "rows", from: try place.file("rows.csv", "a;b\n1,5;x\n2,5;y\n"))
    addition.asWritten = true
    let version = try #require(try addition.run(in: place.repository)).version
    #expect(version.sources[0].remarks == ["delimiter ';'", "decimal commas"])
    #expect(try version.table(in: place.repository).column("a").text(at: 0) == "1,5")
  }

  @Test func `a large file whose column turns out otherwise is refused, and nothing is stored`() throws {
    let rows = (0..<120_000).map { $0 < 80_000 ? "\($0)\n" : "word\($0)\n" }.joined()
    var addition = DataAddition(to: "turns", from: try place.file("turns.csv", "x\n" + rows))
    (addition.wholeLimit, addition.chunkBytes) = (0, 1)
    let error = #expect(throws: DataProblem.self) { try addition.run(in: place.repository) }
    #expect(
      error?.sentence.contains("the column 'x'") == true && error?.sentence.contains("--kind 'x=category'") == true)
    #expect(try place.repository.names() == [])
  }

  @Test func `a few values of another kind in a large file count as missing and are counted`() throws {
    let rows = (0..<120_000).map { $0 == 100_000 ? "odd\n" : "\($0)\n" }.joined()
    var addition = DataAddition(to: "odd", from: try place.file("odd.csv", "x\n" + rows))
    (addition.wholeLimit, addition.chunkBytes) = (0, 1)
    let report = try #require(try addition.run(in: place.repository))
    #expect(report.oddValues == ["x": 1] && report.version.columns[0].missing == 1)
  }

  @Test func `appended rows are read as those before`() throws {
    try place.add("d", place.file("a.csv", "day,x\n" + (13..<29).map { "\($0)/02/2024,\($0)\n" }.joined()))
    // By itself the second file could be either order.
    let report = try place.add("d", place.file("b.csv", "x,day\n7,03/04/2024\n"), appends: true)
    let table = try report.version.table(in: place.repository)
    #expect(try table.column("day").text(at: 16) == "2024-04-03")
    #expect(table.lines.count == 17 && report.version.parents.map(\.number) == [1])
    #expect(report.version.sources.count == 2)
  }

  @Test func `bad sources are one sentence, and leave nothing`() throws {
    let cases = [
      ("ragged.csv", "a,b\n1,2\n3\n", "Line 3"), ("quote.csv", "a\n\"x\n", "quote"), ("empty.csv", "", "empty"),
      ("row.csv", "_row,x\n1,2\n", "rename"), ("bytes.csv", "a,b\n\u{FFFD},1\n", ""),
    ]
    for (name, text, part) in cases where !part.isEmpty {
      let path = try place.file(name, text)
      let error = #expect(throws: (any Error).self, "\(name)") { try place.add("bad", path) }
      let sentence = (error as? any UserFacingError)?.sentence ?? ""
      #expect(sentence.contains(part), "\(name): \(sentence)")
    }
    #expect(throws: DataSourceError.self) { try place.add("bad", "nowhere.csv") }
    #expect(throws: DataRepositoryError.badName("../x")) { try place.add("../x", "nowhere.csv") }
    #expect(throws: DataRepositoryError.unknownDataSet("bad", nearest: nil)) {
      try place.add("bad", "nowhere.csv", appends: true)
    }
    #expect(try place.repository.names() == [])
  }

  @Test func `a Parquet file keeps its types, and its own version comes back`() throws {
    let first = try place.add("orders", place.file("orders.csv", orders)).version
    let file = first.files(in: place.repository)[0]
    let again = try place.add("again", file)
    #expect(again.version.kinds == first.kinds)
    #expect(again.remarks == ["the column '_row' left out: row ids are given anew"])
    let (a, b) = (try first.table(in: place.repository), try again.version.table(in: place.repository))
    #expect(a.dropping(["amount"]) == b.dropping(["amount"]))
    #expect(try !place.add("again", file).isNew)
    let error = #expect(throws: DataProblem.self) {
      try place.add("other", file, request: TableRequest(kinds: ["zip": AskedKind(.category)]))
    }
    #expect(error?.sentence.contains("is a Parquet file") == true)
  }

  @Test func `flags, dates, decimals and nested columns of a Parquet file are read or named`() throws {
    let types: [(ColumnSchema, ColumnData)] = [
      (ColumnSchema("flag", .boolean), ColumnData(.booleans([true, false, true, true]))),
      (ColumnSchema("day", .date), ColumnData(.int32s([0, 19_000, 1, 2]))),
      (
        ColumnSchema("price", ColumnType(.int32, .decimal(precision: 5, scale: 2))),
        ColumnData(.int32s([125, -5, 0, 7]))
      ),
      (ColumnSchema("raw", .uuid), ColumnData(.fixed([UInt8](repeating: 1, count: 64), length: 16))),
      (
        ColumnSchema("empty", .string),
        ColumnData(.strings(ByteStrings(["", "", "", ""])), validity: [false, false, false, false])
      ),
    ]
    let path = place.folder.path + "/types.parquet"
    try Data(ParquetWriter.bytes(types)).write(to: URL(fileURLWithPath: path))
    let report = try place.add("types", path)
    #expect(report.version.kinds == ["flag": .category, "day": .date, "price": .number, "empty": .missing])
    #expect(report.remarks == ["the column 'raw' left out: it holds bytes"])
    let table = try report.version.table(in: place.repository)
    #expect(table.columns[0].text(at: 1) == "false" && table.columns[1].text(at: 1) == "2022-01-08")
    #expect(table.columns[2] == .numbers([1.25, -0.05, 0, 0.07]))
  }

  @Test func `an interrupted addition leaves nothing`() throws {
    var addition = DataAddition(to: "orders", from: try place.file("orders.csv", Self.orders(20_000)))
    (addition.wholeLimit, addition.chunkBytes) = (0, 1)
    var calls = 0
    let report = try addition.run(in: place.repository) { _ in
    } shouldStop: {
      calls += 1
      return calls == 3
    }
    #expect(report == nil && calls == 3)
    #expect(try place.repository.names() == [])
  }
}

/// A folder with files and a repository, gone with the test.
final class AdditionPlace: Sendable {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("preparing-\(UUID().uuidString)")
  let repository: DataRepository

  init() {
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    repository = DataRepository(store: folder.path + "/runs")
  }
  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String, _ text: String) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  @discardableResult
  func add(
    _ name: String, _ path: String, request: TableRequest = TableRequest(), appends: Bool = false
  ) throws -> DataAddition.Report {
    try #require(try DataAddition(to: name, from: path, request: request, appends: appends).run(in: repository))
  }
}
