import Formats

/// TensorFlow's record file: a length, its checksum, the data, their checksum, each little-endian.
enum TFRecord {
  /// Bytes before the data: the length (8) and its checksum (4).
  static let headerSize = 12
  static let footerSize = 4

  /// CRC-32C, rotated and shifted so that a checksum of data that hold checksums is still a good one.
  static func maskedChecksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    let checksum = CRC32C.checksum(bytes, range)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(littleEndian: UInt64(data.count))
    bytes.append(littleEndian: maskedChecksum(bytes, start..<start + 8))
    bytes += data
    bytes.append(littleEndian: maskedChecksum(data, data.indices))
  }

  /// The data's length in the header at `offset`; nil if there is none, or its checksum does not hold.
  static func length(at offset: Int, in bytes: [UInt8]) -> Int? {
    guard bytes.count - offset >= headerSize else { return nil }
    guard bytes.word(at: offset + 8, as: UInt32.self) == maskedChecksum(bytes, offset..<offset + 8) else { return nil }
    return Int(exactly: bytes.word(at: offset, as: UInt64.self))
  }

  /// Whether the checksum that follows the data holds.
  static func isSound(_ data: Range<Int>, in bytes: [UInt8]) -> Bool {
    bytes.word(at: data.upperBound, as: UInt32.self) == maskedChecksum(bytes, data)
  }
}
