import DataSources
import DataVersions
import Files
import Foundation
import Parquet
import Testing

@testable import Datasets
@testable import Preparing

/// Images that are kept in a data set.
@Suite struct ImageAdditionTests {
  let place = AdditionPlace()
  private static let recorded = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/sources/images").path

  private func add(_ name: String = "pets", appends: Bool = false) throws -> DataVersion {
    let options = SourceOptions(keepsPixels: true)
    return try #require(
      try DataAddition(to: name, from: Self.recorded, options: options, appends: appends).run(in: place.repository)
    ).version
  }

  /// The files of a version's images by their paths; nil for one that has none.
  private func files(_ version: DataVersion) throws -> [String: [UInt8]?] {
    let table = try version.table(reading: version.idColumns, in: place.repository)
    let (paths, images) = (try table.column("path"), try table.column("image"))
    let reader = ByteReader()
    var files: [String: [UInt8]?] = [:]
    for row in 0..<table.rowCount {
      let bytes = try images.text(at: row).flatMap { try reader.bytes(#require(ByteReference($0))) }
      files[paths.text(at: row)!] = .some(bytes.map { Array($0) })
    }
    return files
  }

  private func expectFiles(_ version: DataVersion, without left: Set<String> = []) throws {
    let found = try files(version)
    #expect(found.count == version.rows && found.count > 8)
    for (path, bytes) in found {
      #expect(try bytes == [UInt8](Data(contentsOf: URL(filePath: Self.recorded + "/" + path))))
    }
    #expect(left.isDisjoint(with: found.keys))
  }

  @Test func `the files come back byte for byte, after rows were appended and erased, too`() throws {
    let version = try add()
    #expect(version.byteColumns == ["image"] && version.kinds["image"] == .text)
    try expectFiles(version)
    // A version of a version has the bytes, not the places of others.
    let copied = try #require(
      try DataAddition(to: "copy", from: "data:pets@1").run(in: place.repository)
    ).version
    #expect(copied.byteColumns == ["image"])
    let appended = try add(appends: true)
    #expect(appended.rows == 2 * version.rows && appended.parts.count == 2)
    let first = try version.table(in: place.repository).column("path").text(at: 0)!
    #expect(try place.repository.dataSet("pets").erase(rows: [1]).count == 2)
    let erased = try place.repository.dataSet("pets").version(.number(1))
    #expect(erased.rows == version.rows - 1)
    try expectFiles(erased, without: [first])
    try place.repository.dataSet("pets").delete()
    try expectFiles(copied)
    #expect(try place.repository.dataSet("copy").problems().isEmpty)
  }

  @Test func `without the option there are no bytes, and one kind of rows is not appended to the other`() throws {
    let plain = try #require(try DataAddition(to: "plain", from: Self.recorded).run(in: place.repository)).version
    #expect(plain.byteColumns.isEmpty && !plain.columns.map(\.name).contains("image"))
    #expect(throws: DataRepositoryError.self) { try add("plain", appends: true) }
    let other = try place.file("a.csv", "a\n1\n")
    #expect(throws: (any Error).self) {
      try DataAddition(to: "csv", from: other, options: SourceOptions(keepsPixels: true)).run(in: place.repository)
    }
  }

  @Test func `many bytes make many parts`() throws {
    let path = try place.file("a.bmp", "")
    let size = 9 << 20
    try Data(repeating: 7, count: size).write(to: URL(filePath: path))
    let spool = try ByteSpool("image")
    let places = try (0..<9).map { index in try spool.append([UInt8(index)] + [UInt8](repeating: 7, count: size)).text }
    try spool.finish()
    let writer = try DataSetWriter("large", in: place.repository)
    let table = Table([("image", .texts(Words(places + [nil])))])
    try writer.append(table, bytes: ["image"])
    let version = try writer.commit(DataVersionOrigin()).version
    #expect(version.parts.map(\.rows) == [4, 4, 2])
    #expect(version.columns[0].missing == 1)
    let stored = try version.table(in: place.repository).columns[0]
    let reader = ByteReader()
    for row in 0..<9 { #expect(try reader.bytes(#require(ByteReference(stored.text(at: row)!)))?.first == UInt8(row)) }
    #expect(stored.text(at: 9) == nil)
  }
}
