import Files
import Foundation
import Testing

@testable import DataVersions
@testable import Datasets

@Suite struct DataSetTests {
  let place = DataPlace()

  @Test func `a table comes back as it was stored`() throws {
    let version = try place.add(DataPlace.flowers)
    let table = try version.table(in: place.repository)
    #expect(table.names == ["size", "count", "day", "kind", "note", "nothing"])
    #expect(table.lines == [1, 2, 3, 4])
    let stored = DataPlace.flowers
    for index in [1, 3, 4, 5] { #expect(table.columns[index] == stored.columns[index], "\(table.names[index])") }
    guard case .numbers(let sizes) = table.columns[0], case .dates(let days) = table.columns[2] else {
      return #expect(Bool(false))
    }
    #expect(days[0] == 0 && days[1] == 86_400.5 && days[2].isNaN && days[3] == -1e9)
    #expect(sizes[0] == 5.1 && sizes[1].isNaN && sizes[2] == -0.25 && sizes[3] == 1e300)
    #expect(version.columns.map(\.missing) == [1, 0, 1, 1, 0, 4])
    #expect(version.rows == 4 && version.number == 1 && version.name == "flowers")
  }

  @Test func `versions are numbered, named and found`() throws {
    _ = try place.add(DataPlace.flowers)
    _ = try place.add(DataPlace.flowers.rows([0, 2]))
    let flowers = try place.repository.dataSet("flowers")
    #expect(try flowers.latest().number == 2)
    try flowers.tag("checked", as: 1)
    func rows(_ text: String) throws -> Int {
      try place.repository.version(#require(DataSetReference(text))).rows
    }
    #expect(try rows("data:flowers@1") == 4)
    #expect(try rows("flowers@latest") == 2)
    #expect(try rows("data:flowers@checked") == 4)
    #expect(throws: DataRepositoryError.unknownVersion("flowers", asked: 9, latest: 2)) { try rows("flowers@9") }
    #expect(throws: DataRepositoryError.unknownTag("flowers", tag: "chekced", known: ["checked"])) {
      try rows("flowers@chekced")
    }
    #expect(throws: DataRepositoryError.unknownDataSet("flower", nearest: "flowers")) { try rows("flower") }
  }

  @Test(arguments: ["", "-a", "a/b", "..", "a@0", "a@-1", "a@", "a@x y", "data:", "data:ü", "a@99999999999999999999"])
  func `what names no version is none`(text: String) { #expect(DataSetReference(text) == nil) }

  @Test func `the same twice adds nothing`() throws {
    let origin = DataVersionOrigin(key: "bytes and request")
    let first = try place.add(DataPlace.flowers, origin)
    let second = try place.add(DataPlace.flowers, origin)
    #expect(first == second)
    #expect(try place.repository.dataSet("flowers").versions().count == 1)
    #expect(try place.parts().count == 1)
    #expect(try place.add(DataPlace.flowers, DataVersionOrigin(key: "other")).number == 2)
  }

  @Test func `new rows get new ids, and appended ones come after those of the version before`() throws {
    let first = try place.add(DataPlace.flowers)
    let writer = try DataSetWriter("flowers", appendingTo: first, in: place.repository)
    try writer.append(DataPlace.flowers.rows([1, 3]))
    let second = try writer.commit(DataVersionOrigin()).version
    let table = try second.table(in: place.repository)
    #expect(table.lines == [1, 2, 3, 4, 5, 6])
    #expect(table.columns[3] == DataPlace.flowers.rows([0, 1, 2, 3, 1, 3]).columns[3])
    let other = try DataSetWriter("flowers", appendingTo: second, in: place.repository)
    try other.append(
      Table([("count", .numbers([9]))] + ["note", "size", "day", "kind", "nothing"].map { ($0, .missing(count: 1)) }))
    #expect(
      try other.commit(DataVersionOrigin()).version.table(in: place.repository).columns[1]
        == .numbers([1, 2, -3, 0, 2, 0, 9]))
    // The rows before are not written again.
    #expect(second.parts.first == first.parts.first)
  }

  @Test func `whole numbers before others become numbers with decimals`() throws {
    let writer = try DataSetWriter("n", in: place.repository)
    try writer.append(Table([("x", .numbers([1, .nan])), ("y", .missing(count: 2)), ("z", .missing(count: 2))]))
    try writer.append(Table([("x", .numbers([0.5])), ("y", .dates([86_400])), ("z", .numbers([2.5]))]))
    let version = try writer.commit(DataVersionOrigin()).version
    let table = try version.table(in: place.repository)
    guard case .numbers(let x) = table.columns[0], case .dates(let y) = table.columns[1],
      case .numbers(let z) = table.columns[2]
    else { return #expect(Bool(false)) }
    #expect(x[0] == 1 && x[1].isNaN && x[2] == 0.5)
    #expect(y[0].isNaN && y[2] == 86_400 && z[1].isNaN && z[2] == 2.5)
    #expect(version.columns.map(\.kind) == [.number, .date, .number])
    #expect(try place.repository.dataSet("n").problems() == [])
  }

  @Test func `rows with other columns are not appended`() throws {
    let first = try place.add(Table([("a", .numbers([1])), ("b", .numbers([1]))]))
    func append(_ columns: [(String, Column)]) -> String? {
      #expect(throws: DataRepositoryError.self) {
        try DataSetWriter("flowers", appendingTo: first, in: place.repository).append(Table(columns))
      }?.sentence
    }
    #expect(append([("a", .numbers([1]))])?.contains("the column 'b' is missing") == true)
    #expect(append([("a", .numbers([1])), ("c", .numbers([1]))])?.contains("the column 'c' is new") == true)
    let words = Words(levels: ["x"], codes: [0])
    #expect(append([("a", .categories(words)), ("b", .numbers([1]))])?.contains("'a' holds a category") == true)
    #expect(append([("_row", .numbers([1]))])?.contains("rename it") == true)
  }

  @Test func `names of rows keep their values, which are read only if asked for`() throws {
    let writer = try DataSetWriter("ids", in: place.repository)
    let names = Words(levels: ["u1", "u2"], codes: [0, 1])
    try writer.append(Table([("user", .texts(names)), ("x", .numbers([1, 2]))]), kinds: ["user": .id])
    let version = try writer.commit(DataVersionOrigin()).version
    #expect(try version.table(in: place.repository).columns[0] == .leftOut(.id, count: 2))
    #expect(try version.table(reading: ["user"], in: place.repository).columns[0] == .categories(names))
  }

  @Test func `a second writer is refused while the first is at work`() throws {
    let writer = try DataSetWriter("flowers", in: place.repository)
    #expect(throws: DataRepositoryError.busy("flowers")) { try DataSetWriter("flowers", in: place.repository) }
    try writer.append(DataPlace.flowers)
    #expect(try place.repository.names() == [])
    #expect(throws: DataRepositoryError.unknownDataSet("flowers", nearest: nil)) {
      try place.repository.dataSet("flowers")
    }
  }

