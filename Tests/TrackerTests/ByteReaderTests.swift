import Formats
import Testing

@testable import Tracker

@Suite struct ByteReaderTests {
  @Test("Every integer comes back from a varint, and one that is too long is refused")
  func varints() throws {
    let values: [Int64] = [0, -1, 1, 63, 64, -64, -65, 127, 128, 1 << 40, .max, .min]
    var bytes: [UInt8] = []
    for value in values { bytes.append(zigzag: value) }
    for value in values { bytes.append(varint: UInt64(bitPattern: value)) }
    var reader = ByteReader(bytes, 0..<bytes.count)
    for value in values { #expect(try reader.zigzag() == value) }
    for value in values { #expect(try reader.varint() == UInt64(bitPattern: value)) }
    #expect(reader.remaining == 0)
    #expect(throws: DecodingFailure.self) { try reader.byte() }
    var tooLong = ByteReader(Array(repeating: 0xFF, count: 11), 0..<11)
    #expect(throws: DecodingFailure.self) { try tooLong.varint() }
  }
}
