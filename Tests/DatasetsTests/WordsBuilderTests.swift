import Testing

@testable import Datasets

/// Words that come as bytes.
@Suite struct WordsBuilderTests {
  private func offsets(_ words: [String]) -> (bytes: [UInt8], offsets: [Int]) {
    var (bytes, offsets): ([UInt8], [Int]) = ([], [0])
    for word in words {
      bytes += Array(word.utf8)
      offsets.append(bytes.count)
    }
    return (bytes, offsets)
  }

  @Test func `levels stand in the order of their first row, whatever the order of a dictionary`() {
    var builder = WordsBuilder(rows: 9)
    let (bytes, places) = offsets(["nowhere", "b", "", "a", "b"])
    builder.append(
      bytes, offsets: places, indices: [3, 1, 2, 0, 4, 3], validity: [true, true, true, false, true, true])
    let (others, otherPlaces) = offsets(["c", "a"])
    builder.append(others, offsets: otherPlaces, indices: [1, 0, 1], validity: nil)
    let words = builder.finished()
    // An empty string is a missing value, and so is a null; equal strings are one level.
    #expect(words.levels == ["a", "b", "c"])
    #expect(words.codes == [0, 1, -1, -1, 1, 0, 0, 2, 0])
  }

  @Test func `invalid UTF-8 is repaired, in a dictionary and out of it`() {
    let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0xBC]
    var builder = WordsBuilder()
    builder.append(bytes, offsets: [0, 2, 4], indices: [1, 0], validity: nil)
    builder.append(bytes, offsets: [0, 2, 4], validity: nil)
    // Together they are text, and each of them is not.
    builder.append(Array("ü".utf8), offsets: [0, 1, 2], validity: nil)
    let words = builder.finished()
    #expect(words.levels == ["ü", "a\u{FFFD}", "\u{FFFD}"])
    #expect(words.codes == [0, 1, 1, 0, 2, 2])
  }

  @Test func `many words are found again`() {
    let all = (0..<30_000).map { "word \($0 * 7 % 20_011)" }
    let (bytes, places) = offsets(all)
    var builder = WordsBuilder(rows: all.count)
    builder.append(bytes, offsets: places, validity: nil)
    let words = builder.finished()
    #expect(words == Words(all.map { $0 }))
    #expect(words.levelCount == 20_011)
    #expect(words.utf8Levels.offsets.count == 20_012)
    #expect(String(decoding: words.utf8Levels.bytes.prefix(12), as: UTF8.self) == "word 0word 7")
  }
}