  @Test func `files that no version refers to are listed and removed, and nothing else is`() throws {
    _ = try place.add(DataPlace.flowers)
    let dataSet = try place.repository.dataSet("flowers")
    #expect(try place.repository.remains().remains.isEmpty)
    let orphan = dataSet.partsFolder + "/\(String(repeating: "a", count: 64)).parquet"
    let unfinished = dataSet.versionsFolder + "/.000002.json.tmp"
    try Data(count: 100).write(to: URL(filePath: orphan))
    try Data(count: 11).write(to: URL(filePath: unfinished))
    // The first version of another one was never finished, and a third was being deleted.
    let other = place.repository.path + "/other/parts"
    let deleted = place.repository.path + "/.deleted.third.1/parts"
    for folder in [other, deleted] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(count: 5).write(to: URL(filePath: folder + "/b.parquet"))
    }
    try FileManager.default.createDirectory(
      atPath: place.repository.path + "/other/versions", withIntermediateDirectories: true)
    let expected = [deleted + "/b.parquet": 5, orphan: 100, unfinished: 11, other + "/b.parquet": 5]
    func found(_ remains: [DataRemain]) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: remains.map { ($0.path, $0.bytes) })
    }
    #expect(try found(place.repository.remains().remains) == expected)
    #expect(try found(place.repository.remains(of: ["other"]).remains) == [other + "/b.parquet": 5])
    // Somebody who writes may be about to use them.
    let lock = try DataSetLock.take(dataSet)
    let (others, busy) = try place.repository.remains(removing: true)
    withExtendedLifetime(lock) { #expect(busy == ["flowers"]) }
    #expect(others.count == 2 && FileManager.default.fileExists(atPath: orphan))
    let version = try dataSet.latest()
    #expect(try dataSet.problems().isEmpty && version.rows == 4)
  }

  @Test func `a removed file is gone and the versions stay`() throws {
    let version = try place.add(DataPlace.flowers)
    let dataSet = try place.repository.dataSet("flowers")
    let orphan = dataSet.partsFolder + "/\(String(repeating: "a", count: 64)).parquet"
    try Data(count: 100).write(to: URL(filePath: orphan))
    #expect(try place.repository.remains(removing: true).remains == [DataRemain(path: orphan, bytes: 100)])
    #expect(!FileManager.default.fileExists(atPath: orphan))
    #expect(try place.repository.remains().remains.isEmpty && dataSet.problems().isEmpty)
    #expect(try version.table(in: place.repository).rowCount == 4)
  }

  @Test func `what a killed writer left behind is removed by the next one`() throws {
    let version = try place.add(DataPlace.flowers)
    let flowers = try place.repository.dataSet("flowers")
    for name in [".part.1.1", String(repeating: "a", count: 64) + ".parquet"] {
      try Data([1]).write(to: URL(fileURLWithPath: flowers.partsFolder + "/" + name))
    }
    #expect(try flowers.latest() == version)
    _ = try DataSetWriter("flowers", in: place.repository)
    #expect(try Folder.names(in: flowers.partsFolder, includingHidden: true) == place.parts())
    #expect(try place.parts().count == 1)
  }

  @Test func `erased rows are gone from every version, and the others keep their ids`() throws {
    let first = try place.add(DataPlace.flowers)
    let writer = try DataSetWriter("flowers", appendingTo: first, in: place.repository)
    try writer.append(DataPlace.flowers)
    _ = try writer.commit(DataVersionOrigin())
    let flowers = try place.repository.dataSet("flowers")
    let losses = try flowers.erase(rows: [2, 5, 99])
    #expect(losses == [.init(version: 1, rows: 1), .init(version: 2, rows: 2)])
    let versions = try flowers.versions()
    #expect(try versions[0].table(in: place.repository).lines == [1, 3, 4])
    #expect(try versions[1].table(in: place.repository).lines == [1, 3, 4, 6, 7, 8])
    #expect(versions[0].columns[0].missing == 0 && versions[0].erasures[0].formerSHA256 == first.sha256)
    #expect(versions[0].sha256 != first.sha256)
    #expect(try flowers.problems() == [])
    let text = try flowers.versions().map {
      try String(contentsOfFile: flowers.manifestPath($0.number), encoding: .utf8)
    }
    #expect(text.count == 2 && !text.joined().contains(first.parts[0].sha256))
    #expect(!Folder.holds(flowers.path(of: first.parts[0])))
    #expect(try flowers.erase(rows: [2]) == [])
    // A whole part may go.
    #expect(try flowers.erase(rows: [6, 7, 8]) == [.init(version: 2, rows: 3)])
    #expect(try flowers.latest().table(in: place.repository).lines == [1, 3, 4])
  }

  @Test func `a difference names columns, rows and values`() throws {
    let old = try place.add(
      Table([("a", .numbers([1, 2, 3])), ("b", .numbers([1, .nan, 3])), ("gone", .numbers([0, 0, 0]))]))
    let writer = try DataSetWriter("flowers", in: place.repository)
    try writer.append(
      Table([
        ("a", .numbers([1, 5])), ("b", .categories(Words(levels: ["3", "x"], codes: [1, 0]))),
        ("new", .numbers([0, 0])),
      ]), ids: [2, 3])
    try writer.append(
      Table([
        ("a", .numbers([9])), ("b", .categories(Words(levels: ["y"], codes: [0]))), ("new", .numbers([0])),
      ]))
    let new = try writer.commit(DataVersionOrigin()).version
    let difference = try DataVersionDifference(from: old, to: new, in: place.repository)
    #expect(difference.addedColumns == ["new"] && difference.removedColumns == ["gone"])
    #expect(difference.changedKinds == [.init(name: "b", old: .number, new: .category)])
    #expect(difference.addedRows == [4] && difference.removedRows == [1])
    #expect(
      difference.changedColumns == [
        .init(
          name: "a", count: 2,
          examples: [.init(row: 2, old: "2", new: "1"), .init(row: 3, old: "3", new: "5")]),
        .init(name: "b", count: 1, examples: [.init(row: 2, old: nil, new: "x")]),
      ])
    #expect(try DataVersionDifference(from: old, to: old, in: place.repository).isEmpty)
  }

  @Test func `deleted versions leave their number and nothing else`() throws {
    _ = try place.add(DataPlace.flowers)
    _ = try place.add(DataPlace.flowers.rows([0]))
    let flowers = try place.repository.dataSet("flowers")
    #expect(try flowers.delete(versions: [2]) > 0)
    #expect(try flowers.latest().number == 1 && place.parts().count == 1)
    #expect(throws: DataRepositoryError.deleted("data:flowers@2")) { try flowers.version(.number(2)) }
    #expect(try place.add(DataPlace.flowers.rows([1])).number == 3)
    try flowers.delete()
    #expect(try place.repository.names() == [])
  }

  @Test func `damage is found and named`() throws {
    let version = try place.add(DataPlace.flowers)
    let flowers = try place.repository.dataSet("flowers")
    let path = flowers.path(of: version.parts[0])
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[40] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try flowers.problems().count == 1)
    #expect(try flowers.problems()[0].contains("has other bytes"))
    try Data("{\"layout\": 2}".utf8).write(to: URL(fileURLWithPath: flowers.manifestPath(1)))
    #expect(throws: DataRepositoryError.newer(path: flowers.manifestPath(1))) { try flowers.latest() }
    for text in ["", "[]", "{\"layout\": 1}"] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: flowers.manifestPath(1)))
      #expect(throws: DataRepositoryError.self) { try flowers.latest() }
      #expect(try flowers.problems().count == 1)
    }
  }

  @Test func `a table of many rows lies in several parts`() throws {
    let count = DataSetWriter.rowsPerPart + 5
    let version = try place.add(Table([("x", .numbers((0..<count).map(Double.init)))]))
    #expect(version.parts.map(\.rows) == [DataSetWriter.rowsPerPart, 5])
    let table = try version.table(in: place.repository)
    #expect(table.lines.last == count && table.columns[0] == .numbers((0..<count).map(Double.init)))
  }
}

/// A repository in a folder that is gone with the test.
final class DataPlace: Sendable {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-\(UUID().uuidString)")
  let repository: DataRepository

  init() { repository = DataRepository(store: folder.path) }
  deinit { try? FileManager.default.removeItem(at: folder) }

  static let flowers = Table([
    ("size", .numbers([5.1, .nan, -0.25, 1e300])), ("count", .numbers([1, 2, -3, 0])),
    ("day", .dates([0, 86_400.5, .nan, -1e9])),
    ("kind", .categories(Words(levels: ["rose", "tulip"], codes: [0, 1, -1, 0]))),
    ("note", .texts(Words(levels: ["ä\"\n", "b", "c", "d"], codes: [0, 1, 2, 3]))), ("nothing", .missing(count: 4)),
  ])

  @discardableResult
  func add(_ table: Table, _ origin: DataVersionOrigin = DataVersionOrigin()) throws -> DataVersion {
    let writer = try DataSetWriter("flowers", in: repository)
    try writer.append(table)
    return try writer.commit(origin).version
  }

  func parts() throws -> [String] { try Folder.names(in: DataSet(name: "flowers", in: repository).partsFolder) }
}
