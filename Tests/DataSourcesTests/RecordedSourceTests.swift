import Formats
import Foundation
import Testing

@testable import DataSources
@testable import Images

@Suite struct RecordedSourceTests {
  @Test(arguments: RecordedSources.all.readings)
  func `every row that was written is read`(_ reading: RecordedSources.Reading) throws {
    let source = try reading.source
    #expect(source.columns == reading.columns)
    var (row, count): ([Cell], Int) = ([], 0)
    while try source.next(&row) {
      try #require(count < reading.rows.count, "row \(row)")
      let expected = reading.rows[count]
      #expect(row.count == expected.count)
      for (index, cell) in row.enumerated() where !cell.matches(expected[index]) {
        Issue.record("row \(count + 1), \(source.columns[index]): \(cell) instead of \(expected[index] ?? "nothing")")
      }
      #expect(!source.place.isEmpty)
      count += 1
    }
    #expect(count == reading.rows.count)
    #expect(try !source.next(&row))
  }

  @Test(arguments: RecordedSources.all.images.keys.sorted())
  func `the pixels of an image are those that Pillow has`(name: String) throws {
    let expected = try #require(RecordedSources.all.images[name])
    let pixels = try ImageDecoder.pixels(of: RecordedSources.bytes("images/" + name))
    #expect([pixels.width, pixels.height, pixels.channels] == expected.size + [expected.channels])
    if expected.exact { #expect(SHA256.hexadecimal(pixels.bytes) == expected.sha256) }
    if let other = expected.pixels {
      // Versions of libjpeg round their own way.
      let difference = zip(pixels.bytes, other).map { abs(Int($0) - Int($1)) }.max() ?? 0
      #expect(pixels.bytes.count == other.count && difference <= 4, "by \(difference)")
    }
    let (own, theirs) = (PerceptualHash(pixels).bits, try #require(UInt64(expected.phash, radix: 16)))
    let differing = (own ^ theirs).nonzeroBitCount
    #expect(differing <= (expected.exact ? 0 : 2), "\(differing) bits of the hash differ")
  }

  @Test func `a folder of images is a table of them with their classes`() throws {
    let source = try SourceCatalogue.open(DataLocation(RecordedSources.path("images")))
    #expect(
      source.columns == [
        "path", "label", "format", "width", "height", "channels", "orientation", "bytes", "sha256", "phash", "problem",
      ])
    let found = try rows(source)
    #expect(found.count == RecordedSources.all.images.count)
    for row in found {
      guard case .text(let name) = row[0], let expected = RecordedSources.all.images[name] else {
        Issue.record("\(row)")
        continue
      }
      #expect(row[1] == (name.contains("/") ? .text(String(name.prefix(1))) : .missing))
      #expect(row[3] == .integer(Int64(expected.stored[0])) && row[4] == .integer(Int64(expected.stored[1])))
      #expect(row[6] == .integer(Int64(expected.orientation)))
      #expect(row[8] == .text(SHA256.hexadecimal(try RecordedSources.bytes("images/" + name))))
      #expect(row[10] == .missing)
    }
  }

  @Test func `remarks say which part was read and what in it is missing`() throws {
    let path = RecordedSources.path("orders.xlsx")
    let source = try SourceCatalogue.open(DataLocation(path), options: SourceOptions(sheet: "Other things"))
    _ = try rows(source)
    #expect(
      source.remarks == [
        "sheet 'Other things', B3:E7", "2 columns renamed, as the header repeats or lacks a name",
        "1 error cell (#N/A) read as missing", "1 formula without a stored value read as missing",
      ])
    let database = try SourceCatalogue.open(DataLocation("sqlite:\(RecordedSources.path("shop.db"))?table=orders"))
    _ = try rows(database)
    #expect(database.remarks == ["table 'orders'", "column 'photo': 2 values of bytes read as missing"])
    let text = try SourceCatalogue.open(DataLocation(RecordedSources.path("objects.jsonl.gz")))
    #expect(text.remarks == ["compressed with gzip"])
    #expect(
      try SourceCatalogue.open(DataLocation(RecordedSources.path("latin.txt"))).remarks == ["encoding windows-1252"])
    let document = try SourceCatalogue.open(DataLocation(RecordedSources.path("report.docx")))
    _ = try rows(document)
    #expect(document.remarks == ["paragraphs", "2 tables passed over"])
  }
}
