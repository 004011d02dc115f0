import Formats

/// The records of a file in LevelDB's log format, as W&B writes it: after seven bytes blocks of 32 KiB, in them pieces of records
/// with a checksum, a length and a kind each. A record that does not fit into its block goes on in the next.
///
/// A piece that does not hold costs its record, and one whose length cannot be its block.
struct RecordLog {
  static let magic = Array(":W&B".utf8)
  private static let headSize = 7
  private static let blockSize = 32_768

  private let bytes: [UInt8]
  private var place = headSize
  private var parts: [UInt8] = []
  private var isInRecord = false
  /// Records of which a part did not hold.
  private(set) var damaged = 0
  /// The file ends inside a record, as that of a killed program does.
  private(set) var isCut = false

  static func isOne(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: magic) }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next whole record; nil at the end.
  mutating func next() -> [UInt8]? {
    while place < bytes.count {
      let left = Self.blockSize - place % Self.blockSize
      if left < Self.headSize {
        place += left
        continue
      }
      guard bytes.count - place >= Self.headSize else { break }
      let checksum = bytes.word(at: place, as: UInt32.self)
      let (length, kind) = (Int(bytes.word(at: place + 4, as: UInt16.self)), bytes[place + 6])
      let data = place + Self.headSize..<place + Self.headSize + length
      // A file of zeros, or a length beyond the block: on to the next.
      if kind == 0 || length > left - Self.headSize {
        // Zeros to the end of a block are room that was not used.
        if kind != 0 || length != 0 || isInRecord { loseRecord() }
        place += left
        continue
      }
      if data.upperBound > bytes.count { break }
      place = data.upperBound
      guard checksum == Self.checksum(bytes, data.lowerBound - 1..<data.upperBound) else {
        loseRecord()
        continue
      }
      if let record = piece(data, kind) { return record }
    }
    if place < bytes.count || isInRecord { isCut = true }
    (place, isInRecord) = (bytes.count, false)
    return nil
  }

  private mutating func piece(_ data: Range<Int>, _ kind: UInt8) -> [UInt8]? {
    switch kind {
    case 1:
      if isInRecord { damaged += 1 }
      isInRecord = false
      return Array(bytes[data])
    case 2:
      if isInRecord { damaged += 1 }
      (parts, isInRecord) = (Array(bytes[data]), true)
    case 3, 4:
      // Of a record whose start was lost.
      if !isInRecord { break }
      parts += bytes[data]
      if kind == 4 {
        isInRecord = false
        return parts
      }
    default: loseRecord()
    }
    return nil
  }

  private mutating func loseRecord() {
    damaged += 1
    isInRecord = false
  }

  /// CRC-32 of the kind and the data.
  static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    bytes.withUnsafeBytes { Deflate.crc32(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
